#include "training/loss/alignment_loss.h"

#include "tests/model/tensors.h"
#include "training/data/batch.h"

#include <ATen/ATen.h>

#include <cmath>
#include <gtest/gtest.h>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

using torch::Tensor;

TextFrame frame_of(std::vector<std::int32_t> source_before, std::vector<std::int32_t> target_before) {
  return {std::move(source_before), {2}, std::move(target_before), 2, 0, 0};
}

Tensor alignment_of(const std::vector<TokenLinks>& links, const TextFrame& frame) {
  const std::vector<std::int32_t> three{5, 6, 7}, two{8, 9};
  const std::vector<std::span<const std::int32_t>> sources{three, two}, targets{two, three};
  const std::vector<const TextFrame*> frames(2, &frame);
  return make_alignment(make_batch(sources, targets, frame, torch::kCPU), links, frames);
}

TEST(MakeAlignment, SharesEachTargetTokenAmongItsSourceTokens) {
  const Tensor alignment = alignment_of({{{0, 1}, {2, 1}, {1, 0}}, {{0, 2}}}, frame_of({}, {1}));
  EXPECT_TRUE(alignment.equal(torch::tensor(
      {{{0.0F, 1.0F, 0.0F, 0.0F},  // of the source's tokens and its end
        {0.5F, 0.0F, 0.5F, 0.0F},
        {0.0F, 0.0F, 0.0F, 0.0F},  // of the target's end
        {0.0F, 0.0F, 0.0F, 0.0F}},
       {{0.0F, 0.0F, 0.0F, 0.0F}, {0.0F, 0.0F, 0.0F, 0.0F}, {1.0F, 0.0F, 0.0F, 0.0F}, {0.0F, 0.0F, 0.0F, 0.0F}}})));
  EXPECT_FALSE(alignment_of({{}, {}}, frame_of({}, {1})).defined());
}

// Two tokens stand before each source, and one between the start token and each target.
TEST(MakeAlignment, CountsWhatStandsBeforeTheTexts) {
  const Tensor alignment = alignment_of({{{2, 1}}, {}}, frame_of({3, 4}, {1, 4}));
  EXPECT_EQ(alignment.sizes(), (std::vector<std::int64_t>{2, 5, 6}));
  EXPECT_EQ(alignment[0][2][4].item<float>(), 1);
  EXPECT_EQ(alignment.sum().item<float>(), 1);
}

TEST(AlignmentLoss, IsTheCrossEntropyOfTokensThatAreLinked) {
  const Tensor alignment = torch::tensor({{{0.5F, 0.5F, 0.0F}, {0.0F, 0.0F, 0.0F}, {0.0F, 0.0F, 1.0F}}});
  Tensor weights = torch::tensor({{{0.25F, 0.5F, 0.25F}, {1.0F, 0.0F, 0.0F}, {0.5F, 0.5F, 0.0F}}}).requires_grad_();
  const Tensor loss = alignment_loss(weights, alignment);
  const double of_nothing = -std::log(1e-9);
  EXPECT_NEAR(loss.item<double>(), -0.5 * std::log(0.25) - 0.5 * std::log(0.5) + of_nothing, 1e-4);
  loss.backward();
  EXPECT_TRUE(weights.grad().isfinite().all().item<bool>());
  EXPECT_NEAR(weights.grad()[0][0][0].item<double>(), -0.5 / 0.25, 1e-5);
  EXPECT_EQ(weights.grad()[0][1].abs().sum().item<double>(), 0);
  EXPECT_THROW(alignment_loss(weights, alignment.narrow(1, 0, 2)), c10::Error);
}

TEST(GuidedWeights, AreThoseOfOneHeadAtOneSite) {
  using Kind = AttentionSite::Kind;
  GuidedWeights guided({{Kind::cross, 1}, 1, 0.5});
  EXPECT_TRUE(guided.looks_at({Kind::cross, 1}));
  EXPECT_FALSE(guided.looks_at({Kind::cross, 0}));
  EXPECT_FALSE(guided.looks_at({Kind::decoder_self, 1}));
  EXPECT_FALSE(guided.of(3).defined());
  const Tensor weights = random_tensor({2, 3, 4, 5}, 1), heads = random_tensor({2, 3, 4, 6}, 2);
  EXPECT_TRUE(guided.see({Kind::cross, 1}, weights, heads).is_same(heads));
  EXPECT_TRUE(guided.of(4).equal(weights.select(1, 1)));
  // Step by step, and of layers with the same weights the first.
  GuidedWeights stepwise({{Kind::cross, 1}, 2, 0.5});
  for (std::int64_t t = 0; t < 4; ++t) stepwise.see({Kind::cross, 1}, weights.narrow(2, t, 1), heads.narrow(2, t, 1));
  EXPECT_TRUE(stepwise.of(4).equal(weights.select(1, 2)));
  guided.see({Kind::cross, 1}, weights + 1, heads);
  EXPECT_TRUE(guided.of(4).equal(weights.select(1, 1)));
}

}  // namespace
}  // namespace dragoman
