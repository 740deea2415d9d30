#pragma once

#include "metrics/breakdown.h"
#include "metrics/report_table.h"
#include "metrics/sentence_report.h"

#include <span>
#include <string>
#include <vector>

namespace dragoman {

/// What a page shows; all sentences in the order of the files.
struct ReportPage {
  std::span<const SystemReport> systems;
  std::vector<bool> lower_is_better;  ///< [metrics]
  std::string test;                   ///< what the p-values come from; may be empty
  int width = 2;                      ///< decimals of scores
  const Breakdown& breakdown;
  const ScoredSentences& sentences;
};

/// A self-contained page of HTML: the scores, the breakdown in plots, and a table of the sentences to search and sort,
/// in which the differences between hypotheses and references are marked. Texts are UTF-8.
std::string format_report_page(const ReportPage& page);

}  // namespace dragoman
