#pragma once

#include "base/even_sample.h"
#include "data/parallel_corpus.h"
#include "data/token_pairs.h"
#include "model/training_facts.h"
#include "tokenizer/sentence_splitter.h"
#include "tokenizer/tokenizer.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

/// Looks at some of the pairs of a corpus of any size, evenly spaced, while they are read.
class TextSampler {
 public:
  /// source_lang: as language_code() writes it, or empty.
  explicit TextSampler(const std::string& source_lang);

  void add(const std::string& source, const std::string& target);

  /// Of the source lines with visible text, the share that holds one sentence; none if there is no such line.
  std::optional<double> one_sentence_share() const;

  /// Some pairs, of each side its beginning.
  ParallelText pairs() const;

 private:
  struct Pair {
    std::string source, target;
  };
  SentenceSplitter splitter_;
  EvenSample<int> sentences_;  // 0 where the line is blank, 1, or 2 for more
  EvenSample<Pair> pairs_;
};

/// Fills in what is known of lengths from the pairs of a training.
void describe_lengths(std::span<const PairPlace> pairs, TrainingFacts& facts);

/// Of the visible characters of the lines, the share that no piece of the tokenizer stands for; 0 without any.
double unknown_share(std::span<const std::string> lines, const Tokenizer& tokenizer);

}  // namespace dragoman
