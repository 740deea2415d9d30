#include "training/loss/label_smoothed_loss.h"

#include "formats/model_config_json.h"
#include "formats/weight_assignment.h"
#include "model/architecture.h"
#include "tests/model/devices.h"
#include "tests/model/tensors.h"
#include "training/loss/logit_loss.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <optional>
#include <vector>

namespace dragoman {
namespace {

using torch::Tensor;

struct Problem {
  Tensor states, weight, bias, targets;
};

Problem random_problem(std::int64_t rows, std::int64_t vocabulary, torch::ScalarType type,
                       torch::Device device = torch::kCPU) {
  Problem p{random_tensor({rows, 4}, 1, type).to(device), random_tensor({vocabulary, 4}, 2, type).to(device),
            random_tensor({vocabulary}, 3, type).to(device),
            (torch::arange(rows, torch::kInt64) * 7919 % vocabulary).to(device)};
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

class LabelSmoothedLossTest : public DeviceTest {
 protected:
  static Problem problem(std::int64_t rows, std::int64_t vocabulary, torch::ScalarType type) {
    return random_problem(rows, vocabulary, type, device());
  }
};

INSTANTIATE_TEST_SUITE_P(Devices, LabelSmoothedLossTest, ::testing::ValuesIn(tested_devices()), device_name);

// The large vocabulary takes two chunks of rows, the small one a single chunk. A sum of 33,000 numbers in fp32 depends
// on the order that a processor's kernels take, so PyTorch's own error in that type is the yardstick there.
TEST_P(LabelSmoothedLossTest, EqualsCrossEntropyInOneOrMoreChunks) {
  for (const auto& [rows, vocabulary] : {std::pair{135, 33'000}, std::pair{40, 50}}) {
    for (const auto type : {torch::kFloat64, torch::kFloat32}) {
      const double tolerance = type == torch::kFloat64 ? 1e-13 : 2e-6;
      const Problem p = problem(rows, vocabulary, type), wide = widened(p);
      const auto tokens = (p.targets != 0).sum().item<std::int64_t>();
      const LabelSmoothedLoss loss =
          label_smoothed_loss(p.states, {p.weight, p.bias}, p.targets, 0, 0.1, static_cast<double>(tokens));
      const Tensor expected = plain_loss(wide, 0.1);
      EXPECT_EQ(loss.sums().tokens, tokens);
      EXPECT_NEAR(loss.sums().smoothed / expected.item<double>(), 1, tolerance);
      EXPECT_NEAR(loss.sums().plain / plain_loss(wide, 0).item<double>(), 1, tolerance);
      EXPECT_NEAR(loss.value.item<double>() * static_cast<double>(tokens) / loss.sums().smoothed, 1, 1e-6);
      const auto ours = gradients_of(loss.value, p), theirs = gradients_of(expected / tokens, wide);
      const auto plain = gradients_of(plain_loss(p, 0.1) / tokens, p);
      for (std::size_t i = 0; i < ours.size(); ++i) {
        const double allowed = std::max(tolerance, relative_error(plain[i], theirs[i]));
        EXPECT_LT(relative_error(ours[i], theirs[i]), allowed) << i;
      }
    }
  }
}

// R-Drop and SimCut in LibTorch's operators, with gradients by autograd.
void expect_divergence(Problem p, const PairTerms& terms, double tolerance) {
  const std::int64_t rows = p.targets.size(0);
  p.targets = p.targets.slice(0, 0, rows, 2).repeat_interleave(2);
  const Problem wide = widened(p);
  const double tokens = (p.targets != 0).sum().item<double>() / (terms.both ? 1 : 2);
  const LabelSmoothedLoss loss = label_smoothed_loss(p.states, {p.weight, p.bias}, p.targets, 0, 0.1, tokens, terms);

  Problem counted = wide;
  counted.targets = p.targets.clone();
  if (!terms.both) counted.targets.slice(0, 1, rows, 2).fill_(0);
  const Tensor log_probs = at::log_softmax(at::linear(wide.states, wide.weight, wide.bias), 1);
  const Tensor p_rows = log_probs.slice(0, 0, rows, 2), q_rows = log_probs.slice(0, 1, rows, 2);
  const Tensor counts = (p.targets.slice(0, 0, rows, 2) != 0).to(torch::kFloat64);
  const Tensor divergence = (terms.p_to_q * at::kl_div(q_rows, p_rows, at::Reduction::None, true).sum(1) +
                             terms.q_to_p * at::kl_div(p_rows, q_rows, at::Reduction::None, true).sum(1)) *
                            counts;
  const Tensor cross_entropy = plain_loss(counted, 0.1), expected = cross_entropy + divergence.sum();
  EXPECT_NEAR(loss.sums().consistency / divergence.sum().item<double>(), 1, tolerance);
  EXPECT_NEAR(loss.sums().smoothed / cross_entropy.item<double>(), 1, tolerance);
  EXPECT_NEAR(loss.sums().plain / plain_loss(counted, 0).item<double>(), 1, tolerance);
  EXPECT_TRUE((loss.rows == 0).equal(counted.targets == 0));
  EXPECT_NEAR(loss.value.item<double>() * tokens / expected.item<double>(), 1, tolerance);
  EXPECT_EQ(loss.sums().tokens, static_cast<std::int64_t>(tokens));
  const auto ours = gradients_of(loss.value, p), theirs = gradients_of(expected / tokens, wide);
  for (std::size_t i = 0; i < ours.size(); ++i) EXPECT_LT(relative_error(ours[i], theirs[i]), tolerance) << i;
}

TEST_P(LabelSmoothedLossTest, PairsAddTheirDivergence) {
  for (const auto& [rows, vocabulary] : {std::pair{270, 33'000}, std::pair{40, 50}}) {
    for (const PairTerms& terms : {PairTerms::of_r_drop(3), PairTerms::of_sim_cut(3)}) {
      expect_divergence(problem(rows, vocabulary, torch::kFloat64), terms, 1e-10);
      expect_divergence(problem(rows, vocabulary, torch::kFloat32), terms, 1e-5);
    }
  }
  const Problem odd = problem(11, 20, torch::kFloat64);
  EXPECT_THROW(label_smoothed_loss(odd.states, {odd.weight, odd.bias}, odd.targets, 0, 0.1, 1, PairTerms::of_r_drop(1)),
               c10::Error);
}

TEST_P(LabelSmoothedLossTest, PaddingHasNoPart) {
  Problem p = problem(11, 20, torch::kFloat64);
  const OutputLayer output{p.weight, p.bias};
  const auto loss = label_smoothed_loss(p.states, output, p.targets, 0, 0.1, 1);
  const Tensor gradient = gradients_of(loss.value, p)[0];
  EXPECT_TRUE((gradient.abs().sum(1) == 0).eq(p.targets == 0).all().item<bool>());
  const auto nothing = label_smoothed_loss(p.states, output, torch::zeros_like(p.targets), 0, 0.1, 1);
  EXPECT_EQ(nothing.sums().tokens, 0);
  EXPECT_EQ(nothing.value.item<double>(), 0);
  EXPECT_EQ(gradients_of(nothing.value, p)[1].abs().sum().item<double>(), 0);
  const Tensor without_id = p.targets.masked_fill(p.targets == 0, SpecialIds::kNone);
  const auto same = label_smoothed_loss(p.states, output, without_id, SpecialIds::kNone, 0.1, 1);
  EXPECT_EQ(same.value.item<double>(), loss.value.item<double>());
  EXPECT_TRUE(gradients_of(same.value, p)[0].equal(gradient));
}

TEST_P(LabelSmoothedLossTest, ObeysTheChainRule) {
  const Problem p = problem(11, 20, torch::kFloat64);
  const auto loss = [&](double normaliser) {
    return label_smoothed_loss(p.states, {p.weight, p.bias}, p.targets, 0, 0.1, normaliser).value;
  };
  const auto one = gradients_of(loss(1), p), tripled = gradients_of(loss(1) * 3, p), halved = gradients_of(loss(2), p);
  for (std::size_t i = 0; i < one.size(); ++i) {
    EXPECT_LT(relative_error(tripled[i], one[i] * 3), 1e-14);
    EXPECT_LT(relative_error(halved[i], one[i] / 2), 1e-14);
  }
}

TEST_P(LabelSmoothedLossTest, TakesAnyStridesAndNoBias) {
  const Problem p = problem(12, 20, torch::kFloat64);
  const Tensor strided = torch::stack({p.targets, p.targets * 0}, 1).select(1, 0);
  const auto expected = label_smoothed_loss(p.states, {p.weight, {}}, p.targets, 0, 0.1, 1);
  EXPECT_EQ(label_smoothed_loss(p.states, {p.weight, {}}, strided, 0, 0.1, 1).sums().smoothed,
            expected.sums().smoothed);
  const Tensor plain =
      at::cross_entropy_loss(at::linear(p.states, p.weight), p.targets, {}, at::Reduction::Sum, 0, 0.1);
  EXPECT_NEAR(expected.sums().smoothed, plain.item<double>(), 1e-12);
  torch::NoGradGuard no_grad;
  EXPECT_EQ(label_smoothed_loss(p.states, {p.weight, {}}, p.targets, 0, 0.1, 1).sums().smoothed,
            expected.sums().smoothed);
}

// To read a number back means to wait for all that a GPU has been given before. The meta device has none to read.
TEST(LabelSmoothedLoss, ReadsNothingBack) {
  for (const auto type : {torch::kFloat32, torch::kBFloat16}) {
    const Problem p = random_problem(400, 33'000, torch::kFloat32);
    const auto meta = [](const Tensor& tensor) { return tensor.detach().to(torch::kMeta).requires_grad_(); };
    const Tensor states = meta(p.states.to(type)), weight = meta(p.weight);
    const Tensor targets = p.targets.to(torch::kMeta);
    for (const auto& pairs : {std::optional<PairTerms>(), std::optional(PairTerms::of_r_drop(3)),
                              std::optional(PairTerms::of_sim_cut(3))}) {
      const auto loss = label_smoothed_loss(states, {weight, meta(p.bias)}, targets, 0, 0.1, 40, pairs);
      EXPECT_NO_THROW(loss.value.backward());
      EXPECT_EQ(weight.grad().sizes(), p.weight.sizes());
      EXPECT_TRUE(loss.totals.is_meta());
    }
  }
}

TEST(LabelSmoothedLoss, AGpuTakesMoreRowsAtOnce) {
  EXPECT_EQ(rows_at_once(torch::kCPU, 32'000), 128);
  EXPECT_GE(rows_at_once(torch::kCUDA, 32'000), 2048);
  for (const auto device : {torch::kCPU, torch::kCUDA}) {
    EXPECT_EQ(rows_at_once(device, 4999) % 2, 0);
    EXPECT_GE(rows_at_once(device, 100'000'000), 2) << "rows of any vocabulary";
  }
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
TEST_P(LabelSmoothedLossTest, TakesStatesInBfloat16) {
  for (const auto& [rows, vocabulary] : {std::pair{50, 40}, std::pair{1200, 33'000}}) {
    const Problem p = problem(rows, vocabulary, torch::kFloat32);
    const Tensor narrow = p.states.detach().to(torch::kBFloat16).requires_grad_();
    const auto loss = label_smoothed_loss(narrow, {p.weight, p.bias}, p.targets, 0, 0.1, 40);
    EXPECT_NEAR(loss.sums().smoothed / plain_loss(p, 0.1).item<double>(), 1, 0.01);
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
      const Tensor states =
          model->decode({}, model->encode({}, golden.at("source", file), golden.at("source_lengths", file)),
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
