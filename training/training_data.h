#pragma once

#include "base/notice.h"
#include "data/parallel_corpus.h"
#include "model/model_directory.h"
#include "training/train_options.h"

#include <string>

namespace dragoman {

/// The texts of a training, read but not tokenised.
struct TrainingText {
  ParallelText train, valid;

  /// Number of pairs and CRC-32 of all text, so that a training is not resumed on other data by mistake.
  std::string fingerprint() const;
};

TrainingText read_training_text(const CorpusOptions& corpus, const Notice& notice);

/// The tokenizers that the options name, or new ones trained on the text.
Tokenizers make_tokenizers(const TrainingText& text, const VocabularyOptions& options, int threads,
                           const Notice& notice);

/// The training pairs as ids. Reports what was dropped and why, and throws std::runtime_error if nothing is left.
TokenizedCorpus tokenize_training_text(const TrainingText& text, const Tokenizers& tokenizers,
                                       const FilterOptions& filter, int threads, const Notice& notice);

}  // namespace dragoman
