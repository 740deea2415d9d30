#include "tokenizer/text_words.h"

namespace dragoman {
namespace {

bool separates_words(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

}  // namespace

std::vector<TextRange> words_of(std::string_view text) {
  std::vector<TextRange> words;
  for (std::size_t begin = 0; begin < text.size();) {
    if (separates_words(text[begin])) {
      ++begin;
      continue;
    }
    std::size_t end = begin;
    while (end < text.size() && !separates_words(text[end])) ++end;
    words.push_back({begin, end});
    begin = end;
  }
  return words;
}

TokensOfWords tokens_of_words(std::string_view text, std::span<const TextRange> tokens) {
  return tokens_of_parts(words_of(text), tokens);
}

TokensOfWords tokens_of_parts(std::span<const TextRange> words, std::span<const TextRange> tokens) {
  TokensOfWords found(words.size());
  std::size_t first = 0;  // word that ends behind the token's beginning; both go forward, or both back
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    while (first < words.size() && words[first].end <= tokens[i].begin) ++first;
    while (first > 0 && words[first - 1].end > tokens[i].begin) --first;
    for (std::size_t word = first; word < words.size(); ++word) {
      if (word > first && words[word].begin >= tokens[i].end) break;
      found[word].push_back(i);
    }
  }
  return found;
}

}  // namespace dragoman
