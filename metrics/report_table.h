#pragma once

#include "metrics/score_report.h"

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <vector>

namespace dragoman {

/// A system with its scores by each metric; the metrics are the same for all systems.
struct SystemReport {
  std::string name;
  std::vector<ScoreReport> scores;
};

/// A p-value up to this is marked as significant.
inline constexpr double kSignificant = 0.05;

/// Whether the report's p-value is marked: not for a score equal to the baseline's, whose p-value is the smallest there
/// is, since no sample can differ by more than they do.
bool is_significant(const ScoreReport& report, const ScoreReport& baseline);

/// One row a system, and for each metric its score, interval and p-value where there are any, then the signatures.
/// `test` says what the p-values come from ("paired bootstrap resampling, 1000 samples"). `width`: decimals of scores.
std::string format_score_table(std::span<const SystemReport> systems, int width, const std::string& test);

/// The same as a LaTeX tabular (booktabs), notes and signatures as comments before it.
std::string format_score_latex(std::span<const SystemReport> systems, int width, const std::string& test);

/// An array with an object for each system: "system" and, under the name of each metric, sacreBLEU's "score",
/// "p_value", "mean" and "ci" (null where there is none) in full precision, and "signature".
nlohmann::ordered_json score_table_json(std::span<const SystemReport> systems);

}  // namespace dragoman
