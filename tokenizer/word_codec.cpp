#include "tokenizer/word_codec.h"

#include "base/utf8.h"

#include <algorithm>
#include <fmt/format.h>
#include <stdexcept>
#include <utility>

namespace dragoman {
namespace {

constexpr std::string_view kSpace = "▁";
constexpr std::string_view kWhiteSpace = " \t\r\n\v\f";

// Each token with the white space before it.
std::vector<TextRange> tokens_with_gaps(std::string_view text) {
  std::vector<TextRange> ranges;
  for (std::size_t begin = 0;;) {
    const std::size_t token = text.find_first_not_of(kWhiteSpace, begin);
    if (token == text.npos) return ranges;
    const std::size_t end = std::min(text.find_first_of(kWhiteSpace, token), text.size());
    ranges.push_back({begin, end});
    begin = end;
  }
}

std::string_view token_in(std::string_view text, const TextRange& range) {
  const std::size_t begin = text.find_first_not_of(kWhiteSpace, range.begin);
  return text.substr(begin, range.end - begin);
}

}  // namespace

WordCodec::WordCodec(std::string vocabulary, const std::string& name_for_errors)
    : vocabulary_(std::move(vocabulary), name_for_errors) {}

std::vector<CodecFileView> WordCodec::files() const {
  return {{kVocabularyFile, vocabulary_.text()}};
}

std::vector<std::int32_t> WordCodec::encode(std::string_view text) const {
  std::vector<std::int32_t> ids;
  for (const TextRange& range : tokens_with_gaps(text)) ids.push_back(vocabulary_.id_of(token_in(text, range)));
  return ids;
}

std::vector<std::string> WordCodec::encode_as_pieces(std::string_view text) const {
  std::vector<std::string> tokens;
  for (const TextRange& range : tokens_with_gaps(text)) tokens.emplace_back(token_in(text, range));
  return tokens;
}

std::vector<TextRange> WordCodec::encoded_ranges(std::string_view text) const {
  return tokens_with_gaps(text);
}

CharacterCounts WordCodec::count_characters(std::string_view text) const {
  CharacterCounts counts{count_visible(text), 0};
  for (const TextRange& range : tokens_with_gaps(text)) {
    const std::string_view token = token_in(text, range);
    if (vocabulary_.id_of(token) == special_ids().unk) counts.unknown += count_visible(token);
  }
  return counts;
}

std::string WordCodec::decode(std::span<const std::int32_t> ids) const {
  std::string text;
  for (const std::int32_t id : ids) {
    if (vocabulary_.is_special(id)) continue;
    if (!text.empty()) text += ' ';
    text += vocabulary_.token(id);
  }
  return text;
}

std::vector<TextRange> WordCodec::decoded_ranges(std::span<const std::int32_t> ids) const {
  std::vector<TextRange> ranges;
  std::size_t end = 0;
  for (const std::int32_t id : ids) {
    const std::size_t begin = end;
    if (!vocabulary_.is_special(id)) end += (begin > 0 ? 1 : 0) + vocabulary_.token(id).size();
    ranges.push_back({begin, end});
  }
  return ranges;
}

std::string WordCodec::surface(std::int32_t id) const {
  return std::string(kSpace) + piece(id);
}

bool WordCodec::is_text(std::int32_t id) const {
  return !vocabulary_.is_special(id) && id != special_ids().unk;
}

float WordCodec::score(std::int32_t id) const {
  throw std::invalid_argument(fmt::format("token id {} has no score: the vocabulary is a list of words", id));
}

}  // namespace dragoman
