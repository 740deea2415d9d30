#include "training/softmax_gradient.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace dragoman {
namespace {

constexpr int kLanes = 16;
using Floats = float __attribute__((vector_size(kLanes * sizeof(float)), aligned(4), may_alias));
using Ints = std::int32_t __attribute__((vector_size(kLanes * sizeof(std::int32_t)), aligned(4), may_alias));

#define DRAGOMAN_INLINE __attribute__((always_inline)) inline

// exp(x) for x <= 0, relative error below 2e-7: x = n ln 2 + r with |r| <= ln 2 / 2, a polynomial for exp(r), and n
// added to the exponent. Below -87 the result would leave the normal range, and 1e-38 is as good as 0 in a sum that
// holds a 1.
DRAGOMAN_INLINE void exponential(Floats& x) {
  x = x < -87.0f ? Floats{} - 87.0f : x;
  const Floats shifted = x * 1.44269504f + 12582912.0f;  // 1.5 · 2^23: the addition rounds n into the lowest bits
  const Floats n = shifted - 12582912.0f;
  const Floats r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
  Floats p = r * 1.9875691500e-4f + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * (r * r) + r + 1.0f;
  Ints exponent, bits;
  std::memcpy(&exponent, &shifted, sizeof exponent);
  std::memcpy(&bits, &p, sizeof bits);
  bits += exponent << 23;
  std::memcpy(&x, &bits, sizeof x);
}

DRAGOMAN_INLINE Floats* at(float* values, std::int64_t i) {
  return reinterpret_cast<Floats*>(values + i);
}

DRAGOMAN_INLINE float sum_of(const Floats& lanes) {
  float sum = 0;
  for (int i = 0; i < kLanes; ++i) sum += lanes[i];
  return sum;
}

struct Sums {
  double exponentials;  // Σ exp(x − maximum)
  double values;        // Σ (x − maximum)
};

DRAGOMAN_INLINE float maximum_of(float* logits, std::int64_t count) {
  const std::int64_t whole = count / kLanes * kLanes;
  float maximum = logits[0];
  if (whole > 0) {
    Floats lanes = *at(logits, 0);
    for (std::int64_t i = kLanes; i < whole; i += kLanes) {
      const Floats x = *at(logits, i);
      lanes = x > lanes ? x : lanes;
    }
    for (int i = 0; i < kLanes; ++i) maximum = std::max(maximum, lanes[i]);
  }
  for (std::int64_t i = whole; i < count; ++i) maximum = std::max(maximum, logits[i]);
  return maximum;
}

// Replaces x by exp(x − maximum).
DRAGOMAN_INLINE Sums exponentiate(float* logits, std::int64_t count, float maximum) {
  const std::int64_t whole = count / kLanes * kLanes;
  Floats exponentials{}, values{};
  for (std::int64_t i = 0; i < whole; i += kLanes) {
    Floats x = *at(logits, i) - maximum;
    values += x;
    exponential(x);
    exponentials += x;
    *at(logits, i) = x;
  }
  Sums sums{sum_of(exponentials), sum_of(values)};
  for (std::int64_t i = whole; i < count; ++i) {
    const float x = logits[i] - maximum;
    sums.values += x;
    sums.exponentials += logits[i] = std::exp(x);
  }
  return sums;
}

DRAGOMAN_INLINE void scale_and_shift(float* values, std::int64_t count, float factor, float shift) {
  for (std::int64_t i = 0; i < count; ++i) values[i] = values[i] * factor - shift;
}

RowLoss loss_of(const Sums& sums, double target, std::int64_t vocabulary, double smoothing) {
  // The target's logit and the sum are relative to the maximum, as is the logarithm: the maximum cancels out.
  const double log_sum = std::log(sums.exponentials);
  return {log_sum - (1 - smoothing) * target - smoothing / static_cast<double>(vocabulary) * sums.values,
          log_sum - target};
}

}  // namespace

__attribute__((target_clones("avx512f", "avx2,fma", "default"))) RowLoss softmax_gradient(
    float* logits, std::int64_t vocabulary, std::int64_t target, double smoothing, float scale) {
  const float maximum = maximum_of(logits, vocabulary);
  const double of_target = static_cast<double>(logits[target]) - maximum;
  const Sums sums = exponentiate(logits, vocabulary, maximum);
  if (scale != 0) {
    scale_and_shift(logits, vocabulary, static_cast<float>(scale / sums.exponentials),
                    static_cast<float>(scale * smoothing / static_cast<double>(vocabulary)));
    logits[target] -= static_cast<float>(scale * (1 - smoothing));
  }
  return loss_of(sums, of_target, vocabulary, smoothing);
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
