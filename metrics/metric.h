#pragma once

#include "metrics/score_report.h"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace dragoman {

/// The references of a corpus: `streams[r][i]` is the reference r of sentence i. All streams are equally long.
using ReferenceStreams = std::vector<std::vector<std::string>>;

/// A metric with its options. All that a corpus' score depends on is the sum, over its sentences, of a row of numbers,
/// the sentence's statistics: resampling and breakdowns score other sums of the same rows. Safe to share between threads.
class Metric {
 public:
  virtual ~Metric() = default;

  /// Numbers of one sentence, M; counts are whole numbers, so that their sum does not depend on the order.
  virtual std::size_t statistics_size() const = 0;

  /// Writes the statistics of sentences `begin` to `end` - 1 to `out`, [end − begin, M]. Throws std::invalid_argument
  /// for a sentence that cannot be scored.
  virtual void statistics(std::span<const std::string> hypotheses, const ReferenceStreams& references,
                          std::size_t begin, std::size_t end, std::span<double> out) const = 0;

  /// From the sum, [M], of the statistics of one sentence or more.
  virtual double score(std::span<const double> sum) const = 0;

  /// The score with its name, signature and details. `references` for each sentence, or kVaryingReferences.
  virtual ScoreReport report(std::span<const double> sum, int references) const = 0;
};

}  // namespace dragoman
