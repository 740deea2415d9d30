#include "data/demo/syntax.h"

namespace dragoman::demo {
namespace {

// First letters of the corpus: ASCII, or ä, ö, ü, whose capitals differ in the last byte by 0x20 as well.
void capitalise(std::string& text) {
  if (text.empty()) return;
  const bool umlaut = text.size() > 1 && text[0] == '\xC3';
  char& letter = text[umlaut ? 1 : 0];
  if (umlaut ? (letter == '\xA4' || letter == '\xB6' || letter == '\xBC') : (letter >= 'a' && letter <= 'z')) {
    letter = static_cast<char>(letter - 0x20);
  }
}

}  // namespace

Reference agreement(const NounPhrase& phrase) {
  if (phrase.form == Form::pronoun) return phrase.reference;
  Reference result;
  result.plural = phrase.plural;
  if (phrase.noun != nullptr) {
    result.gender = phrase.noun->gender;
    result.thing = !phrase.noun->is(kPerson);
  }
  return result;
}

std::string join_sentence(const Words& words, std::string_view end) {
  std::string text;
  bool comma = false;
  for (const std::string& word : words) {
    if (word == ",") {
      comma = !text.empty();
      continue;
    }
    if (comma) text += ',';
    if (!text.empty()) text += ' ';
    text += word;
    comma = false;
  }
  capitalise(text);
  text += end;
  return text;
}

void append(Words& words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
}

void append(Words& words, std::string_view text) {
  while (!text.empty()) {
    const std::size_t space = text.find(' ');
    const std::string_view word = text.substr(0, space);
    if (!word.empty()) words.emplace_back(word);
    text = space == std::string_view::npos ? std::string_view{} : text.substr(space + 1);
  }
}

}  // namespace dragoman::demo
