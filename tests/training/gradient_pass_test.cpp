#include "training/course/gradient_pass.h"

#include "data/parallel_corpus.h"
#include "model/attention/key_selection.h"
#include "model/transformer/transformer.h"
#include "tests/model/tensors.h"
#include "tests/model/tiny_config.h"

#include <ATen/ATen.h>

#include <cmath>
#include <gtest/gtest.h>
#include <memory>
#include <vector>

namespace dragoman {
namespace {

using torch::Tensor;

ModelConfig small_config(double dropout) {
  ModelConfig config = tiny_config();
  config.dropout = dropout;
  config.attention_dropout = config.activation_dropout = 0;
  return config;
}

// Sentences of different lengths, some of them for another process. linked: all target tokens but the last, to the
// source's in turn, and the first to its last as well.
std::vector<PlacedBatch> parts(bool linked = false) {
  TokenizedCorpus corpus;
  for (std::int32_t length = 1; length <= 6; ++length) {
    TokenLinks links;
    for (std::int32_t t = 0; linked && t + 1 < 7 - length; ++t) links.push_back({t % length, t});
    if (linked) links.push_back({length - 1, 0});
    corpus.append(std::vector<std::int32_t>(static_cast<std::size_t>(length), 7 + length),
                  std::vector<std::int32_t>(static_cast<std::size_t>(7 - length), 8), links);
  }
  const TextFrame frame = text_frame(tiny_config());
  const auto batch_of = [&](const std::vector<std::uint32_t>& pairs) {
    Batch batch = make_batch(corpus.pairs(), pairs, frame, torch::kCPU);
    std::vector<TokenLinks> links;
    for (const std::uint32_t pair : pairs) links.push_back(corpus.pairs().links(pair));
    batch.alignment = make_alignment(batch, links, std::vector(pairs.size(), &frame));
    return batch;
  };
  return {{batch_of({0, 1, 2}), 0, 0, true, false, 0.5},
          {Batch{}, 0, 1, false, false, 0.5},
          {batch_of({3, 4, 5}), 0, 2, true, true, 1.0}};
}

std::shared_ptr<const Workers> workers(int threads) {
  return std::make_shared<const Workers>(threads, torch::kCPU);
}

constexpr GuidedHead kGuided{{AttentionSite::Kind::cross, 0}, 1, 0.5};

struct Result {
  LossSums sums;
  std::vector<Tensor> gradients;
};

Result run_loss(double dropout, const LossOptions& loss, const BatchShares& shares = {1, workers(1)},
                const Pass& common = {}) {
  Transformer model(small_config(dropout), 1);
  model.train();
  GradientPass pass(model, small_config(dropout), torch::kCPU, common, loss, shares, nullptr);
  Result result;
  result.sums = pass.run(parts(loss.guided.has_value()), 0);
  for (const Tensor& parameter : model.parameters()) result.gradients.push_back(parameter.grad());
  return result;
}

Result run(double dropout, double r_drop, const BatchShares& shares = {1, workers(1)}, const Pass& common = {}) {
  return run_loss(dropout, {0, 0.1, r_drop, 0, 0}, shares, common);
}

void expect_near(const Result& result, const Result& expected) {
  EXPECT_EQ(result.sums.tokens, expected.sums.tokens);
  EXPECT_NEAR(result.sums.smoothed, expected.sums.smoothed, 1e-4);
  EXPECT_NEAR(result.sums.plain, expected.sums.plain, 1e-4);
  EXPECT_NEAR(result.sums.consistency, expected.sums.consistency, 1e-5);
  EXPECT_NEAR(result.sums.alignment, expected.sums.alignment, 1e-4);
  for (std::size_t i = 0; i < expected.gradients.size(); ++i)
    EXPECT_TRUE(result.gradients[i].allclose(expected.gradients[i], 1e-4, 1e-6)) << i;
}

TEST(GradientPass, TwoPassesThatAgreeAreOne) {
  const Result once = run(0, 0);
  EXPECT_EQ(once.sums.tokens, 27);
  expect_near(run(0, 5), once);
  expect_near(run_loss(0, {0, 0.1, 0, 5, 0}), once);  // which cuts nothing off
  const Result guided = run_loss(0, {0, 0.1, 0, 0, 0, kGuided});
  EXPECT_GT(guided.sums.alignment, 1);
  expect_near(run_loss(0, {0, 0.1, 5, 0, 0, kGuided}), guided);
  expect_near(run_loss(0, {0, 0.1, 0, 5, 0, kGuided}), guided);
}

// Looks on, in operators of LibTorch alone.
struct SecondHead : AttentionObserver {
  Tensor see(const AttentionSite& site, const Tensor& weights, const Tensor& heads) override {
    if (site == kGuided.site) seen = weights.select(1, 1);
    return heads;
  }
  Tensor seen;
};

// Garg et al. 2019: cross-entropy of the tokens, and λ times that of the head's weights, both a token; gradients by
// autograd.
TEST(GradientPass, GuidedAlignmentIsTheFormula) {
  const ModelConfig config = small_config(0);
  Transformer model(config, 1);
  model.train();
  Tensor cross_entropy = torch::zeros({}), alignment = torch::zeros({});
  for (const auto& [batch, epoch, index, mine, ends, share] : parts(true)) {
    if (!mine) continue;
    SecondHead head;
    const Pass pass{.observer = &head};
    const Tensor states = model.decode(pass, model.encode(pass, batch.source, batch.source_lengths), batch.target_in);
    const Tensor log_probs = at::log_softmax(at::linear(states, model.output_layer().weight).flatten(0, 1), 1);
    cross_entropy =
        cross_entropy + at::cross_entropy_loss(log_probs, batch.target_out.flatten(), {}, at::Reduction::Sum, 0, 0.1);
    alignment = alignment - (batch.alignment * head.seen.clamp_min(1e-30).log()).sum();
  }
  ((cross_entropy + kGuided.weight * alignment) / 27).backward();
  const Result result = run_loss(0, {0, 0.1, 0, 0, 0, kGuided});
  EXPECT_EQ(result.sums.tokens, 27);
  EXPECT_NEAR(result.sums.smoothed, cross_entropy.item<double>(), 1e-4);
  EXPECT_NEAR(result.sums.alignment, alignment.item<double>(), 1e-4);
  const std::vector<Tensor> parameters = model.parameters();
  for (std::size_t i = 0; i < parameters.size(); ++i)
    EXPECT_TRUE(result.gradients[i].allclose(parameters[i].grad(), 1e-4, 1e-6)) << i;
  EXPECT_EQ(run(0, 0).sums.alignment, 0);
}

// A head that nobody guides, and batches without an alignment, change nothing.
TEST(GradientPass, WithoutAnAlignmentThereIsNoGuide) {
  const ModelConfig config = small_config(0.3);
  Transformer model(config, 1);
  model.train();
  GradientPass pass(model, config, torch::kCPU, {}, {0, 0.1, 0, 0, 0, kGuided}, {1, workers(1)}, nullptr);
  const LossSums sums = pass.run(parts(), 0);
  const Result expected = run(0.3, 0);
  EXPECT_EQ(sums.smoothed, expected.sums.smoothed);
  EXPECT_EQ(sums.alignment, 0);
  const std::vector<Tensor> parameters = model.parameters();
  for (std::size_t i = 0; i < parameters.size(); ++i)
    EXPECT_TRUE(parameters[i].grad().equal(expected.gradients[i])) << i;
}

// SimCut's second pass, without some of the tokens, has no part in it.
TEST(GradientPass, TheGuideOfSimCutIsThatOfItsFirstPass) {
  const LossOptions guided{0, 0.1, 0, 0, 0, kGuided}, cut{0, 0.1, 0, 3, 0.4, kGuided};
  EXPECT_NEAR(run_loss(0, cut).sums.alignment, run_loss(0, guided).sums.alignment, 1e-4);
}

// The whole of SimCut in LibTorch's operators: cross-entropy without cutoff, and α · KL(p ‖ q) for the p of that and
// the q of the sentences with cutoff, both a token; gradients by autograd.
TEST(GradientPass, SimCutIsTheFormula) {
  const double alpha = 3, share = 0.4;
  const ModelConfig config = small_config(0);
  Transformer model(config, 1);
  model.train();
  const TokenCutoff cutoff(share, config, 42);
  Tensor cross_entropy = torch::zeros({}), divergence = torch::zeros({});
  std::int64_t number = 5;
  for (const PlacedBatch& part : parts()) {
    const Batch& batch = part.batch;
    const std::int64_t of_part = number++;
    if (!part.mine) continue;
    const auto log_probs = [&](const Pass& pass, const Batch& rows) {
      const Tensor states = model.decode(pass, model.encode(pass, rows.source, rows.source_lengths), rows.target_in);
      return at::log_softmax(at::linear(states, model.output_layer().weight).flatten(0, 1), 1);
    };
    const Tensor p = log_probs({}, batch), q = log_probs({.cuts_tokens = true}, cutoff.cut(batch, of_part));
    const Tensor targets = batch.target_out.flatten();
    cross_entropy = cross_entropy + at::cross_entropy_loss(p, targets, {}, at::Reduction::Sum, 0, 0.1);
    divergence = divergence + (at::kl_div(q, p, at::Reduction::None, true).sum(1) * (targets != 0)).sum();
  }
  ((cross_entropy + alpha * divergence) / 27).backward();
  Transformer trained(config, 1);
  trained.train();
  GradientPass pass(trained, config, torch::kCPU, {.seed = 42}, {0, 0.1, 0, alpha, share}, {1, workers(1)}, nullptr);
  const LossSums sums = pass.run(parts(), 5);
  EXPECT_EQ(sums.tokens, 27);
  EXPECT_NEAR(sums.smoothed, cross_entropy.item<double>(), 1e-4);
  EXPECT_NEAR(sums.consistency, alpha * divergence.item<double>(), 1e-4);
  EXPECT_GT(sums.consistency, 0.1);
  const auto expected = model.named_parameters();
  for (const auto& item : trained.named_parameters())
    EXPECT_TRUE(item.value().grad().allclose(expected[item.key()].grad(), 1e-4, 1e-6)) << item.key();
}

// The batches have three sentences: some of seven shares are empty. Dropout leaves out what it leaves out of the whole.
TEST(GradientPass, SharesAddUpToTheWholeBatch) {
  for (const double dropout : {0.0, 0.3}) {
    const LossOptions sim_cut{0, 0.1, 0, 3, 0.4}, guided{0, 0.1, 5, 0, 0, kGuided};
    const Result whole_guided = run_loss(dropout, guided);
    const Result whole = run(dropout, 0), whole_twice = run(dropout, 5), whole_cut = run_loss(dropout, sim_cut);
    for (const std::size_t shares : {2, 3, 7}) {
      SCOPED_TRACE(shares);
      expect_near(run(dropout, 0, {shares, workers(2)}), whole);
      expect_near(run(dropout, 5, {shares, workers(2)}), whole_twice);
      expect_near(run_loss(dropout, sim_cut, {shares, workers(2)}), whole_cut);
      expect_near(run_loss(dropout, guided, {shares, workers(2)}), whole_guided);
    }
  }
}

TEST(GradientPass, EveryShareHasTheSeedAndTheComputeType) {
  const Result plain = run(0.3, 0);
  for (const Pass& common : {Pass{.seed = 42}, Pass{.compute_type = torch::kBFloat16}}) {
    const Result whole = run(0.3, 0, {1, workers(1)}, common), shared = run(0.3, 0, {3, workers(2)}, common);
    EXPECT_GT(std::abs(whole.sums.smoothed - plain.sums.smoothed), 1e-3);
    EXPECT_NEAR(shared.sums.smoothed, whole.sums.smoothed, 1e-4);
  }
}

TEST(GradientPass, ThreadsWithSharesOfTheirOwnDecideNothing) {
  const Result one = run(0.3, 0, {3, workers(1)});
  for (const int threads : {2, 3}) {
    const Result several = run(0.3, 0, {3, workers(threads)});
    EXPECT_EQ(several.sums.smoothed, one.sums.smoothed);
    for (std::size_t i = 0; i < one.gradients.size(); ++i)
      EXPECT_TRUE(several.gradients[i].equal(one.gradients[i])) << i;
  }
}

TEST(GradientPass, TwoPassesDifferByTheirDropout) {
  EXPECT_EQ(run(0.3, 0).sums.consistency, 0);
  EXPECT_GT(run(0.3, 5).sums.consistency, 0.1);
}

TEST(GradientPass, ARehearsalLeavesNoGradients) {
  const ModelConfig config = small_config(0);
  Transformer model(config, 1);
  model.train();
  GradientPass pass(model, config, torch::kCPU, {}, {0, 0.1, 0, 0, 0}, {2, workers(2)}, nullptr);
  Batch batch = parts().front().batch;
  pass.rehearse(batch);
  batch.target_out = batch.target_out.clone();
  batch.target_out[2].fill_(1000);  // fails in the second share, when the first may be done
  EXPECT_ANY_THROW(pass.rehearse(batch));
  for (const Tensor& parameter : model.parameters()) EXPECT_FALSE(parameter.grad().defined());
  const LossSums sums = pass.run(parts(), 0);
  const Result expected = run(0, 0, {2, workers(2)});
  EXPECT_EQ(sums.smoothed, expected.sums.smoothed);
  const std::vector<Tensor> parameters = model.parameters();
  for (std::size_t i = 0; i < parameters.size(); ++i)
    EXPECT_TRUE(parameters[i].grad().equal(expected.gradients[i])) << i;
}

// The first number of `parts` at which attention draws for every sentence, and takes the expectation for none.
std::int64_t number_with_draws_alone() {
  const DrawnKeys ones{torch::ones({3, 1, 1, 1}), torch::ones({3, 1})};
  const auto draws = [&](std::int64_t number) {
    return expect_half(ones, ones.weights, {0, static_cast<std::uint64_t>(number), 0})
        .log_probability.all()
        .item<bool>();
  };
  std::int64_t number = 0;
  while (!draws(number) || !draws(number + 2)) ++number;
  return number;
}

// What attention has drawn has no gradient by itself: queries learn through the score function alone.
TEST(GradientPass, AttentionThatDrawsLearnsFromItsDraws) {
  ModelConfig config = small_config(0);
  config.cross_attention_selection = AttentionSelection::sampled;
  const auto gradient = [&](std::int64_t first_number) {
    Transformer model(config, 1);
    model.train();
    GradientPass(model, config, torch::kCPU, {}, {0, 0.1, 0, 0, 0}, {1, workers(1)}, nullptr)
        .run(parts(), first_number);
    return model.named_parameters()["decoder.layers.0.cross_attention.q.weight"].grad();
  };
  const std::int64_t number = number_with_draws_alone();
  const Tensor first = gradient(number);
  EXPECT_GT(first.abs().max().item<float>(), 1e-4);
  EXPECT_TRUE(first.equal(gradient(number)));
  EXPECT_FALSE(first.equal(gradient(number + 3)));
}

}  // namespace
}  // namespace dragoman
