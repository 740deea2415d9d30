#include "kernels/softmax_gradient.h"

#include "model/layers/elements.h"
#include "tests/model/tensors.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <vector>

namespace dragoman {
namespace {

using torch::Tensor;

struct Reference {
  double smoothed, plain;
  std::vector<double> gradient;
};

// The formulas of softmax_gradient.h, term by term.
Reference by_formula(const std::vector<double>& x, std::int64_t target, double smoothing, double scale) {
  const auto vocabulary = static_cast<long double>(x.size());
  const long double largest = *std::max_element(x.begin(), x.end());
  long double sum = 0;
  for (const double value : x) sum += std::exp(value - largest);
  const long double log_sum = largest + std::log(sum), of_target = x[static_cast<std::size_t>(target)];
  long double mean = 0;
  for (const double value : x) mean += value / vocabulary;
  Reference reference;
  reference.smoothed = static_cast<double>(log_sum - (1 - smoothing) * of_target - smoothing * mean);
  reference.plain = static_cast<double>(log_sum - of_target);
  for (std::size_t v = 0; v < x.size(); ++v) {
    const long double hit = static_cast<std::int64_t>(v) == target ? 1 - smoothing : 0;
    reference.gradient.push_back(
        static_cast<double>(scale * (std::exp(x[v] - log_sum) - hit - smoothing / vocabulary)));
  }
  return reference;
}

// `tolerance` is relative to the size of the logits for the losses, and to the scale for the gradient.
template <typename Float>
void expect_formula(const std::vector<double>& x, std::int64_t target, double smoothing, double tolerance) {
  double largest = 1;
  for (const double value : x) largest = std::max(largest, std::abs(value));
  const double scale = 0.125;
  const Reference expected = by_formula(x, target, smoothing, scale);
  std::vector<Float> values(x.begin(), x.end());
  const auto size = static_cast<std::int64_t>(x.size());
  const RowLoss loss = softmax_gradient(values.data(), size, target, smoothing, static_cast<Float>(scale));
  EXPECT_NEAR(loss.smoothed, expected.smoothed, tolerance * largest) << size;
  EXPECT_NEAR(loss.plain, expected.plain, tolerance * largest) << size;
  for (std::size_t v = 0; v < x.size(); ++v) {
    ASSERT_NEAR(values[v], expected.gradient[v], tolerance * scale) << v << " of " << size;
  }
  std::vector<Float> again(x.begin(), x.end());
  const RowLoss without = softmax_gradient(again.data(), size, target, smoothing, Float(0));
  EXPECT_EQ(without.smoothed, loss.smoothed);
  EXPECT_EQ(without.plain, loss.plain);
}

TEST(SoftmaxGradient, IsTheFormula) {
  for (const std::int64_t size : {1, 2, 15, 16, 17, 31, 32, 33, 100, 1000, 8001}) {
    const Tensor logits = (random_tensor({size}, size) * 5).to(torch::kFloat64);
    const std::vector<double> x(logits.const_data_ptr<double>(), logits.const_data_ptr<double>() + size);
    for (const std::int64_t target : {std::int64_t{0}, size / 2, size - 1}) {
      for (const double smoothing : {0.0, 0.1, 0.9}) {
        expect_formula<double>(x, target, smoothing, 1e-14);
        expect_formula<float>(x, target, smoothing, 1e-6);
      }
    }
  }
}

TEST(SoftmaxGradient, OfBfloat16RoundsTheResultAlone) {
  for (const std::int64_t size : {1, 31, 100, 1000}) {
    const Tensor logits = (random_tensor({size}, size) * 5).to(torch::kBFloat16);
    for (const float scale : {0.125F, 0.0F}) {
      Tensor wide = logits.to(torch::kFloat32), narrow = logits.clone();
      std::vector<float> room(static_cast<std::size_t>(size));
      const RowLoss expected = softmax_gradient(wide.mutable_data_ptr<float>(), size, size / 2, 0.1, scale);
      const RowLoss loss =
          softmax_gradient(mutable_elements<std::uint16_t>(narrow), room.data(), size, size / 2, 0.1, scale);
      EXPECT_EQ(loss.smoothed, expected.smoothed) << size;
      EXPECT_EQ(loss.plain, expected.plain) << size;
      if (scale != 0) {
        EXPECT_TRUE(narrow.equal(wide.to(torch::kBFloat16))) << size;
      }
    }
  }
}

TEST(SoftmaxGradient, SurvivesExtremeLogits) {
  for (const std::size_t size : {std::size_t{20}, std::size_t{48}}) {
    std::vector<std::vector<double>> rows(7, std::vector<double>(size, 0.0));
    rows[1].assign(size, 1e4);
    rows[2].assign(size, -1e4);
    rows[3][5] = 500;    // one has all probability
    rows[4][5] = -3e4;   // one has none
    rows[5][19] = 88.5;  // exp of it is beyond float32
    for (std::size_t v = 0; v < size; ++v) rows[6][v] = static_cast<double>(v) * -40;
    for (const auto& row : rows) {
      for (const std::int64_t target : {0, 5, 19}) {
        expect_formula<double>(row, target, 0.1, 1e-13);
        expect_formula<float>(row, target, 0.1, 1e-6);
      }
    }
  }
}

// A row of logits and its log-probabilities, in float64.
struct Prediction {
  Tensor logits, log_probs;

