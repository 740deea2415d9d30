#pragma once

#include "app/cli/command_line.h"
#include "metrics/bleu.h"
#include "metrics/breakdown.h"
#include "metrics/chrf.h"
#include "metrics/metric.h"
#include "metrics/rouge.h"
#include "metrics/ter.h"

#include <memory>
#include <vector>

namespace dragoman {

enum class MetricName { bleu, chrf, ter, rouge1, rouge2, rouge_l, rouge_lsum };

template <>
inline constexpr auto kEnumNames<MetricName> = enum_names<MetricName>({{MetricName::bleu, "bleu"},
                                                                       {MetricName::chrf, "chrf"},
                                                                       {MetricName::ter, "ter"},
                                                                       {MetricName::rouge1, "rouge1"},
                                                                       {MetricName::rouge2, "rouge2"},
                                                                       {MetricName::rouge_l, "rougeL"},
                                                                       {MetricName::rouge_lsum, "rougeLsum"}});

bool is_rouge(MetricName name);

/// Which metrics, with which options.
struct MetricChoice {
  std::vector<MetricName> names = {MetricName::bleu};  ///< none of them twice
  BleuOptions bleu;
  ChrfOptions chrf;
  TerOptions ter;
  RougeOptions rouge{.sentence_separator = "<n>"};  ///< whose type is one of `names`; a line holds no line break

  bool has(MetricName name) const;
};

/// A metric for a whole corpus, and for one sentence of it from the same statistics.
struct EvaluatedMetric {
  std::unique_ptr<Metric> corpus;
  std::unique_ptr<Metric> sentence;
};

void add_metric_options(CommandLine& line, MetricChoice& choice);

/// Throws std::invalid_argument for the first option that is out of range, or is given though no chosen metric has it.
void check_metric_options(const CommandLine& line, const MetricChoice& choice);

std::vector<EvaluatedMetric> make_metrics(const MetricChoice& choice);

/// Words as BLEU has them, for the breakdown; where those are pieces of words, as 13a has them.
SplitWords word_splitter(const BleuOptions& options);

}  // namespace dragoman
