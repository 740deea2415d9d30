#include "kernels/softmax_gradient.h"

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
  double maximum;
  double of_target;  // x − maximum
  Sums sums;

  double log_sum() const { return maximum + std::log(sums.exponentials); }  // log Σ exp(x)
};

// Replaces x by exp(x − maximum).
DRAGOMAN_INLINE Exponentials exponentiate_row(float* logits, std::int64_t count, std::int64_t target) {
  const float maximum = maximum_of(logits, count);
  const double of_target = static_cast<double>(logits[target]) - maximum;
  return {maximum, of_target, exponentiate(logits, count, maximum)};
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

struct Divergences {
  double p_to_q, q_to_p;
};

// Turns differences of logits into those of log-probabilities, which are larger by `shift`.
DRAGOMAN_INLINE Divergences divergences_of(const float* of_p, const Exponentials& p, const float* of_q,
                                           const Exponentials& q, float* differences, std::int64_t count) {
  const auto shift = static_cast<float>(q.log_sum() - p.log_sum());
  float p_lanes[kVectorLanes] = {}, q_lanes[kVectorLanes] = {};
  std::int64_t i = 0;
  for (; i + kVectorLanes <= count; i += kVectorLanes) {
    for (std::int64_t lane = 0; lane < kVectorLanes; ++lane) {
      const float difference = differences[i + lane] += shift;
      p_lanes[lane] += of_p[i + lane] * difference;
      q_lanes[lane] += of_q[i + lane] * difference;
    }
  }
  double p_sum = 0, q_sum = 0;
  for (; i < count; ++i) {
    const float difference = differences[i] += shift;
    p_sum += of_p[i] * difference;
    q_sum += of_q[i] * difference;
  }
  for (std::int64_t lane = 0; lane < kVectorLanes; ++lane) {
    p_sum += p_lanes[lane];
    q_sum += q_lanes[lane];
  }
  return {p_sum / p.sums.exponentials, -q_sum / q.sums.exponentials};
}

// The gradient for one of two rows, away from the target.
struct PairGradient {
  float scale;                 // of the row's own loss
  float to_other, from_other;  // of KL(p ‖ q) and KL(q ‖ p), where p is this row's
  float divergence;            // KL(p ‖ q)
  float shift;

  // From its probability, the other's and log p − log q.
  DRAGOMAN_INLINE float of(float p, float q, float difference) const {
    return p * scale - shift + to_other * p * (difference - divergence) + from_other * (p - q);
  }
};

float shift_of(float scale, double smoothing, std::int64_t vocabulary) {
  return static_cast<float>(scale * smoothing / static_cast<double>(vocabulary));
}

RowLoss loss_of(const Sums& sums, double target, std::int64_t vocabulary, double smoothing) {
  // The target's logit and the sum are relative to the maximum, as is the logarithm: the maximum cancels out.
  const double log_sum = std::log(sums.exponentials);
  return {log_sum - (1 - smoothing) * target - smoothing / static_cast<double>(vocabulary) * sums.values,
          log_sum - target};
}

template <typename Element>
DRAGOMAN_INLINE PairLoss of_pair(Element* first, Element* second, float* scratch, std::int64_t count,
                                 std::int64_t target, double smoothing, const PairScales& scales) {
  float *p = scratch, *q = p + count, *differences = q + count;
  for (std::int64_t i = 0; i < count; ++i) {
    p[i] = widened(first[i]);
    q[i] = widened(second[i]);
    differences[i] = p[i] - q[i];
  }
  const Exponentials of_p = exponentiate_row(p, count, target), of_q = exponentiate_row(q, count, target);
  const Divergences divergences = divergences_of(p, of_p, q, of_q, differences, count);
  if (scales.first != 0) {
    const PairGradient gradient_of_p{scales.first, scales.p_to_q, scales.q_to_p, static_cast<float>(divergences.p_to_q),
                                     shift_of(scales.first, smoothing, count)};
    const PairGradient gradient_of_q{scales.second, scales.q_to_p, scales.p_to_q,
                                     static_cast<float>(divergences.q_to_p), shift_of(scales.second, smoothing, count)};
    const auto hit_of_p = static_cast<float>(scales.first * (1 - smoothing)),
               hit_of_q = static_cast<float>(scales.second * (1 - smoothing));
    const auto p_factor = static_cast<float>(1 / of_p.sums.exponentials),
               q_factor = static_cast<float>(1 / of_q.sums.exponentials);
    for (std::int64_t i = 0; i < count; ++i) {
      const float of_first = p[i] *= p_factor, of_second = q[i] *= q_factor, difference = differences[i];
      narrow(gradient_of_p.of(of_first, of_second, difference), first[i]);
      narrow(gradient_of_q.of(of_second, of_first, -difference), second[i]);
    }
    narrow(gradient_of_p.of(p[target], q[target], differences[target]) - hit_of_p, first[target]);
    narrow(gradient_of_q.of(q[target], p[target], -differences[target]) - hit_of_q, second[target]);
  }
  return {loss_of(of_p.sums, of_p.of_target, count, smoothing), loss_of(of_q.sums, of_q.of_target, count, smoothing),
          divergences.p_to_q, divergences.q_to_p};
}

}  // namespace

DRAGOMAN_CLONES PairLoss softmax_gradient_of_pair(float* first, float* second, float* scratch, std::int64_t vocabulary,
                                                  std::int64_t target, double smoothing, const PairScales& scales) {
  return of_pair(first, second, scratch, vocabulary, target, smoothing, scales);
}

DRAGOMAN_CLONES PairLoss softmax_gradient_of_pair(std::uint16_t* first, std::uint16_t* second, float* scratch,
                                                  std::int64_t vocabulary, std::int64_t target, double smoothing,
                                                  const PairScales& scales) {
  return of_pair(first, second, scratch, vocabulary, target, smoothing, scales);
}

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
