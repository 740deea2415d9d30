#include "metrics/weight_tuning.h"

#include "base/counter_random.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>

namespace dragoman {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr int kBeginnings = 10;
constexpr int kMostRounds = 50;
constexpr double kLeastGain = 1e-9;
constexpr std::uint64_t kSeed = 1;

/// Where, as a weight grows, a line's best candidate becomes another.
struct Change {
  double weight;
  std::size_t line, from, to;
};

/// A candidate's sum of features as a function of one weight.
struct Ray {
  double slope, at_zero;
  std::size_t candidate;
};

class Search {
 public:
  Search(const Metric& metric, std::span<const TuningLine> lines, std::span<const std::size_t> of_any_sign)
      : metric_(metric), lines_(lines), of_any_sign_(of_any_sign) {}

  // The larger, the better.
  double score(std::span<const double> sum) const {
    return metric_.lower_is_better() ? -metric_.score(sum) : metric_.score(sum);
  }

  double score_by(std::span<const double> weights) const {
    std::vector<double> sum(metric_.statistics_size());
    for (const TuningLine& line : lines_) {
      const auto better = [&](const TuningCandidate& a, const TuningCandidate& b) {
        return weighted_sum(weights, a.features) < weighted_sum(weights, b.features);
      };
      add(*std::ranges::max_element(line, better), 1, sum);
    }
    return score(sum);
  }

  // From these weights to better ones; returns their score.
  double climb(std::vector<double>& weights) const {
    double best = score_by(weights);
    for (int round = 0; round < kMostRounds; ++round) {
      const double before = best;
      for (std::size_t feature = 1; feature < weights.size(); ++feature) best = improve(feature, weights, best);
      if (best <= before + kLeastGain) break;
    }
    return best;
  }

  bool is_signed(std::size_t feature) const { return std::ranges::count(of_any_sign_, feature) > 0; }

 private:
  static void add(const TuningCandidate& candidate, double times, std::vector<double>& sum) {
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += times * candidate.statistics[i];
  }

  // The best value of one weight while the others stay, if it is better than what there is.
  double improve(std::size_t feature, std::vector<double>& weights, double best) const {
    const double lowest = is_signed(feature) ? -kInfinity : 0;
    std::vector<double> sum(metric_.statistics_size());
    std::vector<Change> changes;
    for (std::size_t i = 0; i < lines_.size(); ++i)
      add(lines_[i][envelope(i, feature, weights, lowest, changes)], 1, sum);
    std::ranges::sort(changes, {}, &Change::weight);
    double from = lowest;
    for (std::size_t i = 0; i <= changes.size(); ++i) {
      const double to = i < changes.size() ? changes[i].weight : kInfinity;
      if (to > from) {
        if (const double found = score(sum); found > best + kLeastGain) {
          best = found;
          weights[feature] = middle(from, to);
        }
      }
      if (i == changes.size()) break;
      add(lines_[changes[i].line][changes[i].from], -1, sum);
      add(lines_[changes[i].line][changes[i].to], 1, sum);
      from = to;
    }
    return best;
  }

  static double middle(double from, double to) {
    if (std::isinf(from) && std::isinf(to)) return 0;
    if (std::isinf(from)) return to - std::max(1.0, std::abs(to));
    if (std::isinf(to)) return from + std::max(1.0, std::abs(from));
    return from + (to - from) / 2;
  }

  // The candidate of line `number` that is best at the lowest weight; where others are from there on is added to
  // `changes`.
  std::size_t envelope(std::size_t number, std::size_t feature, std::span<const double> weights, double lowest,
                       std::vector<Change>& changes) const {
    std::vector<Ray> rays;
    for (std::size_t k = 0; k < lines_[number].size(); ++k) {
      const std::vector<double>& features = lines_[number][k].features;
      rays.push_back({features[feature], weighted_sum(weights, features) - weights[feature] * features[feature], k});
    }
    std::ranges::stable_sort(rays, [](const Ray& a, const Ray& b) {
      return a.slope != b.slope ? a.slope < b.slope : a.at_zero > b.at_zero;
    });
    std::vector<Ray> upper;
    std::vector<double> begins;  // where each of these begins to be the uppermost
    for (const Ray& ray : rays) {
      if (!upper.empty() && ray.slope == upper.back().slope) continue;
      double begin = -kInfinity;
      while (!upper.empty()) {
        begin = (upper.back().at_zero - ray.at_zero) / (ray.slope - upper.back().slope);
        if (begin > begins.back()) break;
        upper.pop_back();
        begins.pop_back();
        begin = -kInfinity;
      }
      upper.push_back(ray);
      begins.push_back(begin);
    }
    std::size_t first = 0;
    while (first + 1 < upper.size() && begins[first + 1] <= lowest) ++first;
    for (std::size_t i = first + 1; i < upper.size(); ++i)
      changes.push_back({begins[i], number, upper[i - 1].candidate, upper[i].candidate});
    return upper[first].candidate;
  }

