#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace dragoman {

/// A function that never falls: through its points, straight between them, and level beyond the first and the last.
class IsotonicCurve {
 public:
  /// x rises from point to point, y does not fall. Throws std::invalid_argument unless that is so, all are finite and
  /// below 1e100, and there is a point.
  IsotonicCurve(std::vector<double> x, std::vector<double> y);

  double operator()(double x) const;

  const std::vector<double>& x() const { return x_; }
  const std::vector<double>& y() const { return y_; }

 private:
  std::vector<double> x_, y_;
};

/// The function that never falls with the least sum of squared differences from y[i] at x[i] (pool adjacent violators:
/// Ayer et al. 1955, "An Empirical Distribution Function for Sampling with Incomplete Information"). Of equal x the
/// mean counts, as often as there are. Throws std::invalid_argument unless there are as many of either, at least one,
/// all finite.
IsotonicCurve fit_isotonic(std::span<const double> x, std::span<const double> y);

/// Of predictions in [lowest, highest], in as many bins of the same width: the mean, over predictions, of how far
/// the mean prediction of their bin is from the mean of what came true (Guo et al. 2017, "On Calibration of Modern
/// Neural Networks", equation 3). 0 without predictions.
double expected_calibration_error(std::span<const double> predicted, std::span<const double> actual, double lowest,
                                  double highest, std::size_t bins = 10);

/// Pearson's correlation; 0 where one of the two is constant.
double correlation(std::span<const double> a, std::span<const double> b);

}  // namespace dragoman
