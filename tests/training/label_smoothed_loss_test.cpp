#include "training/label_smoothed_loss.h"

#include "model/architecture.h"
#include "model/model_directory.h"
#include "tests/model/tensors.h"
#include "training/softmax_gradient.h"

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
      const RowLoss loss = softmax_gradient(static_cast<std::uint16_t*>(narrow.mutable_data_ptr()), room.data(), size,
                                            size / 2, 0.1, scale);
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

struct Problem {
  Tensor states, weight, bias, targets;
};

Problem random_problem(std::int64_t rows, std::int64_t vocabulary, torch::ScalarType type) {
  Problem p{random_tensor({rows, 4}, 1, type), random_tensor({vocabulary, 4}, 2, type),
            random_tensor({vocabulary}, 3, type), torch::arange(rows, torch::kInt64) * 7919 % vocabulary};
  p.targets.slice(0, 0, rows, 5).fill_(0);  // padding
  for (Tensor* tensor : {&p.states, &p.weight, &p.bias}) tensor->requires_grad_();
  return p;
}

std::vector<Tensor> gradients_of(const Tensor& loss, const Problem& p) {
  return torch::autograd::grad({loss}, {p.states, p.weight, p.bias});
}

// The same numbers in float64.
Problem widened(const Problem& p) {
  const auto wide = [](const Tensor& tensor) { return tensor.detach().to(torch::kFloat64).requires_grad_(); };
  return {wide(p.states), wide(p.weight), wide(p.bias), p.targets};
}

Tensor plain_loss(const Problem& p, double smoothing) {
  return at::cross_entropy_loss(at::linear(p.states, p.weight, p.bias), p.targets, {}, at::Reduction::Sum, 0,
                                smoothing);
}

