#pragma once

#include "app/evaluate/evaluate_options.h"
#include "metrics/report_table.h"
#include "metrics/sentence_report.h"

#include <optional>
#include <string>
#include <vector>

namespace dragoman {

/// Systems, their texts and all that is computed from them.
struct Evaluation {
  std::vector<std::string> names;                    ///< [systems]
  std::vector<std::vector<std::string>> hypotheses;  ///< [systems][sentences]
  ReferenceStreams references;
  std::vector<std::string> sources;  ///< may be empty
  /// Where the breakdown counts words; empty: in the first references.
  std::optional<std::vector<std::string>> frequency_text;

  std::vector<EvaluatedMetric> metrics;
  std::vector<SystemStatistics> statistics;  ///< [systems]
  std::vector<SystemReport> systems;
  std::string test;  ///< what the p-values come from; empty if there are none

  std::vector<std::string> metric_names() const;
  std::vector<const std::vector<std::string>*> hypothesis_views() const;
  std::vector<const Metric*> corpus_metrics() const;
};

/// Counts the statistics of the texts in `evaluation`, and fills in all that follows from them.
void score(Evaluation& evaluation, const EvaluateOptions& options);

/// The score of each sentence by each metric; refers to `hypotheses`, [systems], and the texts in `evaluation`.
ScoredSentences score_sentences(const Evaluation& evaluation,
                                std::span<const std::vector<std::string>* const> hypotheses);

/// By length and by frequency of words.
Breakdown break_down(const Evaluation& evaluation, const EvaluateOptions& options);

}  // namespace dragoman