  explicit Prediction(const Tensor& x) : logits(x), log_probs(at::log_softmax(x.to(torch::kFloat64), 0)) {}
};

// KL(p ‖ q)
double divergence(const Prediction& p, const Prediction& q) {
  return (p.log_probs.exp() * (p.log_probs - q.log_probs)).sum().item<double>();
}

// Of the logits of p: of KL(p ‖ q) and KL(q ‖ p), with these factors.
Tensor divergence_gradient(const Prediction& p, const Prediction& q, double to_q, double to_p) {
  const Tensor probs = p.log_probs.exp();
  return to_q * probs * (p.log_probs - q.log_probs - divergence(p, q)) + to_p * (probs - q.log_probs.exp());
}

void expect_pair(const Prediction& p, const Prediction& q, std::int64_t target, const PairScales& scales) {
  const double smoothing = 0.1, tolerance = 1e-6;
  const std::int64_t size = p.logits.size(0);
  Tensor rows = torch::stack({p.logits, q.logits, p.logits, q.logits}), room = torch::empty({3, size});
  float* first = rows.mutable_data_ptr<float>();
  const PairLoss loss =
      softmax_gradient_of_pair(first, first + size, room.mutable_data_ptr<float>(), size, target, smoothing, scales);
  const double p_to_q = divergence(p, q), q_to_p = divergence(q, p), largest = rows.abs().max().item<double>() + 1;
  const double allowed = tolerance * (p_to_q + q_to_p + largest);
  EXPECT_NEAR(loss.p_to_q, p_to_q, allowed) << size;
  EXPECT_NEAR(loss.q_to_p, q_to_p, allowed) << size;
  for (int row : {0, 1}) {
    Tensor alone = rows[row + 2].clone();
    const float scale = row == 0 ? scales.first : scales.second;
    const RowLoss of_row = softmax_gradient(alone.mutable_data_ptr<float>(), size, target, smoothing, scale);
    EXPECT_EQ((row == 0 ? loss.first : loss.second).smoothed, of_row.smoothed);
    EXPECT_EQ((row == 0 ? loss.first : loss.second).plain, of_row.plain);
    if (scale == 0) alone.zero_();
    const Tensor by_formula = alone + (row == 0 ? divergence_gradient(p, q, scales.p_to_q, scales.q_to_p)
                                                : divergence_gradient(q, p, scales.q_to_p, scales.p_to_q));
    EXPECT_LT((rows[row] - by_formula).abs().max().item<double>(), allowed) << size;
  }
  const PairLoss without = softmax_gradient_of_pair(first + 2 * size, first + 3 * size, room.mutable_data_ptr<float>(),
                                                    size, target, smoothing, {0, 0, 0, 0});
  EXPECT_EQ(without.p_to_q, loss.p_to_q);
  EXPECT_EQ(without.q_to_p, loss.q_to_p);
}

// As R-Drop has it, as SimCut, and with no two alike.
constexpr PairScales kScales[] = {{0.125F, 0.125F, 0.5F, 0.5F}, {0.125F, 0, 0.5F, 0}, {0.125F, 0.25F, 0.375F, 0.75F}};

void expect_pair(const Prediction& p, const Prediction& q, std::int64_t target) {
  for (const PairScales& scales : kScales) expect_pair(p, q, target, scales);
}

TEST(SoftmaxGradientOfPair, IsTheFormula) {
  for (const std::int64_t size : {1, 2, 31, 32, 33, 100, 1000, 8001}) {
    const Tensor x = random_tensor({size}, size) * 5, y = x + random_tensor({size}, size + 1);
    for (const std::int64_t target : {std::int64_t{0}, size / 2, size - 1})
      expect_pair(Prediction(x), Prediction(y), target);
    expect_pair(Prediction(x), Prediction(x), 0);
  }
}

TEST(SoftmaxGradientOfPair, SurvivesExtremeLogits) {
  Tensor sure = torch::zeros({48}), other = torch::zeros({48});
  sure[5] = 500;
  other[7] = 500;
  const Tensor even = torch::full({48}, 1e4), slope = torch::arange(48, torch::kFloat32) * -40;
  for (const Tensor& x : {sure, other, even, slope}) {
    for (const Tensor& y : {sure, other, even, slope}) expect_pair(Prediction(x), Prediction(y), 5);
  }
}

TEST(SoftmaxGradientOfPair, OfBfloat16RoundsTheResultAlone) {
  for (const std::int64_t size : {1, 31, 100, 1000}) {
    const Tensor rows = (random_tensor({2, size}, size) * 5).to(torch::kBFloat16);
    for (const PairScales& scales : {kScales[2], PairScales{0, 0, 0, 0}}) {
      Tensor wide = rows.to(torch::kFloat32), narrow = rows.clone(), room = torch::empty({3, size});
      auto* as_float = wide.mutable_data_ptr<float>();
      auto* as_bits = mutable_elements<std::uint16_t>(narrow);
      auto* scratch = room.mutable_data_ptr<float>();
      const PairLoss expected =
          softmax_gradient_of_pair(as_float, as_float + size, scratch, size, size / 2, 0.1, scales);
      const PairLoss loss = softmax_gradient_of_pair(as_bits, as_bits + size, scratch, size, size / 2, 0.1, scales);
      EXPECT_EQ(loss.p_to_q, expected.p_to_q) << size;
      EXPECT_EQ(loss.q_to_p, expected.q_to_p) << size;
      EXPECT_EQ(loss.second.smoothed, expected.second.smoothed) << size;
      if (scales.first != 0) {
        EXPECT_TRUE(narrow.equal(wide.to(torch::kBFloat16))) << size;
      }
    }
  }
}

}  // namespace
}  // namespace dragoman
