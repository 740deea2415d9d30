#pragma once

#include "base/notice.h"
#include "decoding/engine/engine.h"
#include "decoding/engine/ruled_search.h"
#include "decoding/engine/segment_search.h"
#include "decoding/engine/translator_options.h"
#include "decoding/search/interruption.h"
#include "decoding/text/line_report.h"
#include "decoding/text/line_segments.h"
#include "decoding/text/source_line.h"
#include "decoding/text/translation.h"
#include "tokenizer/tokenizer.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace dragoman {

/// Has its say on the outputs of translations, of which some or all may stay, in another order, at least one.
using OutputChoice = std::function<void(std::span<const std::string> lines, std::span<Translation> translations)>;

/// Text in, text out. A line's translation depends on nothing but the line: not on the batch, the order or the number
/// of workers (on a CPU; on other devices as far as their kernels keep rows apart). Threads may share it.
class Translator {
 public:
  /// Throws std::invalid_argument for options that are out of range, or that the model cannot follow, text_frame()
  /// among them, and for a language model.
  Translator(std::shared_ptr<const Engine> engine, const TranslatorOptions& options);

  /// The same with several models, as ModelEnsemble has them. Characters that are unknown, and word alignments, are of
  /// the first, and so are the tokens that never come; of lengths that are too much for one the least is reported.
  Translator(std::vector<std::shared_ptr<const Engine>> engines, const TranslatorOptions& options);

  /// One translation for each line, in order. Lines without visible text give an empty one and never reach the model.
  /// Equal lines are translated once. A line that is cut into segments has their translations, joined.
  ///
  /// `report` hears of lines that are unusual, but not of terms, which a caller may translate once more. Throws
  /// Interrupted within a step of a search if the interruption comes, and std::invalid_argument for a line that asks
  /// what cannot be. Outputs that `choose` leaves have links where lines want them, if options().alignment is there.
  std::vector<Translation> translate(std::span<const SourceLine> lines, LineReport& report,
                                     const Interruption& interruption = {}, const OutputChoice& choose = {}) const;

  /// The same of plain lines, of which the first has the number `first_line_number`.
  std::vector<Translation> translate(std::span<const std::string> lines, std::int64_t first_line_number,
                                     LineReport& report, const Interruption& interruption = {}) const;

  /// The same, with what there is to report told at once.
  std::vector<Translation> translate(std::span<const std::string> lines, std::int64_t first_line_number = 1,
                                     const Notice& notice = {}, const Interruption& interruption = {}) const;

  /// Throws std::invalid_argument for a model whose translations cannot begin with what is given: RuledSearch.
  void check_prefixes() const { search_.check_prefixes(); }

  /// The same for other languages: each that is given.
  Translator with_languages(const LanguagePair& languages) const;

  const Engine& engine() const { return *engine_; }
  const std::shared_ptr<const Engine>& shared_engine() const { return engine_; }
  const TranslatorOptions& options() const { return options_; }
  const Tokenizer& target_tokenizer() const { return engine_->tokenizers().target; }

 private:
  using Outputs = SegmentSearch::Outputs;

  void align(std::span<const std::string> texts, const LineSegments& segments, const std::vector<bool>& linked,
             std::vector<Outputs>& outputs) const;
  CharacterCounts count_characters(const std::string& line, std::span<const LineSegment> segments) const;
  void report_on_length(std::int64_t number, const LineSegments& segments, const LineSegments::Line& line,
                        LineReport& report) const;
  void report_on(std::int64_t number, const CharacterCounts& characters, const Translation& translation,
                 LineReport& report) const;

  std::shared_ptr<const Engine> engine_;
  TranslatorOptions options_;
  RuledSearch search_;
  LineSegmenter segmenter_;
};

}  // namespace dragoman
