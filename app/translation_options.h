#pragma once

#include "app/cli/command_line.h"
#include "app/markup_options.h"
#include "app/model_option.h"
#include "base/enum_names.h"
#include "decoding/engine/translator_options.h"
#include "decoding/search/sampling_chooser.h"
#include "decoding/text/least_risk.h"
#include "model/model_config.h"

#include <string>
#include <vector>

namespace dragoman {

/// How the model's weights are kept; automatic: as they are stored.
enum class InferencePrecision { automatic, fp32, bf16, int8 };

template <>
inline constexpr auto kEnumNames<InferencePrecision> =
    enum_names<InferencePrecision>({{InferencePrecision::automatic, "auto"},
                                    {InferencePrecision::fp32, "fp32"},
                                    {InferencePrecision::bf16, "bf16"},
                                    {InferencePrecision::int8, "int8"}});

/// What is done to lines before they are translated; moses: PunctuationNormaliser.
enum class LineNormalisation { none, moses };

template <>
inline constexpr auto kEnumNames<LineNormalisation> =
    enum_names<LineNormalisation>({{LineNormalisation::none, "none"}, {LineNormalisation::moses, "moses"}});

/// The metric by which candidates are compared with each other.
enum class RiskMetric { none, chrf, bleu, ter };

template <>
inline constexpr auto kEnumNames<RiskMetric> = enum_names<RiskMetric>(
    {{RiskMetric::none, "none"}, {RiskMetric::chrf, "chrf"}, {RiskMetric::bleu, "bleu"}, {RiskMetric::ter, "ter"}});

/// What `translate` and `evaluate` need to translate with a model.
struct TranslationOptions : ModelChoice {
  std::vector<std::string> companions;  ///< models that search together with `model`
  LineNormalisation normalise = LineNormalisation::none;
  std::string via;              ///< a model whose translations this one translates; empty: none
  std::string via_lang;         ///< the language between the two; empty: that which one of them has learnt
  std::string device = "auto";  ///< auto, cpu or cuda
  InferencePrecision precision = InferencePrecision::automatic;
  bool shortlist = false;             ///< score what the model's shortlist has for a sentence, not the whole vocabulary
  double temperature = 0;             ///< of sampling; 0: a search
  SamplingOptions sampling;           ///< the rest of it
  RiskMetric mbr = RiskMetric::none;  ///< of minimum Bayes risk; none: the translations as they are found
  std::string rerank;                 ///< a RerankRecipe's file, by which translations are chosen; empty: none
  bool gathers_candidates = false;    ///< the command wants all candidates, and chooses itself
  bool distinct = false;              ///< of equal texts among the translations of a line, one is left
  int candidates = 0;                 ///< to choose from; 0: as many as are usual
  RiskReferences mbr_references = RiskReferences::all;  ///< what they are compared with
  std::string suppress;                                 ///< a file of texts that do not come; empty: none
  MarkupOptions marks;                                  ///< what is not translated
  std::string glossary;                                 ///< a file of terms; empty: none
  int threads = 0;  ///< workers of one thread each, sharing the weights; 0: one a core. On a GPU it is one.
  TranslatorOptions translator;

  /// Whether more translations are found than are wanted.
  bool has_candidates() const { return mbr != RiskMetric::none || !rerank.empty() || gathers_candidates || distinct; }
};

/// How scores of different lengths are made comparable.
void add_normalisation_options(CommandLine& line, TranslationOptions& options);

/// Batches, threads, device and precision.
void add_speed_options(CommandLine& line, TranslationOptions& options);

/// From which language into which, of a model that knows several.
void add_language_options(CommandLine& line, TranslationOptions& options);

/// Adds the search, with these three, but not the model.
void add_translation_options(CommandLine& line, TranslationOptions& options);

/// What comes before and behind a search, and instead of it: of commands that use a ReadyTranslator.
void add_choice_options(CommandLine& line, TranslationOptions& options);

/// Whether lines are cut into sentences.
void add_splitting_option(CommandLine& line, TranslationOptions& options);

/// Which attention word alignments are taken from.
void add_alignment_options(CommandLine& line, AlignmentOptions& options);

/// Call after CommandLine::parse(): of the limits of a batch, the one that the user gives holds alone.
void settle_batch_limits(const CommandLine& line, TranslationOptions& options);

/// Call after CommandLine::parse(), once: what is drawn, and what must not come.
void settle_choice(const CommandLine& line, TranslationOptions& options);

/// Searches as the model asks for where `line` does not say how.
void follow_model(const CommandLine& line, const ModelConfig& config, TranslationOptions& options);

}  // namespace dragoman
