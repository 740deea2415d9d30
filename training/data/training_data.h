#pragma once

#include "base/notice.h"
#include "data/corpus_file.h"
#include "data/parallel_corpus.h"
#include "formats/model_directory.h"
#include "training/options/train_options.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace dragoman {

/// Pairs to validate on, of one pair of languages.
struct ValidationText {
  LanguagePair languages;
  ParallelText pairs;
};

/// The texts of a training. Those to validate on are in memory; those to train on, of any size, are in their files.
struct TrainingText {
  std::vector<CorpusOptions> corpora;
  PairSummary summary;                       ///< of the pairs in these files, when they were looked at
  ParallelText sample;                       ///< a thousand or two of them, evenly spaced, of each side its beginning
  EvenChoice held_out;                       ///< those of them that are not trained on
  std::optional<double> one_sentence_share;  ///< TrainingFacts
  std::vector<ValidationText> valid;         ///< at most one for each pair of languages

  /// Pairs to train on.
  std::int64_t train_pairs() const { return summary.pairs - held_out.count; }
  std::vector<std::int64_t> train_pairs_of_corpora() const;

  /// Pairs to validate on.
  std::size_t valid_pairs() const;

  /// Reads the pairs to train on.
  PairReader reader() const;

  /// Numbers of pairs and checksums of all text, so that a training is not resumed on other data by mistake.
  std::string fingerprint() const;
};

/// Reads all texts once, so that what is wrong with them is told before anything else, and warns of what looks wrong.
TrainingText read_training_text(std::span<const CorpusOptions> corpora, const Notice& notice);

/// Makes `lines` of the training pairs, evenly spaced, those to validate on. Throws std::invalid_argument if none would
/// be left to train on.
void hold_out(TrainingText& text, std::int64_t lines);

/// The tokenizers that the options name, or new ones trained on the text, in which languages have the parts that their
/// temperature gives them.
Tokenizers make_tokenizers(const TrainingText& text, const VocabularyOptions& options, double language_temperature,
                           int threads, const Notice& notice);

/// Pairs of each corpus in an epoch; nothing where that has each pair once. pairs: of each corpus.
std::optional<std::vector<std::int64_t>> mixture_of(std::span<const CorpusOptions> corpora,
                                                    std::span<const std::int64_t> pairs, double language_temperature);

/// Warns where the tokenizers, which have not been learnt from this text, do not know a tenth of its characters or
/// more.
void warn_of_unknown_text(const TrainingText& text, const Tokenizers& tokenizers, const Notice& notice);

/// The training pairs as ids, in `file`, which is written unless it holds just these. Reports what was dropped and why.
/// Throws std::runtime_error if nothing is left, or if the text has changed since it was read.
std::unique_ptr<CorpusFile> tokenize_training_text(const std::filesystem::path& file, const TrainingText& text,
                                                   const Tokenizers& tokenizers, const FilterOptions& filter,
                                                   int threads, const Notice& notice);

}  // namespace dragoman
