#pragma once

#include "tokenizer/tokenizer.h"
#include "tokenizer/tokenizer_trainer.h"

#include <cstdint>
#include <string>
#include <vector>

namespace dragoman {

/// `count` different sentences of 1 to about 20 words, the same ones each time.
inline std::vector<std::string> sample_sentences(std::size_t count) {
  const std::vector<std::string> words{"the",  "old",  "dog",   "sees", "a",     "small", "cat",  "under", "green",
                                       "tree", "and",  "jumps", "over", "river", "while", "two",  "birds", "sing",
                                       "in",   "town", "where", "my",   "son",   "waits", "today"};
  std::vector<std::string> sentences;
  std::uint32_t state = 1;
  for (std::size_t i = 0; i < count; ++i) {
    std::string sentence;
    for (std::size_t n = 0; n <= i % 20; ++n) {
      state = state * 1664525U + 1013904223U;
      sentence += words[(state >> 16) % words.size()] + " ";
    }
    sentences.push_back(sentence + "number " + std::to_string(i) + ".");
  }
  return sentences;
}

inline const Tokenizer& sample_tokenizer() {
  static const Tokenizer tokenizer = [] {
    const std::vector<std::string> lines = sample_sentences(400);
    const std::vector<std::string>* texts[] = {&lines};
    TokenizerOptions options;
    options.vocabulary_size = 90;
    return train_tokenizer(texts, options, 1, {});
  }();
  return tokenizer;
}

}  // namespace dragoman
