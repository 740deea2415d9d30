#include "metrics/isotonic.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <utility>

namespace dragoman {
namespace {

// That differences and their products are finite, too.
bool all_finite(std::span<const double> values) {
  constexpr double kLargest = 1e100;
  return std::ranges::all_of(values, [](double value) { return std::abs(value) <= kLargest; });
}

// Neighbours that have one value.
struct Pool {
  double first_x, last_x, sum, count;

  double mean() const { return sum / count; }
};

double mean_of(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

}  // namespace

IsotonicCurve::IsotonicCurve(std::vector<double> x, std::vector<double> y) : x_(std::move(x)), y_(std::move(y)) {
  const bool rises = std::ranges::adjacent_find(x_, std::ranges::greater_equal()) == x_.end();
  if (x_.empty() || x_.size() != y_.size() || !all_finite(x_) || !all_finite(y_) || !rises ||
      !std::ranges::is_sorted(y_))
    throw std::invalid_argument("these are not the points of a function that never falls");
}

double IsotonicCurve::operator()(double x) const {
  const auto next = static_cast<std::size_t>(std::ranges::upper_bound(x_, x) - x_.begin());
  if (next == 0) return y_.front();
  if (next == x_.size()) return y_.back();
  const double share = (x - x_[next - 1]) / (x_[next] - x_[next - 1]);
  return y_[next - 1] + share * (y_[next] - y_[next - 1]);
}

IsotonicCurve fit_isotonic(std::span<const double> x, std::span<const double> y) {
  if (x.empty() || x.size() != y.size() || !all_finite(x) || !all_finite(y))
    throw std::invalid_argument("isotonic regression needs as many finite x as y, and one at least");
  std::vector<std::size_t> order(x.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return x[i]; });
  std::vector<Pool> pools;
  for (std::size_t k = 0; k < order.size();) {
    Pool pool{x[order[k]], x[order[k]], 0, 0};
    for (; k < order.size() && x[order[k]] == pool.first_x; ++k) {
      pool.sum += y[order[k]];
      pool.count += 1;
    }
    while (!pools.empty() && pools.back().mean() >= pool.mean()) {
      pool.first_x = pools.back().first_x;
      pool.sum += pools.back().sum;
      pool.count += pools.back().count;
      pools.pop_back();
    }
    pools.push_back(pool);
  }
  std::vector<double> points, values;
  for (const Pool& pool : pools) {
    for (const double point : {pool.first_x, pool.last_x}) {
      if (!points.empty() && points.back() == point) continue;
      points.push_back(point);
      values.push_back(pool.mean());
    }
  }
  return {std::move(points), std::move(values)};
}

double expected_calibration_error(std::span<const double> predicted, std::span<const double> actual, double lowest,
                                  double highest, std::size_t bins) {
  std::vector<double> differences(bins);
  for (std::size_t i = 0; i < predicted.size(); ++i) {
    const double share = (predicted[i] - lowest) / (highest - lowest);
    const double bin = std::clamp(share * static_cast<double>(bins), 0.0, static_cast<double>(bins - 1));
    differences[static_cast<std::size_t>(bin)] += predicted[i] - actual[i];
  }
  double sum = 0;
  for (const double difference : differences) sum += std::abs(difference);
  return predicted.empty() ? 0 : sum / static_cast<double>(predicted.size());
}

double correlation(std::span<const double> a, std::span<const double> b) {
  if (a.empty()) return 0;
  const double mean_a = mean_of(a), mean_b = mean_of(b);
  double product = 0, square_a = 0, square_b = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    product += (a[i] - mean_a) * (b[i] - mean_b);
    square_a += (a[i] - mean_a) * (a[i] - mean_a);
    square_b += (b[i] - mean_b) * (b[i] - mean_b);
  }
  return square_a > 0 && square_b > 0 ? product / std::sqrt(square_a * square_b) : 0;
}

}  // namespace dragoman