// The large vocabulary takes two chunks of rows, the small one a single chunk. A sum of 33,000 numbers in fp32 depends
// on the order that a processor's kernels take, so PyTorch's own error in that type is the yardstick there.
TEST(LabelSmoothedLoss, EqualsCrossEntropyInOneOrMoreChunks) {
  for (const auto& [rows, vocabulary] : {std::pair{135, 33'000}, std::pair{40, 50}}) {
    for (const auto type : {torch::kFloat64, torch::kFloat32}) {
      const double tolerance = type == torch::kFloat64 ? 1e-13 : 2e-6;
      const Problem p = random_problem(rows, vocabulary, type), wide = widened(p);
      const auto tokens = (p.targets != 0).sum().item<std::int64_t>();
      const LabelSmoothedLoss loss =
          label_smoothed_loss(p.states, {p.weight, p.bias}, p.targets, 0, 0.1, static_cast<double>(tokens));
      const Tensor expected = plain_loss(wide, 0.1);
      EXPECT_EQ(loss.sums.tokens, tokens);
      EXPECT_NEAR(loss.sums.smoothed / expected.item<double>(), 1, tolerance);
      EXPECT_NEAR(loss.sums.plain / plain_loss(wide, 0).item<double>(), 1, tolerance);
      EXPECT_NEAR(loss.value.item<double>() * static_cast<double>(tokens) / loss.sums.smoothed, 1, 1e-6);
      const auto ours = gradients_of(loss.value, p), theirs = gradients_of(expected / tokens, wide);
      const auto plain = gradients_of(plain_loss(p, 0.1) / tokens, p);
      for (std::size_t i = 0; i < ours.size(); ++i) {
        const double allowed = std::max(tolerance, relative_error(plain[i], theirs[i]));
        EXPECT_LT(relative_error(ours[i], theirs[i]), allowed) << i;
      }
    }
  }
}

// R-Drop in LibTorch's operators, with gradients by autograd.
TEST(LabelSmoothedLoss, PairsAddTheirDivergence) {
  for (const auto& [rows, vocabulary] : {std::pair{270, 33'000}, std::pair{40, 50}}) {
    Problem p = random_problem(rows, vocabulary, torch::kFloat64);
    p.targets = p.targets.slice(0, 0, rows, 2).repeat_interleave(2);
    const Problem wide = widened(p);
    const double alpha = 3, tokens = (p.targets != 0).sum().item<double>();
    const LabelSmoothedLoss loss = label_smoothed_loss(p.states, {p.weight, p.bias}, p.targets, 0, 0.1, tokens, alpha);

    const Tensor log_probs = at::log_softmax(at::linear(wide.states, wide.weight, wide.bias), 1);
    const Tensor p_rows = log_probs.slice(0, 0, rows, 2), q_rows = log_probs.slice(0, 1, rows, 2);
    const Tensor counts = (p.targets.slice(0, 0, rows, 2) != 0).to(torch::kFloat64);
    const Tensor divergence = (at::kl_div(q_rows, p_rows, at::Reduction::None, true).sum(1) +
                               at::kl_div(p_rows, q_rows, at::Reduction::None, true).sum(1)) *
                              counts / 2;
    const Tensor expected = plain_loss(wide, 0.1) + alpha * divergence.sum();
    EXPECT_NEAR(loss.sums.consistency / (alpha * divergence.sum().item<double>()), 1, 1e-10);
    EXPECT_NEAR(loss.value.item<double>() * tokens / expected.item<double>(), 1, 1e-10);
    const auto ours = gradients_of(loss.value, p), theirs = gradients_of(expected / tokens, wide);
    for (std::size_t i = 0; i < ours.size(); ++i) EXPECT_LT(relative_error(ours[i], theirs[i]), 1e-10) << i;
  }
  const Problem odd = random_problem(11, 20, torch::kFloat64);
  EXPECT_THROW(label_smoothed_loss(odd.states, {odd.weight, odd.bias}, odd.targets, 0, 0.1, 1, 1), c10::Error);
}

TEST(LabelSmoothedLoss, PaddingHasNoPart) {
  Problem p = random_problem(11, 20, torch::kFloat64);
  const OutputLayer output{p.weight, p.bias};
  const auto loss = label_smoothed_loss(p.states, output, p.targets, 0, 0.1, 1);
  const Tensor gradient = gradients_of(loss.value, p)[0];
  EXPECT_TRUE((gradient.abs().sum(1) == 0).eq(p.targets == 0).all().item<bool>());
  const auto nothing = label_smoothed_loss(p.states, output, torch::zeros({11}, torch::kInt64), 0, 0.1, 1);
  EXPECT_EQ(nothing.sums.tokens, 0);
  EXPECT_EQ(nothing.value.item<double>(), 0);
  EXPECT_EQ(gradients_of(nothing.value, p)[1].abs().sum().item<double>(), 0);
}

TEST(LabelSmoothedLoss, ObeysTheChainRule) {
  const Problem p = random_problem(11, 20, torch::kFloat64);
  const auto loss = [&](double normaliser) {
    return label_smoothed_loss(p.states, {p.weight, p.bias}, p.targets, 0, 0.1, normaliser).value;
  };
  const auto one = gradients_of(loss(1), p), tripled = gradients_of(loss(1) * 3, p), halved = gradients_of(loss(2), p);
  for (std::size_t i = 0; i < one.size(); ++i) {
    EXPECT_LT(relative_error(tripled[i], one[i] * 3), 1e-14);
    EXPECT_LT(relative_error(halved[i], one[i] / 2), 1e-14);
  }
}

TEST(LabelSmoothedLoss, TakesAnyStridesAndNoBias) {
  const Problem p = random_problem(12, 20, torch::kFloat64);
  const Tensor strided = torch::stack({p.targets, p.targets * 0}, 1).select(1, 0);
  const auto expected = label_smoothed_loss(p.states, {p.weight, {}}, p.targets, 0, 0.1, 1);
  EXPECT_EQ(label_smoothed_loss(p.states, {p.weight, {}}, strided, 0, 0.1, 1).sums.smoothed, expected.sums.smoothed);
  const Tensor plain =
      at::cross_entropy_loss(at::linear(p.states, p.weight), p.targets, {}, at::Reduction::Sum, 0, 0.1);
  EXPECT_NEAR(expected.sums.smoothed, plain.item<double>(), 1e-12);
  torch::NoGradGuard no_grad;
  EXPECT_EQ(label_smoothed_loss(p.states, {p.weight, {}}, p.targets, 0, 0.1, 1).sums.smoothed, expected.sums.smoothed);
}

TEST(LabelSmoothedLoss, RefusesWhatDoesNotFit) {
  const Problem p = random_problem(3, 20, torch::kFloat32);
  const OutputLayer output{p.weight, {}};
  for (const std::int64_t target : {-1, 20}) {
    EXPECT_THROW(label_smoothed_loss(p.states, output, torch::tensor({1, 2, target}, torch::kInt64), 0, 0.1, 1),
                 c10::Error);
  }
  EXPECT_THROW(label_smoothed_loss(p.states, output, p.targets.narrow(0, 0, 2), 0, 0.1, 1), c10::Error);
  EXPECT_THROW(label_smoothed_loss(p.states.narrow(1, 0, 3), output, p.targets, 0, 0.1, 1), c10::Error);
}

// The weight's gradient is the sum of several products where there are more rows than one of them takes.
TEST(LabelSmoothedLoss, TakesStatesInBfloat16) {
  for (const auto& [rows, vocabulary] : {std::pair{50, 40}, std::pair{1200, 33'000}}) {
    const Problem p = random_problem(rows, vocabulary, torch::kFloat32);
    const Tensor narrow = p.states.detach().to(torch::kBFloat16).requires_grad_();
    const auto loss = label_smoothed_loss(narrow, {p.weight, p.bias}, p.targets, 0, 0.1, 40);
    EXPECT_NEAR(loss.sums.smoothed / plain_loss(p, 0.1).item<double>(), 1, 0.01);
    loss.value.backward();
    EXPECT_EQ(narrow.grad().scalar_type(), torch::kBFloat16);
    EXPECT_EQ(p.weight.grad().scalar_type(), torch::kFloat32);
    const auto expected = gradients_of(plain_loss(p, 0.1) / 40, p);
    EXPECT_LT(relative_error(narrow.grad().to(torch::kFloat32), expected[0]), 0.02);
    EXPECT_LT(relative_error(p.weight.grad(), expected[1]), 0.02);
  }
}

// A whole model's loss and gradients through this function, beside PyTorch's: see tests/fixtures/transformer_golden.py.
TEST(LabelSmoothedLoss, TrainsAWholeModelAsPyTorchDoes) {
  double worst[2] = {0, 0};
  for (const char* name : {"pre", "post", "post_final", "pre_bare"}) {
    const std::string file = std::string(DRAGOMAN_FIXTURES "/transformer_golden_") + name + ".safetensors";
    const SafetensorsFile golden = load_safetensors(file);
    const ModelConfig config = model_config_from_json(golden.metadata.at("config"), file);
    for (const auto type : {torch::kFloat32, torch::kFloat64}) {
      const bool single = type == torch::kFloat32;
      const auto model = create_model(config, 1);
      assign_weights(*model, golden, file, "weight.");
      model->to(type);
      const Tensor states = model->decode(model->encode(golden.at("source", file), golden.at("source_lengths", file)),
                                          golden.at("target_in", file));
      const Tensor targets = golden.at("target_out", file).flatten();
      const auto tokens = (targets != config.special_ids.pad).sum().item<double>();
      const auto loss = label_smoothed_loss(states.flatten(0, 1), model->output_layer(), targets,
                                            config.special_ids.pad, std::stod(golden.metadata.at("smoothing")), tokens);
      loss.value.backward();
      const std::string prefix = single ? "f32." : "f64.";
      const auto expect_close = [&](const Tensor& actual, const std::string& key) {
        const double error = relative_error(actual, golden.at(prefix + key, file));
        EXPECT_LT(error, single ? 1e-5 : 1e-10) << name << " " << key;
        worst[!single] = std::max(worst[!single], error);
      };
      expect_close(loss.value, "loss");
      for (const auto& item : model->named_parameters()) expect_close(item.value().grad(), "gradient." + item.key());
    }
  }
  RecordProperty("worst_float32", testing::PrintToString(worst[0]));
  RecordProperty("worst_float64", testing::PrintToString(worst[1]));
}

}  // namespace
}  // namespace dragoman
