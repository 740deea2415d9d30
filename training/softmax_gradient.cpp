#include "training/softmax_gradient.h"

#include "base/bfloat16.h"
#include "base/vectorised.h"

#include <algorithm>
#include <cmath>

namespace dragoman {
namespace {

struct Sums {
  double exponentials;  // Σ exp(x − maximum)
  double values;        // Σ (x − maximum)
};

DRAGOMAN_INLINE float maximum_of(const float* logits, std::int64_t count) {
  float lanes[kVectorLanes];
  std::fill(lanes, lanes + kVectorLanes, logits[0]);
  std::int64_t i = 0;
  for (; i + kVectorLanes <= count; i += kVectorLanes) {
    for (std::int64_t lane = 0; lane < kVectorLanes; ++lane) {
      lanes[lane] = logits[i + lane] > lanes[lane] ? logits[i + lane] : lanes[lane];
    }
  }
  float maximum = *std::max_element(lanes, lanes + kVectorLanes);
  for (; i < count; ++i) maximum = std::max(maximum, logits[i]);
  return maximum;
}

// Replaces x by exp(x − maximum).
DRAGOMAN_INLINE Sums exponentiate(float* logits, std::int64_t count, float maximum) {
  float exponentials[kVectorLanes] = {}, values[kVectorLanes] = {};
  std::int64_t i = 0;
  for (; i + kVectorLanes <= count; i += kVectorLanes) {
    for (std::int64_t lane = 0; lane < kVectorLanes; ++lane) {
      const float x = logits[i + lane] - maximum;
      values[lane] += x;
      exponentials[lane] += logits[i + lane] = exp_of_negative(x);
    }
  }
  Sums sums{0, 0};
  for (; i < count; ++i) {
    const float x = logits[i] - maximum;
    sums.values += x;
    sums.exponentials += logits[i] = exp_of_negative(x);
  }
  for (std::int64_t lane = 0; lane < kVectorLanes; ++lane) {
    sums.values += values[lane];
    sums.exponentials += exponentials[lane];
  }
  return sums;
}

struct Exponentials {
  double of_target;  // x − maximum
  Sums sums;
};

// Replaces x by exp(x − maximum).
DRAGOMAN_INLINE Exponentials exponentiate_row(float* logits, std::int64_t count, std::int64_t target) {
  const float maximum = maximum_of(logits, count);
  const double of_target = static_cast<double>(logits[target]) - maximum;
  return {of_target, exponentiate(logits, count, maximum)};
}

template <typename Element>
DRAGOMAN_INLINE void write_gradient(float* exponentials, std::int64_t count, std::int64_t target, double smoothing,
                                    float scale, const Sums& sums, Element* to) {
  const auto factor = static_cast<float>(scale / sums.exponentials);
  const auto shift = static_cast<float>(scale * smoothing / static_cast<double>(count));
  const float of_target = exponentials[target] * factor - shift - static_cast<float>(scale * (1 - smoothing));
  for (std::int64_t i = 0; i < count; ++i) narrow(exponentials[i] * factor - shift, to[i]);
  narrow(of_target, to[target]);
}

RowLoss loss_of(const Sums& sums, double target, std::int64_t vocabulary, double smoothing) {
  // The target's logit and the sum are relative to the maximum, as is the logarithm: the maximum cancels out.
  const double log_sum = std::log(sums.exponentials);
  return {log_sum - (1 - smoothing) * target - smoothing / static_cast<double>(vocabulary) * sums.values,
          log_sum - target};
}

}  // namespace

DRAGOMAN_CLONES RowLoss softmax_gradient(float* logits, std::int64_t vocabulary, std::int64_t target, double smoothing,
                                         float scale) {
  const Exponentials row = exponentiate_row(logits, vocabulary, target);
  if (scale != 0) write_gradient(logits, vocabulary, target, smoothing, scale, row.sums, logits);
  return loss_of(row.sums, row.of_target, vocabulary, smoothing);
}

DRAGOMAN_CLONES RowLoss softmax_gradient(std::uint16_t* logits, float* wide, std::int64_t vocabulary,
                                         std::int64_t target, double smoothing, float scale) {
  for (std::int64_t i = 0; i < vocabulary; ++i) wide[i] = widened(logits[i]);
  const Exponentials row = exponentiate_row(wide, vocabulary, target);
  if (scale != 0) write_gradient(wide, vocabulary, target, smoothing, scale, row.sums, logits);
  return loss_of(row.sums, row.of_target, vocabulary, smoothing);
}

RowLoss softmax_gradient(double* logits, std::int64_t vocabulary, std::int64_t target, double smoothing, double scale) {
  const double maximum = *std::max_element(logits, logits + vocabulary);
  const double of_target = logits[target] - maximum;
  Sums sums{0, 0};
  for (std::int64_t i = 0; i < vocabulary; ++i) {
    sums.values += logits[i] - maximum;
    sums.exponentials += logits[i] = std::exp(logits[i] - maximum);
  }
  if (scale != 0) {
    for (std::int64_t i = 0; i < vocabulary; ++i) {
      logits[i] = scale * (logits[i] / sums.exponentials - smoothing / static_cast<double>(vocabulary));
    }
    logits[target] -= scale * (1 - smoothing);
  }
  return loss_of(sums, of_target, vocabulary, smoothing);
}

}  // namespace dragoman
