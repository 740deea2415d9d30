#include "metrics/significance.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <stdexcept>
#include <string>
#include <utility>

namespace dragoman {
namespace {

double mean_of(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// Of each row of `sums`, [samples, width].
std::vector<double> scores_of(const Metric& metric, std::span<const double> sums) {
  const std::size_t width = metric.statistics_size();
  std::vector<double> scores(sums.size() / width);
  for (std::size_t i = 0; i < scores.size(); ++i) scores[i] = metric.score(sums.subspan(i * width, width));
  return scores;
}

// The smallest possible value is not 0 but 1 / (samples + 1): the real difference counts as one of the samples.
double p_value(std::span<const double> differences, double real_difference) {
  const auto larger = std::ranges::count_if(differences, [&](double value) { return value > real_difference; });
  return static_cast<double>(larger + 1) / static_cast<double>(differences.size() + 1);
}

void check_systems(std::span<const Metric* const> metrics, std::span<const SystemStatistics> systems,
                   const ResamplingOptions& options) {
  if (metrics.empty() || systems.empty()) throw std::invalid_argument("a significance test of nothing");
  if (options.samples == 0) throw std::invalid_argument("a significance test needs at least one sample");
  for (const SystemStatistics& system : systems) {
    if (system.size() != metrics.size()) throw std::invalid_argument("each system needs statistics of each metric");
  }
}

// Paired bootstrap: differences of the samples' scores, less their mean, stand for those that chance makes.
double bootstrap_p_value(std::span<const double> scores, std::span<const double> baseline, double real_difference) {
  std::vector<double> differences(scores.size());
  for (std::size_t i = 0; i < scores.size(); ++i) differences[i] = std::abs(scores[i] - baseline[i]);
  const double mean = mean_of(differences);
  for (double& difference : differences) difference -= mean;
  return p_value(differences, real_difference);
}

// What an exchange of a sentence adds to one system and takes from the other.
std::vector<double> row_differences(std::span<const double> baseline, std::span<const double> system) {
  if (baseline.size() != system.size())
    throw std::invalid_argument("resampling: the systems have different numbers of sentences");
  std::vector<double> result(system.size());
  for (std::size_t i = 0; i < result.size(); ++i) result[i] = baseline[i] - system[i];
  return result;
}

// `exchanged`, [samples, width]: the sum of the differences of the sentences that each sample exchanges.
double randomization_p_value(const Metric& metric, std::span<const double> baseline, std::span<const double> system,
                             std::span<const double> exchanged) {
  const std::size_t width = metric.statistics_size();
  const std::vector<double> baseline_total = sum_of_rows(metric, baseline), system_total = sum_of_rows(metric, system);
  std::vector<double> differences(exchanged.size() / width), one(width), other(width);
  for (std::size_t i = 0; i < differences.size(); ++i) {
    for (std::size_t j = 0; j < width; ++j) {
      one[j] = system_total[j] + exchanged[i * width + j];
      other[j] = baseline_total[j] - exchanged[i * width + j];
    }
    differences[i] = std::abs(metric.score(one) - metric.score(other));
  }
  return p_value(differences, std::abs(metric.score(baseline_total) - metric.score(system_total)));
}

}  // namespace

void note_tests(Signature& signature, std::size_t resamples, std::size_t exchanges, const std::string& seed) {
  std::vector<std::pair<std::string, std::string>> added;
  if (resamples > 0) added.emplace_back("bs", std::to_string(resamples));
  if (exchanges > 0) added.emplace_back("ar", std::to_string(exchanges));
  added.emplace_back("seed", seed);
  auto& fields = signature.fields;
  const auto references = std::ranges::find(fields, "nrefs", [](const auto& field) { return field.first; });
  fields.insert(references == fields.end() ? references : references + 1, added.begin(), added.end());
}

Interval interval_of(std::vector<double> scores) {
  if (scores.empty()) throw std::invalid_argument("an interval needs at least one score");
  std::ranges::sort(scores);
  const std::size_t cut = scores.size() / 40;  // 2.5 % on either side
  return {mean_of(scores), 0.5 * (scores[scores.size() - cut - 1] - scores[cut])};
}

std::vector<std::vector<Estimate>> paired_bootstrap(std::span<const Metric* const> metrics,
                                                    std::span<const SystemStatistics> systems,
                                                    const ResamplingOptions& options) {
  check_systems(metrics, systems, options);
  std::vector<StatisticsTable> tables;
  for (const SystemStatistics& system : systems) {
    for (std::size_t m = 0; m < metrics.size(); ++m) tables.push_back({system[m], metrics[m]->statistics_size()});
  }
  const auto sums = bootstrap_sums(tables, options);

  std::vector<std::vector<Estimate>> result(systems.size(), std::vector<Estimate>(metrics.size()));
  for (std::size_t m = 0; m < metrics.size(); ++m) {
    const Metric& metric = *metrics[m];
    const auto real_score = [&](std::size_t s) { return metric.score(sum_of_rows(metric, systems[s][m])); };
    const std::vector<double> baseline = scores_of(metric, sums[m]);
    for (std::size_t s = 0; s < systems.size(); ++s) {
      const std::vector<double> scores = scores_of(metric, sums[s * metrics.size() + m]);
      result[s][m].interval = interval_of(scores);
      if (s == 0) continue;
      result[s][m].p_value = bootstrap_p_value(scores, baseline, std::abs(real_score(0) - real_score(s)));
    }
  }
  return result;
}

std::vector<std::vector<Estimate>> paired_randomization(std::span<const Metric* const> metrics,
                                                        std::span<const SystemStatistics> systems,
                                                        const ResamplingOptions& options) {
  check_systems(metrics, systems, options);
  std::vector<std::vector<Estimate>> result(systems.size(), std::vector<Estimate>(metrics.size()));
  if (systems.size() == 1) return result;
  std::vector<std::vector<double>> differences;
  for (const SystemStatistics& system : systems.subspan(1)) {
    for (std::size_t m = 0; m < metrics.size(); ++m) differences.push_back(row_differences(systems[0][m], system[m]));
  }
  std::vector<StatisticsTable> tables;
  for (std::size_t i = 0; i < differences.size(); ++i)
    tables.push_back({differences[i], metrics[i % metrics.size()]->statistics_size()});
  const auto exchanged = random_half_sums(tables, options);
  for (std::size_t i = 0; i < tables.size(); ++i) {
    const std::size_t s = i / metrics.size() + 1, m = i % metrics.size();
    result[s][m].p_value = randomization_p_value(*metrics[m], systems[0][m], systems[s][m], exchanged[i]);
  }
  return result;
}

}  // namespace dragoman
