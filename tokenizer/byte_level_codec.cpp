#include "tokenizer/byte_level_codec.h"

#include "base/utf8.h"
#include "tokenizer/byte_level_text.h"

#include <algorithm>
#include <fmt/format.h>
#include <functional>
#include <stdexcept>
#include <unicode/utf8.h>
#include <utility>

namespace dragoman {
namespace {

constexpr std::string_view kMask = "<mask>", kUnknown = " ⁇ ", kReplacement = "\xEF\xBF\xBD", kSpace = "▁";

// Bytes that may be no UTF-8 together, and the text that is read from them, character by character.
class Reading {
 public:
  explicit Reading(std::string_view bytes) : bytes_(bytes) {}

  // Both take places in ascending order from call to call. A place inside of a character is that of the character.
  std::size_t place_in_text(std::size_t in_bytes) {
    go_on([&] { return next_ > in_bytes; });
    return text_;
  }
  std::size_t place_in_bytes(std::size_t in_text) {
    go_on([&] { return text_ + next_size_ > in_text; });
    return begin_;
  }

 private:
  template <typename IsBehind>
  void go_on(const IsBehind& is_behind) {
    for (look(); begin_ < bytes_.size() && !is_behind(); look()) {
      begin_ = next_;
      text_ += next_size_;
    }
  }

  void look() {
    next_ = begin_;
    if (begin_ == bytes_.size()) return;
    UChar32 c = 0;
    U8_NEXT(bytes_.data(), next_, bytes_.size(), c);
    next_size_ = c < 0 ? kReplacement.size() : next_ - begin_;
  }

