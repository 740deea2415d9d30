#include "metrics/ter_tokenizer.h"

#include "metrics/segment_text.h"
#include "metrics/word_rules.h"

#include <cstddef>
#include <utility>

namespace dragoman {
namespace {

using Words = std::vector<std::string_view>;

// Ideographs and what surrounds them. The block U+3200 to U+32FF is written U+3200 to U+3F22 in sacreBLEU.
constexpr CodeRange kIdeographs[] = {{0x2E80, 0x2EFF}, {0x31C0, 0x31EF}, {0x3200, 0x3F22}, {0x3400, 0x4DBF},
                                     {0x4E00, 0x9FFF}, {0xF900, 0xFAFF}, {0xFE30, 0xFE4F}};
constexpr CodeRange kAsianPunctuation[] = {{0x3001, 0x3002}, {0x3008, 0x3011}, {0x3014, 0x301F}, {0x30FB, 0x30FB},
                                           {0xFF01, 0xFF02}, {0xFF08, 0xFF09}, {0xFF0C, 0xFF0C}, {0xFF0E, 0xFF0E},
                                           {0xFF1A, 0xFF1B}, {0xFF1F, 0xFF1F}, {0xFF61, 0xFF65}};

bool is_western_punctuation(char c) {
  return std::string_view(".,?:;!\"()").find(c) != std::string_view::npos;
}

void undo_markup(std::string& text) {
  if (text.find_first_of("\n&") == std::string::npos) return;
  replace_all(text, "\n-", "");  // the dash behind the line break, not before it
  replace_all(text, "\n", " ");
  undo_entities(text);
}

// Where a possessive 's begins that a space or a symbol follows (a full stop or comma is neither).
bool is_possessive(std::string_view text, std::size_t at) {
  if (text.substr(at, 2) != "'s") return false;
  if (at + 2 >= text.size() || text[at + 2] == ' ') return true;
  return western_kind_at(text, at + 2).kind == CharacterKind::kSymbol;
}

KindOfCharacter asian_kind_at(std::string_view text, std::size_t at) {
  if (static_cast<unsigned char>(text[at]) < 0xE2) return western_kind_at(text, at);  // below U+2000
  if (const std::size_t space = space_length(text, at)) return {CharacterKind::kSpace, space};
  const Character character = character_at(text, at);
  const bool apart = is_in(kIdeographs, character.code) || is_in(kAsianPunctuation, character.code);
  return {apart ? CharacterKind::kSymbol : CharacterKind::kLetter, character.length};
}

// Cuts each word that ends with a possessive in two.
void split_possessives(std::string_view text, Words& words) {
  if (text.find("'s") == std::string_view::npos) return;
  Words result;
  for (const std::string_view word : words) {
    const std::size_t end = static_cast<std::size_t>(word.data() - text.data()) + word.size();
    if (word.size() > 2 && is_possessive(text, end - 2)) {
      result.push_back(word.substr(0, word.size() - 2));
      result.push_back(word.substr(word.size() - 2));
    } else {
      result.push_back(word);
    }
  }
  words = std::move(result);
}

std::string without_punctuation(const Words& words, bool asian) {
  std::string result;
  for (const std::string_view word : words) {
    result += ' ';
    for (std::size_t at = 0; at < word.size();) {
      const Character character = character_at(word, at);
      const bool dropped = is_western_punctuation(word[at]) || (asian && is_in(kAsianPunctuation, character.code));
      if (!dropped) result += word.substr(at, character.length);
      at += character.length;
    }
  }
  return result;
}

}  // namespace

void split_for_ter(const TerOptions& options, std::string_view segment, std::string& buffer, Words& words) {
  segment = strip_trailing_space(segment);
  if (!options.case_sensitive) segment = buffer = to_lowercase(segment);
  if (options.normalized) {
    if (options.case_sensitive) buffer = segment;
    undo_markup(buffer);
    segment = buffer;
    split_by_rules(segment, CharacterKind::kSpace, options.asian_support ? asian_kind_at : western_kind_at, words);
    split_possessives(segment, words);
  } else {
    split_words(segment, words);
  }
  if (options.no_punct) {
    buffer = without_punctuation(words, options.asian_support);
    split_words(buffer, words);
  }
}

}  // namespace dragoman
