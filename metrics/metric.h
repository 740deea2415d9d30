#pragma once

#include "metrics/score_report.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

/// The references of a corpus: `streams[r][i]` is the reference r of sentence i. All streams are equally long.
using ReferenceStreams = std::vector<std::vector<std::string>>;

/// What an empty line in a reference stream is.
enum class EmptyReference {
  kText,     ///< a reference without words, as in sacreBLEU's command line
  kMissing,  ///< none: the sentence has one reference less (`None` in sacreBLEU's Python interface)
};

/// Counts what a metric needs of one sentence after another, in memory that is reused. Not to be shared between
/// threads; refers to the metric that made it.
class SentenceCounter {
 public:
  virtual ~SentenceCounter() = default;

  /// Writes the sentence's statistics to `row`, [M]. There is at least one reference.
  virtual void count(std::string_view hypothesis, std::span<const std::string_view> references,
                     std::span<double> row) = 0;
};

/// A metric with its options. All that a corpus' score depends on is the sum, over its sentences, of a row of numbers,
/// the sentence's statistics: resampling and breakdowns score other sums of the same rows. Safe to share between
/// threads.
class Metric {
 public:
  virtual ~Metric() = default;

  /// Numbers of one sentence, M.
  virtual std::size_t statistics_size() const = 0;

  virtual std::unique_ptr<SentenceCounter> make_counter() const = 0;

  /// From the sum, [M], of the statistics of one sentence or more.
  virtual double score(std::span<const double> sum) const = 0;

  /// The score with its name, signature and details. `references` for each sentence, or kVaryingReferences.
  virtual ScoreReport report(std::span<const double> sum, int references) const = 0;

  /// Of each of these texts, its score against all of them as one reference, which has each n-gram as often as they
  /// have it on average, where each text counts `times` as often as one: a time that grows with their number, not with
  /// its square. Nothing where the metric is not made of n-grams. The last digits depend on the order of the texts.
  virtual std::optional<std::vector<double>> scores_against_mean(std::span<const std::string_view> texts,
                                                                 std::span<const double> times) const;

  /// Whether a lower score is a better one.
  virtual bool lower_is_better() const { return false; }

  /// The statistics of one sentence, [M]. Throws std::invalid_argument without a reference.
  std::vector<double> statistics(std::string_view hypothesis, std::span<const std::string_view> references) const;
};

/// The statistics of each sentence of a corpus, [N, M], counted by `threads` threads; the same whatever their number.
/// Throws std::invalid_argument if there is no hypothesis or no stream, if a stream has another length, or if a
/// sentence has no reference.
std::vector<double> corpus_statistics(const Metric& metric, std::span<const std::string> hypotheses,
                                      const ReferenceStreams& references, int threads,
                                      EmptyReference empty = EmptyReference::kText);

/// The sum, [M], of the rows of `statistics`, [N, M], added from the first to the last: sums of fractions depend on it.
std::vector<double> sum_of_rows(const Metric& metric, std::span<const double> statistics);

/// How many references each sentence has, or kVaryingReferences.
int reference_count(const ReferenceStreams& references, EmptyReference empty = EmptyReference::kText);

}  // namespace dragoman
