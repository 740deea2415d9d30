#pragma once

#include "app/cli/command_line.h"
#include "app/engine_shelf.h"
#include "app/language_translators.h"
#include "app/line_request.h"
#include "app/markup_options.h"
#include "app/rerank/ready_reranker.h"
#include "app/translation_options.h"
#include "base/notice.h"
#include "decoding/engine/translator.h"
#include "decoding/search/interruption.h"
#include "decoding/text/least_risk.h"
#include "metrics/metric.h"
#include "tokenizer/punctuation.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace dragoman {

/// A translator of one model, of several that search together, or of two: through a language between.
struct ReadyTranslator {
  std::optional<Translator> via;  ///< before the other
  Translator translator;
  std::string fingerprint;  ///< of the models, and their shortlists if these are used
  std::optional<PunctuationNormaliser> punctuation = std::nullopt;  ///< before both
  std::optional<ReadyMarkup> marks = std::nullopt;                  ///< what of a line is not translated, if anything
  std::unique_ptr<const Metric> risk = nullptr;     ///< by which translations are chosen; null: the model's score
  RiskReferences references = RiskReferences::all;  ///< of it
  std::shared_ptr<const ReadyReranker> reranker = nullptr;  ///< likewise
  bool distinct = false;                                    ///< of equal texts, whether one is left alone
  std::size_t chosen = 1;                                   ///< how many, if so
  /// Of lines that name their languages: what is like `via`, and like `translator`.
  std::shared_ptr<LanguageTranslators> others_via = std::make_shared<LanguageTranslators>();
  std::shared_ptr<LanguageTranslators> others = std::make_shared<LanguageTranslators>();

  /// As Translator does (Interrupted included), and with a metric of the risk as choose_by_risk() does, or with a
  /// reranker as that. Of two models, the first's best translation, as a search finds it, is what the second
  /// translates; scores are the second's, links of words those of both, one behind the other, and prefixes are the
  /// second's. With marks as translate_marked() does: scores and links are those of the texts between, a prefix that of
  /// the first. Throws std::runtime_error naming the line of a request that cannot be.
  std::vector<Translation> translate(std::vector<LineRequest> requests, LineReport& report,
                                     const Interruption& interruption = {}) const;

  /// The same of plain lines, of which the first has the number `first_line_number`.
  std::vector<Translation> translate_lines(std::span<const std::string> lines, std::int64_t first_line_number,
                                           LineReport& report) const;

  /// The same with other marks than its own. Translators that were made without `alignment` have no links to place them
  /// by.
  std::vector<Translation> translate_marked_lines(std::span<const LineRequest> requests, LineReport& report,
                                                  const ReadyMarkup& other_marks,
                                                  const Interruption& interruption = {}) const;

 private:
  /// What has a say on translations; refers to this.
  OutputChoice choice() const;
  std::vector<Translation> translate_texts(std::vector<LineRequest> requests, LineReport& report,
                                           const Interruption& interruption) const;
  std::vector<Translation> translate_into(const LanguagePair& languages, std::vector<SourceLine> lines,
                                          LineReport& report, const Interruption& interruption) const;
};

/// Of what `first` reads, if the options say so.
std::optional<PunctuationNormaliser> punctuation_before(const Translator& first, const TranslationOptions& options);

/// Loads what the options name; call after settle_choice(). Throws std::invalid_argument where two models do not
/// fit each other.
ReadyTranslator make_translator(const CommandLine& line, const TranslationOptions& options, const Notice& notice);

/// The same with models from `shelf`, where they stay for others.
ReadyTranslator make_translator(const CommandLine& line, TranslationOptions options, const Notice& notice,
                                EngineShelf& shelf);

}  // namespace dragoman