  std::string_view bytes_;
  std::size_t begin_ = 0, text_ = 0;      // of the character here
  std::size_t next_ = 0, next_size_ = 0;  // where it ends in the bytes, and its size in the text
};

}  // namespace

ByteLevelCodec::ByteLevelCodec(std::string merges, std::string vocabulary, const std::string& name_for_errors)
    : vocabulary_(std::move(vocabulary), name_for_errors + std::string(kVocabularyFile)),
      merges_(std::move(merges), vocabulary_, name_for_errors + std::string(kMergesFile)) {
  for (std::size_t byte = 0; byte < byte_ids_.size(); ++byte) {
    const std::string_view character = character_of_byte(static_cast<unsigned char>(byte));
    byte_ids_[byte] = vocabulary_.id_of(character);
    if (vocabulary_.token(byte_ids_[byte]) == character) continue;
    throw std::runtime_error(fmt::format("{}{}: lacks '{}', which stands for the byte 0x{:02x}; copy it anew",
                                         name_for_errors, kVocabularyFile, character, byte));
  }
  find_added_tokens(name_for_errors);
}

void ByteLevelCodec::find_added_tokens(const std::string& name_for_errors) {
  const std::int32_t count = merges_.header().added_tokens, size = vocabulary_.size();
  if (count > size) {
    throw std::runtime_error(fmt::format("{}{}: speaks of {} added tokens, but there are {} in all; copy it anew",
                                         name_for_errors, kMergesFile, count, size));
  }
  for (std::int32_t id = size - count; id < size; ++id) {
    added_tokens_.emplace_back(bytes_of(id), id);
    const std::string& bytes = added_tokens_.back().first;
    if (!bytes.empty()) begins_added_token_[static_cast<unsigned char>(bytes.front())] = true;
  }
  std::ranges::stable_sort(added_tokens_, std::ranges::greater(), [](const auto& token) { return token.first.size(); });
}

std::vector<CodecFileView> ByteLevelCodec::files() const {
  return {{kMergesFile, merges_.text()}, {kVocabularyFile, vocabulary_.text()}};
}

bool ByteLevelCodec::needs_space(std::string_view text) const {
  return merges_.header().prefix_space && !text.empty() && !text.starts_with(' ');
}

// Where there is none, at the text's end.
ByteLevelCodec::Found ByteLevelCodec::next_added_token(std::string_view text, std::size_t from) const {
  for (; from < text.size(); ++from) {
    if (!begins_added_token_[static_cast<unsigned char>(text[from])]) continue;
    const auto found = std::ranges::find_if(added_tokens_, [&](const auto& token) {
      return !token.first.empty() && text.substr(from).starts_with(token.first);
    });
    if (found != added_tokens_.end()) return {from, &*found};
  }
  return {text.size(), nullptr};
}

void ByteLevelCodec::encode_words(std::string_view text, std::vector<std::int32_t>& to) const {
  std::vector<std::int32_t> ids;
  for (const TextRange& word : byte_level_words(text)) {
    ids.clear();
    for (std::size_t i = word.begin; i < word.end; ++i) ids.push_back(byte_ids_[static_cast<unsigned char>(text[i])]);
    merges_.apply(ids);
    to.insert(to.end(), ids.begin(), ids.end());
  }
}

std::vector<std::int32_t> ByteLevelCodec::encode(std::string_view text) const {
  if (find_invalid_utf8(text)) return encode(replace_invalid_utf8(text));
  if (needs_space(text)) return encode(std::string(1, ' ').append(text));
  std::vector<std::int32_t> ids;
  for (std::size_t from = 0; from < text.size();) {
    const Found found = next_added_token(text, from);
    encode_words(text.substr(from, found.begin - from), ids);
    if (!found.token) break;
    ids.push_back(found.token->second);
    from = found.begin + found.token->first.size();
  }
  return ids;
}

std::vector<std::string> ByteLevelCodec::encode_as_pieces(std::string_view text) const {
  std::vector<std::string> pieces;
  for (const std::int32_t id : encode(text)) pieces.push_back(piece(id));
  return pieces;
}

// A character of several tokens is the last one's.
std::vector<TextRange> ByteLevelCodec::encoded_ranges(std::string_view text) const {
  const std::vector<std::int32_t> ids = encode(text);
  const std::size_t added = needs_space(text) ? 1 : 0;
  Reading reading(text);
  std::vector<TextRange> ranges;
  std::size_t read = 0, end = 0;
  for (const std::int32_t id : ids) {
    read += bytes_of(id).size() - (ranges.empty() ? added : 0);
    const std::size_t begin = end;
    end = reading.place_in_bytes(read);
    ranges.push_back({begin, end});
  }
  return ranges;
}

CharacterCounts ByteLevelCodec::count_characters(std::string_view text) const {
  return {count_visible(text), 0};
}

bool ByteLevelCodec::is_silent(std::int32_t id) const {
  return vocabulary_.is_special(id) || vocabulary_.token(id) == kMask;
}

// What stands for no bytes is itself.
std::string ByteLevelCodec::bytes_of(std::int32_t id) const {
  if (is_silent(id)) return "";
  if (id == special_ids().unk) return std::string(kUnknown);
  return bytes_of_piece(vocabulary_.token(id)).value_or(piece(id));
}

std::string ByteLevelCodec::joined(std::span<const std::int32_t> ids) const {
  std::string bytes;
  for (const std::int32_t id : ids) bytes += bytes_of(id);
  return bytes;
}

std::string ByteLevelCodec::decode(std::span<const std::int32_t> ids) const {
  std::string text = replace_invalid_utf8(joined(ids));
  if (merges_.header().prefix_space && text.starts_with(' ')) text.erase(0, 1);
  return text;
}

std::vector<TextRange> ByteLevelCodec::decoded_ranges(std::span<const std::int32_t> ids) const {
  const std::string bytes = joined(ids);
  const std::size_t taken = merges_.header().prefix_space && bytes.starts_with(' ') ? 1 : 0;
  Reading reading(bytes);
  std::vector<TextRange> ranges;
  std::size_t bytes_end = 0, end = 0;
  for (const std::int32_t id : ids) {
    bytes_end += bytes_of(id).size();
    const std::size_t begin = end;
    end = std::max(reading.place_in_text(bytes_end), taken) - taken;
    ranges.push_back({begin, end});
  }
  return ranges;
}

std::string ByteLevelCodec::surface(std::int32_t id) const {
  const std::string bytes = bytes_of(id);
  return bytes.starts_with(' ') ? std::string(kSpace) + bytes.substr(1) : bytes;
}

bool ByteLevelCodec::is_text(std::int32_t id) const {
  return !is_silent(id) && id != special_ids().unk && !find_invalid_utf8(bytes_of(id));
}

float ByteLevelCodec::score(std::int32_t id) const {
  throw std::invalid_argument(fmt::format("token id {} has no score: its merges have an order alone", id));
}

}  // namespace dragoman
