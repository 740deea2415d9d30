#include "tokenizer/byte_level_text.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <unicode/uchar.h>
#include <unicode/utf8.h>
#include <unordered_map>

namespace dragoman {
namespace {

constexpr int kBytes = 256;

struct ByteCharacters {
  std::array<std::string, kBytes> of_byte;
  std::unordered_map<std::string_view, unsigned char> bytes;  // by their characters

  ByteCharacters() {
    char32_t next = 0x100;
    for (int byte = 0; byte < kBytes; ++byte) {
      const bool visible = (byte >= '!' && byte <= '~') || (byte >= 0xA1 && byte <= 0xFF && byte != 0xAD);
      const char32_t code = visible ? static_cast<char32_t>(byte) : next++;
      std::string& character = of_byte[static_cast<std::size_t>(byte)];
      if (code < 0x80) {
        character = static_cast<char>(code);
      } else {
        character = {static_cast<char>(0xC0 | code >> 6), static_cast<char>(0x80 | (code & 0x3F))};
      }
      bytes.emplace(character, static_cast<unsigned char>(byte));
    }
  }
};

const ByteCharacters& byte_characters() {
  static const ByteCharacters kCharacters;
  return kCharacters;
}

enum class Kind { letter, number, space, other };

// What Unicode 15.1 and 16.0 have brought: ICU is older in most places that this is built in.
struct LaterRange {
  UChar32 first, last;
  Kind kind;
};
constexpr std::array kLater = {LaterRange{0x1C89, 0x1C8A, Kind::letter},   LaterRange{0xA7CB, 0xA7CD, Kind::letter},
                               LaterRange{0xA7DA, 0xA7DC, Kind::letter},   LaterRange{0x105C0, 0x105F3, Kind::letter},
                               LaterRange{0x10D40, 0x10D49, Kind::number}, LaterRange{0x10D4A, 0x10D65, Kind::letter},
                               LaterRange{0x10D6F, 0x10D85, Kind::letter}, LaterRange{0x10EC2, 0x10EC4, Kind::letter},
                               LaterRange{0x11380, 0x11389, Kind::letter}, LaterRange{0x1138B, 0x1138B, Kind::letter},
                               LaterRange{0x1138E, 0x1138E, Kind::letter}, LaterRange{0x11390, 0x113B5, Kind::letter},
                               LaterRange{0x113B7, 0x113B7, Kind::letter}, LaterRange{0x113D1, 0x113D1, Kind::letter},
                               LaterRange{0x113D3, 0x113D3, Kind::letter}, LaterRange{0x116D0, 0x116E3, Kind::number},
                               LaterRange{0x11BC0, 0x11BE0, Kind::letter}, LaterRange{0x11BF0, 0x11BF9, Kind::number},
                               LaterRange{0x13460, 0x143FA, Kind::letter}, LaterRange{0x16100, 0x1611D, Kind::letter},
                               LaterRange{0x16130, 0x16139, Kind::number}, LaterRange{0x16D40, 0x16D6C, Kind::letter},
                               LaterRange{0x16D70, 0x16D79, Kind::number}, LaterRange{0x18CFF, 0x18CFF, Kind::letter},
                               LaterRange{0x1CCF0, 0x1CCF9, Kind::number}, LaterRange{0x1E5D0, 0x1E5ED, Kind::letter},
                               LaterRange{0x1E5F0, 0x1E5F0, Kind::letter}, LaterRange{0x1E5F1, 0x1E5FA, Kind::number},
                               LaterRange{0x2EBF0, 0x2EE5D, Kind::letter}};

bool is_younger_than_unicode_16(UChar32 c) {
  UVersionInfo age;
  u_charAge(c, age);
  return age[0] > 16;
}

Kind kind_of(UChar32 c) {
  if (c < 0) return Kind::other;  // ill-formed: read as U+FFFD
  if (u_isUWhiteSpace(c)) return Kind::space;
  const std::uint32_t category = U_GET_GC_MASK(c);
  const Kind kind = category & U_GC_L_MASK ? Kind::letter : category & U_GC_N_MASK ? Kind::number : Kind::other;
  if (c < kLater.front().first) return kind;
  if (kind != Kind::other) return is_younger_than_unicode_16(c) ? Kind::other : kind;
  const auto* const range = std::ranges::lower_bound(kLater, c, {}, &LaterRange::last);
  return range != kLater.end() && range->first <= c ? range->kind : kind;
}

// Reads characters one by one.
class Characters {
 public:
  explicit Characters(std::string_view text) : text_(text) { read(); }

  bool at_end() const { return begin_ == text_.size(); }
  std::size_t begin() const { return begin_; }  // of the character here
  Kind kind() const { return kind_; }

  void next() {
    begin_ = end_;
    read();
  }

  // Behind what is of the same kind as the character here, returns where the last of it begins.
  std::size_t skip_kind() {
    const Kind kind = kind_;
    std::size_t last = begin_;
    for (; !at_end() && kind_ == kind; next()) last = begin_;
    return last;
  }

 private:
  void read() {
    if (at_end()) return;
    UChar32 c = 0;
    U8_NEXT(text_.data(), end_, text_.size(), c);
    kind_ = kind_of(c);
  }

  std::string_view text_;
  std::size_t begin_ = 0, end_ = 0;
  Kind kind_ = Kind::other;
};

// 's and the like, if `text` begins with one; else 0.
std::size_t contraction_size(std::string_view text) {
  constexpr std::array<std::string_view, 7> kContractions = {"'s", "'t", "'re", "'ve", "'m", "'ll", "'d"};
  if (!text.starts_with('\'')) return 0;
  const auto* const found =
      std::ranges::find_if(kContractions, [&](std::string_view known) { return text.starts_with(known); });
  return found == kContractions.end() ? 0 : found->size();
}

}  // namespace

std::string_view character_of_byte(unsigned char byte) {
  return byte_characters().of_byte[byte];
}

std::string piece_of_bytes(std::string_view bytes) {
  std::string piece;
  for (const char byte : bytes) piece += character_of_byte(static_cast<unsigned char>(byte));
  return piece;
}

std::optional<std::string> bytes_of_piece(std::string_view piece) {
  const auto& known = byte_characters().bytes;
  std::string bytes;
  while (!piece.empty()) {
    const std::size_t size = static_cast<unsigned char>(piece.front()) < 0x80 ? 1 : 2;
    const auto found = known.find(piece.substr(0, size));
    if (found == known.end()) return std::nullopt;
    bytes += static_cast<char>(found->second);
    piece.remove_prefix(found->first.size());
  }
  return bytes;
}

std::vector<TextRange> byte_level_words(std::string_view text) {
  std::vector<TextRange> words;
  for (Characters at(text); !at.at_end();) {
    const std::size_t begin = at.begin();
    if (const std::size_t size = contraction_size(text.substr(begin)); size > 0) {
      for (std::size_t i = 0; i < size; ++i) at.next();  // ASCII
    } else if (at.kind() != Kind::space) {
      at.skip_kind();
    } else {
      // Of several the last goes with what is behind it if it is a space, and is a word by itself if not.
      const std::size_t last = at.skip_kind();
      if (!at.at_end()) {
        if (last > begin) words.push_back({begin, last});
        if (text[last] == ' ') at.skip_kind();
        words.push_back({last, at.begin()});
        continue;
      }
    }
    words.push_back({begin, at.begin()});
  }
  return words;
}

}  // namespace dragoman
