#pragma once

#include "base/enum_names.h"
#include "decoding/alignment/alignment_options.h"
#include "decoding/search/diverse_chooser.h"
#include "decoding/search/ensemble_scorer.h"
#include "decoding/search/sampling_chooser.h"
#include "decoding/search/search_options.h"
#include "decoding/text/line_segments.h"
#include "decoding/text/sentence_rules.h"
#include "model/text_frame.h"
#include "tokenizer/glossary.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace dragoman {

/// Whether sentences whose translations repeat themselves, or stop short, are translated once more.
enum class Guard { off, on };

template <>
inline constexpr auto kEnumNames<Guard> = enum_names<Guard>({{Guard::off, "off"}, {Guard::on, "on"}});

struct TranslatorOptions {
  SearchOptions search;
  int batch_size = 32;          ///< most sentences in a batch; 0: no limit
  int batch_tokens = 2048;      ///< most sentences × longest source in a batch, one sentence at least; 0: no limit
  int max_source_length = 256;  ///< tokens; a longer sentence is translated in parts, 1 to 100000
  SentenceSplitting split_sentences = SentenceSplitting::automatic;
  /// Draws translations by these, n_best of them, rather than searching for the best; beam_size must be n_best.
  std::optional<SamplingOptions> sampling = std::nullopt;
  int no_repeat_ngram = 0;  ///< no sequence of so many tokens comes twice; 0: any may
  /// Texts whose tokens do not come one behind the other; one that is a piece's name stands for that piece, too.
  std::vector<std::string> suppressed = {};

  RuleStrength rules;                                  ///< how strongly terms and prefixes are asked for
  std::shared_ptr<const Glossary> glossary = nullptr;  ///< terms of all lines; null: none
  double coverage_penalty = 0;                         ///< beta of CoverageRanking; 0: none
  DiversityOptions diversity;                          ///< of the beams
  /// Rather than n_best (which is 1 then): translations that differ in the next word behind the line's prefix, one for
  /// each of so many likeliest words, up to 100; 0: none.
  int alternatives = 0;
  Guard guard = Guard::off;

  LanguagePair languages;    ///< of a model that knows several; without it, those that it was trained on
  EnsembleOptions ensemble;  ///< of several models

  /// Finds word alignments this way: one more pass of the model over each translation. None: no alignments.
  std::optional<AlignmentOptions> alignment = std::nullopt;
  bool word_links = true;  ///< of every line, if it has alignments

  /// Throws std::invalid_argument naming the first option that is out of range, and its limit.
  void validate() const;
  /// Which of the others forbids `alternatives`, and what to do about it; nothing if none does.
  std::optional<std::string> why_no_alternatives() const;
  /// Throws std::invalid_argument if lines cannot have terms.
  void check_terms() const;

 private:
  void check_alternatives() const;
};

}  // namespace dragoman