  const Metric& metric_;
  std::span<const TuningLine> lines_;
  std::span<const std::size_t> of_any_sign_;
};

// A score per line, so that the best of each can be told: not that of all together, but near it.
double score_of_the_best(const Search& search, const Metric& metric, std::span<const TuningLine> lines) {
  std::vector<double> sum(metric.statistics_size());
  for (const TuningLine& line : lines) {
    const auto best = std::ranges::max_element(
        line, {}, [&](const TuningCandidate& candidate) { return search.score(candidate.statistics); });
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += best->statistics[i];
  }
  return metric.score(sum);
}

std::vector<double> first_weights(std::span<const TuningLine> lines) {
  std::vector<double> weights(lines.front().front().features.size());
  weights.at(0) = 1;
  return weights;
}

// From several beginnings.
std::vector<double> best_weights(const Search& search, const std::vector<double>& first) {
  std::vector<double> found = first;
  double best = -kInfinity;
  for (int beginning = 0; beginning < kBeginnings; ++beginning) {
    std::vector<double> weights = first;
    CounterRandom random(kSeed, RandomPurpose::sampling, static_cast<std::uint64_t>(beginning));
    for (std::size_t i = 1; i < weights.size() && beginning > 0; ++i) {
      weights[i] = std::exp(4 * random.uniform() - 3);
      if (search.is_signed(i) && random.uniform() < 0.5) weights[i] = -weights[i];
    }
    if (const double score = search.climb(weights); score > best + kLeastGain) {
      best = score;
      found = weights;
    }
  }
  return found;
}

// As many, each of these as often as chance has it.
std::vector<TuningLine> drawn_lines(std::span<const TuningLine> lines, std::uint64_t sample) {
  CounterRandom random(kSeed + 1, RandomPurpose::sampling, sample);
  std::vector<TuningLine> drawn;
  drawn.reserve(lines.size());
  while (drawn.size() < lines.size()) drawn.push_back(lines[random.below(static_cast<std::uint32_t>(lines.size()))]);
  return drawn;
}

double median(std::span<const std::vector<double>> weights, std::size_t feature) {
  std::vector<double> values;
  for (const std::vector<double>& of_sample : weights) values.push_back(of_sample[feature]);
  const auto middle = values.begin() + std::ssize(values) / 2;
  std::ranges::nth_element(values, middle);
  return *middle;
}

}  // namespace

double weighted_sum(std::span<const double> weights, std::span<const double> features) {
  return std::inner_product(weights.begin(), weights.end(), features.begin(), 0.0);
}

TunedWeights tune_weights(const Metric& metric, std::span<const TuningLine> lines,
                          std::span<const std::size_t> features_of_any_sign, int samples) {
  if (lines.empty() || std::ranges::any_of(lines, &TuningLine::empty))
    throw std::invalid_argument("weights are tuned on lines that have candidates");
  const Search search(metric, lines, features_of_any_sign);
  const double sign = metric.lower_is_better() ? -1 : 1;
  const std::vector<double> first = first_weights(lines);
  TunedWeights tuned{first, 0, sign * search.score_by(first), score_of_the_best(search, metric, lines)};
  if (samples == 0) {
    tuned.weights = best_weights(search, first);
  } else {
    std::vector<std::vector<double>> of_samples;
    for (int i = 0; i < samples; ++i) {
      const std::vector<TuningLine> sample = drawn_lines(lines, static_cast<std::uint64_t>(i));
      of_samples.push_back(best_weights(Search(metric, sample, features_of_any_sign), first));
    }
    for (std::size_t feature = 1; feature < first.size(); ++feature)
      tuned.weights[feature] = median(of_samples, feature);
  }
  tuned.score = sign * search.score_by(tuned.weights);
  return tuned;
}

}  // namespace dragoman
