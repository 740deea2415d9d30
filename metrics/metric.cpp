#include "metrics/metric.h"

#include "base/parallel.h"

#include <algorithm>
#include <fmt/format.h>
#include <stdexcept>

namespace dragoman {
namespace {

void check_lengths(std::span<const std::string> hypotheses, const ReferenceStreams& references) {
  if (hypotheses.empty()) throw std::invalid_argument("there are no hypotheses, so that there is nothing to score");
  if (references.empty()) throw std::invalid_argument("there are no references; give at least one");
  for (std::size_t i = 0; i < references.size(); ++i) {
    if (references[i].size() == hypotheses.size()) continue;
    throw std::invalid_argument(fmt::format("reference {} has {} sentences, but there are {} hypotheses", i + 1,
                                            references[i].size(), hypotheses.size()));
  }
}

bool is_there(const std::string& reference, EmptyReference empty) {
  return empty == EmptyReference::kText || !reference.empty();
}

void check_presence(const ReferenceStreams& references, EmptyReference empty) {
  for (std::size_t i = 0; i < references.front().size(); ++i) {
    if (std::ranges::any_of(references, [&](const auto& stream) { return is_there(stream[i], empty); })) continue;
    throw std::invalid_argument(fmt::format("sentence {} has no reference; each needs at least one", i + 1));
  }
}

}  // namespace

std::optional<std::vector<double>> Metric::scores_against_mean(std::span<const std::string_view>,
                                                               std::span<const double>) const {
  return std::nullopt;
}

std::vector<double> Metric::statistics(std::string_view hypothesis,
                                       std::span<const std::string_view> references) const {
  if (references.empty()) throw std::invalid_argument("a sentence has no reference; each needs at least one");
  std::vector<double> row(statistics_size());
  make_counter()->count(hypothesis, references, row);
  return row;
}

std::vector<double> corpus_statistics(const Metric& metric, std::span<const std::string> hypotheses,
                                      const ReferenceStreams& references, int threads, EmptyReference empty) {
  check_lengths(hypotheses, references);
  check_presence(references, empty);
  const std::size_t size = metric.statistics_size();
  std::vector<double> result(hypotheses.size() * size);
  parallel_for(hypotheses.size(), threads, [&](std::size_t begin, std::size_t end) {
    const auto counter = metric.make_counter();
    std::vector<std::string_view> present;
    for (std::size_t i = begin; i < end; ++i) {
      present.clear();
      for (const auto& stream : references) {
        if (is_there(stream[i], empty)) present.emplace_back(stream[i]);
      }
      counter->count(hypotheses[i], present, std::span(result).subspan(i * size, size));
    }
  });
  return result;
}

std::vector<double> sum_of_rows(const Metric& metric, std::span<const double> statistics) {
  std::vector<double> sum(metric.statistics_size());
  for (std::size_t i = 0; i < statistics.size(); ++i) sum[i % sum.size()] += statistics[i];
  return sum;
}

int reference_count(const ReferenceStreams& references, EmptyReference empty) {
  int count = kVaryingReferences;
  for (std::size_t i = 0; !references.empty() && i < references.front().size(); ++i) {
    int present = 0;
    for (const auto& stream : references) present += is_there(stream[i], empty);
    if (i > 0 && present != count) return kVaryingReferences;
    count = present;
  }
  return count;
}

}  // namespace dragoman
