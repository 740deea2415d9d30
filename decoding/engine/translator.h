#pragma once

#include "base/notice.h"
#include "decoding/alignment/word_alignment.h"
#include "decoding/engine/engine.h"
#include "decoding/engine/model_ensemble.h"
#include "decoding/search/beam.h"
#include "decoding/search/constraint.h"
#include "decoding/search/interruption.h"
#include "decoding/search/sampling_chooser.h"
#include "decoding/search/search_options.h"
#include "decoding/text/line_report.h"
#include "decoding/text/line_segments.h"
#include "decoding/text/translation.h"
#include "tokenizer/tokenizer.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace dragoman {

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

  LanguagePair languages;    ///< of a model that knows several; without it, those that it was trained on
  EnsembleOptions ensemble;  ///< of several models

  /// Finds word alignments this way: one more pass of the model over each translation. None: no alignments.
  std::optional<AlignmentOptions> alignment = std::nullopt;
  bool word_links = true;  ///< of every line, if it has alignments

  /// Throws std::invalid_argument naming the first option that is out of range, and its limit.
  void validate() const;
};

/// Whether the links of the text of lines[i] are wanted.
using IsLinked = std::function<bool(std::size_t i)>;

/// Text in, text out. A line's translation depends on nothing but the line: not on the batch, the order or the number
/// of workers (on a CPU; on other devices as far as their kernels keep rows apart). Threads may share it.
class Translator {
 public:
  /// Throws std::invalid_argument for options that are out of range, or that the model cannot follow, text_frame()
  /// among them.
  Translator(std::shared_ptr<const Engine> engine, const TranslatorOptions& options);

  /// The same with several models, as ModelEnsemble has them. What is said of the text, and word alignments, are of the
  /// first, and so are the tokens that never come.
  Translator(std::vector<std::shared_ptr<const Engine>> engines, const TranslatorOptions& options);

  /// One translation for each line, in order. Lines without visible text give an empty one and never reach the model.
  /// Equal lines are translated once. A line that is cut into segments has their translations, joined.
  ///
  /// `report` hears of lines that are unusual; the first has the number `first_line_number`. Throws Interrupted within
  /// a step of a search if the interruption comes. Outputs have links where is_linked, and options().alignment, say so.
  std::vector<Translation> translate(std::span<const std::string> lines, std::int64_t first_line_number,
                                     LineReport& report, const Interruption& interruption = {},
                                     const IsLinked& is_linked = {}) const;

  /// The same, with what there is to report told at once.
  std::vector<Translation> translate(std::span<const std::string> lines, std::int64_t first_line_number = 1,
                                     const Notice& notice = {}, const Interruption& interruption = {}) const;

  const Engine& engine() const { return *engine_; }
  const TranslatorOptions& options() const { return options_; }
  const Tokenizer& target_tokenizer() const { return engine_->tokenizers().target; }

 private:
  using Outputs = std::vector<Translation::Output>;

  std::vector<Outputs> translate_segments(std::span<const LineSegment> segments,
                                          const Interruption& interruption) const;
  void translate_batch(std::span<const LineSegment> segments, std::span<const std::size_t> batch,
                       const Interruption& interruption, std::vector<Outputs>& outputs) const;
  Translation::Output to_output(const Hypothesis& hypothesis) const;
  CharacterCounts count_characters(const std::string& line, std::span<const LineSegment> segments) const;
  void report_on(std::int64_t number, std::span<const LineSegment> segments, bool cut,
                 const CharacterCounts& characters, const Translation& translation, LineReport& report) const;

  std::shared_ptr<const Engine> engine_;
  TranslatorOptions options_;
  ModelEnsemble models_;
  TextFrame frame_;
  ForbiddenIds forbidden_;
  std::vector<std::unique_ptr<const Constraint>> asked_for_;  // besides
  LineSegmenter segmenter_;
};

}  // namespace dragoman
