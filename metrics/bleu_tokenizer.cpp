#include "metrics/bleu_tokenizer.h"

#include "metrics/segment_text.h"
#include "metrics/word_rules.h"

#include <algorithm>
#include <cstdint>
#include <unicode/uchar.h>

namespace dragoman {
namespace {

using Words = std::vector<std::string_view>;

// mteval-v13a's language-independent part; `buffer` holds the result where there is something to undo.
std::string_view without_markup(std::string_view line, std::string& buffer) {
  if (line.find_first_of("<\n&") == std::string_view::npos) return line;
  buffer = line;
  replace_all(buffer, "<skipped>", "");
  replace_all(buffer, "-\n", "");
  replace_all(buffer, "\n", " ");
  undo_entities(buffer);
  return buffer;
}

KindOfCharacter international_kind_at(std::string_view text, std::size_t at) {
  if (const std::size_t space = space_length(text, at)) return {CharacterKind::kSpace, space};
  const Character character = character_at(text, at);
  const std::uint32_t category = U_GET_GC_MASK(static_cast<UChar32>(character.code));
  const CharacterKind kind = (category & U_GC_N_MASK)   ? CharacterKind::kDigit
                             : (category & U_GC_P_MASK) ? CharacterKind::kStop
                             : (category & U_GC_S_MASK) ? CharacterKind::kSymbol
                                                        : CharacterKind::kLetter;
  return {kind, character.length};
}

// What sacreBLEU's tokenizer takes for Chinese. Two of its ranges were meant for planes 2 and 3, but are written with
// four digits and a fifth that counts as a character of its own; they come out as U+2001 to U+2A6D and U+2F81 to
// U+2FA1.
constexpr CodeRange kChinese[] = {
    {0x2001, 0x2A6D}, {0x2E80, 0x2EFF}, {0x2F00, 0x2FDF}, {0x2FF0, 0x303F}, {0x3100, 0x312F}, {0x31A0, 0x31BF},
    {0x31C0, 0x31EF}, {0x3200, 0x33FF}, {0x3400, 0x4DB5}, {0x4E00, 0x9FBB}, {0xF900, 0xFA2D}, {0xFA30, 0xFA6A},
    {0xFA70, 0xFAD9}, {0xFE10, 0xFE1F}, {0xFE30, 0xFE4F}, {0xFF00, 0xFFEF},
};

KindOfCharacter chinese_kind_at(std::string_view text, std::size_t at) {
  if (static_cast<unsigned char>(text[at]) < 0xE2) return western_kind_at(text, at);  // below U+2000
  if (const std::size_t space = space_length(text, at)) return {CharacterKind::kSpace, space};
  const Character character = character_at(text, at);
  return {is_in(kChinese, character.code) ? CharacterKind::kSymbol : CharacterKind::kLetter, character.length};
}

void split_characters(std::string_view line, Words& words) {
  words.clear();
  for (std::size_t at = 0; at < line.size();) {
    if (const std::size_t space = space_length(line, at)) {
      at += space;
      continue;
    }
    const std::size_t length = character_at(line, at).length;
    words.push_back(line.substr(at, length));
    at += length;
  }
}

}  // namespace

void split_for_bleu(BleuTokenizer tokenizer, std::string_view segment, std::string& buffer, Words& words) {
  switch (tokenizer) {
    case BleuTokenizer::k13a:
      return split_by_rules(without_markup(segment, buffer), CharacterKind::kSpace, western_kind_at, words);
    case BleuTokenizer::kIntl:
      return split_by_rules(segment, CharacterKind::kNone, international_kind_at, words);
    case BleuTokenizer::kZh:
      return split_by_rules(strip_space(segment), CharacterKind::kNone, chinese_kind_at, words);
    case BleuTokenizer::kChar:
      return split_characters(segment, words);
    case BleuTokenizer::kNone:
    case BleuTokenizer::kSpm:
      return split_words(segment, words);
  }
}

std::string piece_tokenizer_name(const std::filesystem::path& model) {
  std::string name = model.stem().string();
  if (name == "sacrebleu_tokenizer_spm") return "flores101";
  if (name == "flores200sacrebleuspm") return "flores200";
  if (name == "spbleu-1k_tokenizer_spm") return "spBLEU-1K";
  // Signatures are divided at these.
  std::ranges::replace_if(
      name, [](char c) { return c == ':' || c == '|'; }, '_');
  return name;
}

}  // namespace dragoman
