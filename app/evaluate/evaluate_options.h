#pragma once

#include "app/cli/command_line.h"
#include "app/evaluate/metric_choice.h"
#include "app/line_requests.h"
#include "app/translation_options.h"
#include "metrics/significance.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace dragoman {

enum class EvaluateFormat { text, json, latex };

template <>
inline constexpr auto kEnumNames<EvaluateFormat> = enum_names<EvaluateFormat>({{EvaluateFormat::text, "text"},
                                                                               {EvaluateFormat::json, "json"},
                                                                               {EvaluateFormat::latex, "latex"}});

/// What `evaluate` is asked to do.
struct EvaluateOptions {
  std::vector<std::string> hypotheses;  ///< files, each a system
  TranslationOptions translation;       ///< a model instead of hypotheses
  std::string source;                   ///< what the model translates, or shown beside the hypotheses
  RequestOptions requests;              ///< of the source's lines
  std::vector<std::string> references;  ///< files, each a reference of every line
  bool missing_references = false;      ///< an empty line of a reference file is none
  std::string hypothesis_output;        ///< where the model's translations go; may be empty

  MetricChoice metrics;

  bool confidence = false;
  int confidence_samples = 1000;
  std::optional<PairedTest> paired;
  bool paired_bs = false, paired_ar = false;  ///< sacreBLEU's names for the two values of `paired`
  int paired_samples = 0;                     ///< 0: 1,000 resamples or 10,000 random exchanges
  std::string seed = "12345";                 ///< a number, or "none": another one each time

  bool sentence_level = false;
  bool breakdown = false;
  std::string frequency_file;  ///< where the breakdown counts words; empty: in the references
  int worst = 0;
  std::string html;  ///< where the page goes; may be empty

  EvaluateFormat format = EvaluateFormat::text;
  int width = 2;  ///< decimals
  bool score_only = false;
  bool quiet = false;

  bool has_model() const { return !translation.model.empty(); }
  std::size_t system_count() const { return has_model() ? 1 : hypotheses.size(); }
  EmptyReference empty_reference() const;
  int threads() const;
  std::size_t paired_sample_count() const;
  std::uint64_t seed_number() const;  ///< a random one for "none"
};

void add_options(CommandLine& line, EvaluateOptions& options);

/// Fills in what follows from other options, and throws std::invalid_argument for the first that is wrong, that
/// contradicts another, or that none of the chosen metrics has. Call after CommandLine::parse().
void settle(const CommandLine& line, EvaluateOptions& options);

}  // namespace dragoman
