#include "training/data/token_cutoff.h"

#include "model/pass.h"
#include "tests/model/tensors.h"
#include "tests/model/tiny_config.h"

#include <ATen/ATen.h>

#include <gtest/gtest.h>

namespace dragoman {
namespace {

using torch::Tensor;

// Of 20 sentences with 20 tokens of text on each side; half of each row is padding.
Batch batch_of_text() {
  Tensor source = torch::zeros({20, 42}, torch::kInt64), target = source.clone();
  source.narrow(1, 0, 20) = torch::arange(400, torch::kInt64).view({20, 20}) + 10;
  source.select(1, 20).fill_(2);
  target.select(1, 0).fill_(1);
  target.narrow(1, 1, 20) = torch::arange(400, torch::kInt64).view({20, 20}) + 500;
  return {source, torch::full({20}, 21, torch::kInt64), target, target.roll(-1, 1), 400};
}

double share_cut(const Tensor& ids) {
  return (ids == kCutToken).sum().item<double>() / 400;
}

// 400 draws have a standard deviation of 0.025 at 0.5.
TEST(TokenCutoff, CutsTheShareThatItIsTold) {
  const Batch batch = batch_of_text();
  for (const double share : {0.05, 0.5, 0.95}) {
    const Batch cut = TokenCutoff(share, tiny_config(), 1).cut(batch, 7);
    EXPECT_NEAR(share_cut(cut.source), share, 0.08);
    EXPECT_NEAR(share_cut(cut.target_in), share, 0.08);
    EXPECT_TRUE(cut.source.where(cut.source != kCutToken, batch.source).equal(batch.source));
    EXPECT_TRUE(cut.target_in.where(cut.target_in != kCutToken, batch.target_in).equal(batch.target_in));
    EXPECT_TRUE(cut.target_out.equal(batch.target_out));
    EXPECT_TRUE(cut.source_lengths.equal(batch.source_lengths));
    EXPECT_EQ(cut.target_tokens, 400);
  }
  EXPECT_TRUE(TokenCutoff(0, tiny_config(), 1).cut(batch, 7).source.equal(batch.source));
  EXPECT_EQ((batch.source == kCutToken).sum().item<int>(), 0) << "the batch itself stays as it is";
}

TEST(TokenCutoff, LeavesWhatMarksStartEndPaddingAndLanguages) {
  ModelConfig config = tiny_config();
  config.start_token = 9;
  config.text_template.languages = {{"de", 7}, {"en", 8}};
  const TokenCutoff cutoff(1 - 1e-9, config, 1);  // which draws every token that may be drawn
  const Tensor rows = ids({{7, 3, 4, 5, 2, 0}, {8, 6, 2, 0, 0, 0}});
  const Batch cut = cutoff.cut({rows, {}, ids({{9, 7, 4}, {9, 8, 1}}), {}, 0}, 1);
  constexpr auto kCut = kCutToken;
  EXPECT_TRUE(cut.source.equal(ids({{7, kCut, kCut, kCut, 2, 0}, {8, kCut, 2, 0, 0, 0}})));
  EXPECT_TRUE(cut.target_in.equal(ids({{9, 7, kCut}, {9, 8, 1}})));
  config.special_ids = {SpecialIds::kNone, SpecialIds::kNone, 2, 3};
  EXPECT_TRUE(TokenCutoff(0, config, 1).cut({rows, {}, rows, {}, 0}, 1).source.equal(rows));
}

TEST(TokenCutoff, DrawsAnewForEachBatchSideAndSeed) {
  const Batch batch = batch_of_text();
  const TokenCutoff cutoff(0.5, tiny_config(), 1);
  const Batch first = cutoff.cut(batch, 7);
  EXPECT_TRUE(cutoff.cut(batch, 7).source.equal(first.source));
  EXPECT_TRUE(cutoff.cut(batch, 7).target_in.equal(first.target_in));
  const auto same = [](const Tensor& one, const Tensor& other) {
    return ((one == kCutToken) == (other == kCutToken)).narrow(1, 1, 19).to(torch::kFloat64).mean().item<double>();
  };
  EXPECT_NEAR(same(first.source, first.target_in), 0.5, 0.1);
  EXPECT_NEAR(same(first.source, cutoff.cut(batch, 8).source), 0.5, 0.1);
  EXPECT_NEAR(same(first.source, TokenCutoff(0.5, tiny_config(), 2).cut(batch, 7).source), 0.5, 0.1);
}

}  // namespace
}  // namespace dragoman
