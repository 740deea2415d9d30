#pragma once

#include "data/pair_reader.h"
#include "model/text_frame.h"

#include <cstdint>
#include <string>
#include <vector>

namespace dragoman {

/// Where the sentence pairs come from: pairs of files or TSV files, plain or gzip.
struct CorpusOptions {
  std::vector<std::string> train_source, train_target;  ///< as many of one as of the other
  std::vector<std::string> train_tsv;                   ///< source, tab, target; instead of the two above
  std::vector<std::string> guided_alignment;  ///< one for each of train_source or train_tsv: word links; or none
  std::string valid_source, valid_target;
  std::string source_lang, target_lang;  ///< as language_code() writes them; empty: unknown
  std::string valid_tsv;                 ///< instead of these two
  std::int64_t valid_lines = 0;  ///< instead of files: so many training pairs, evenly spaced, are held out; 0: none
  double weight = 1;             ///< beside other corpora each pair counts so many times; above 0

  LanguagePair languages() const;
  PairFiles train_files() const { return {train_source, train_target, train_tsv, guided_alignment}; }

  /// Whether there is no source, as a language model has none.
  bool targets_alone() const { return train_source.empty() && train_tsv.empty() && !train_target.empty(); }

  /// Whether files are named to validate on.
  bool validation_files() const { return !(valid_source.empty() && valid_target.empty() && valid_tsv.empty()); }

  /// Of what is trained on, with languages and weight. Throws std::invalid_argument naming the option and what is
  /// allowed.
  void validate_training() const;
  /// The same of what is validated on, if anything is.
  void validate_validation() const;
};

/// What is said where nothing is there to validate on.
inline constexpr const char* kNothingToValidateOn =
    "there is nothing to validate on; give --valid-source and --valid-target, --valid-tsv or --valid-lines";

}  // namespace dragoman
