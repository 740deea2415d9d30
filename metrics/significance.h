#pragma once

#include "base/enum_names.h"
#include "metrics/metric.h"
#include "metrics/resampling.h"
#include "metrics/score_report.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace dragoman {

/// How systems are compared with the first one.
enum class PairedTest { bootstrap, randomization };

template <>
inline constexpr auto kEnumNames<PairedTest> = enum_names<PairedTest>({{PairedTest::bootstrap, "bootstrap"},
                                                                       {PairedTest::randomization, "randomization"}});

/// What resampling says about one system's score by one metric.
struct Estimate {
  std::optional<Interval> interval;
  /// Of the hypothesis that the system and the baseline differ by chance alone; none for the baseline itself.
  std::optional<double> p_value;
};

/// Statistics of a system by each metric: [M][N, width of the metric].
using SystemStatistics = std::vector<std::vector<double>>;

/// Bootstrap resampling of all systems on the same samples, by sacreBLEU's rules and random numbers (Koehn 2004,
/// "Statistical Significance Tests for Machine Translation Evaluation"): the 95 % interval of each score, and p-values
/// against the first system, the baseline. Returns [systems][metrics].
///
/// sacreBLEU sums and scores samples in single precision, this in double; a p-value differs by one sample in the rare
/// case that a difference is within that rounding of the real one.
std::vector<std::vector<Estimate>> paired_bootstrap(std::span<const Metric* const> metrics,
                                                    std::span<const SystemStatistics> systems,
                                                    const ResamplingOptions& options);

/// Two-sided paired approximate randomisation against the first system (Riezler and Maxwell 2005, "On Some Pitfalls in
/// Automatic Evaluation and Significance Testing for MT"): how often a random exchange of sentences between the two
/// makes a larger difference than there is. No intervals. Returns [systems][metrics].
///
/// Statistics that are fractions (the mean length of three references, in TER) sum up to a slightly different number in
/// sacreBLEU, which may count a sample as larger that is as large.
std::vector<std::vector<Estimate>> paired_randomization(std::span<const Metric* const> metrics,
                                                        std::span<const SystemStatistics> systems,
                                                        const ResamplingOptions& options);

/// Notes in the fields after the number of references how often was resampled and exchanged at random (0: not at all),
/// as sacreBLEU does: "bs:1000|seed:12345". `seed` may be "none".
void note_tests(Signature& signature, std::size_t resamples, std::size_t exchanges, const std::string& seed);

/// Mean of the scores and half of the range that 95 % of them are in. Throws std::invalid_argument for none.
Interval interval_of(std::vector<double> scores);

}  // namespace dragoman
