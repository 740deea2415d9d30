#include "decoding/engine/shortlisted_output.h"

#include "tests/decoding/allowed_rows.h"
#include "tests/decoding/waves.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <gtest/gtest.h>
#include <vector>

namespace dragoman {
namespace {

constexpr std::int64_t kStateWidth = 48, kAllTokens = 400;
constexpr std::int64_t kCount = 6;
const std::vector<std::int32_t> kNever{0, 1};

std::vector<std::vector<std::int32_t>> some_lists() {
  std::vector<std::vector<std::int32_t>> lists(3);
  for (std::int32_t id = 0; id < kAllTokens; ++id) {
    if (id % 3 == 0 || id == 2) lists[0].push_back(id);
    if (id % 7 < 2 || id == 2) lists[1].push_back(id);
  }
  lists[2] = {0, 1, 2, 17, 23};  // of which three are left
  return lists;
}

// Logits of what a row's sentence does not list are -infinity.
Candidates expected(const at::Tensor& logits, const std::vector<std::int32_t>& sentences,
                    const std::vector<AllowedIds>& allowed) {
  const auto lists = some_lists();
  const at::Tensor masked = at::full_like(logits, -INFINITY);
  for (std::size_t row = 0; row < sentences.size(); ++row) {
    for (const std::int32_t id : lists[static_cast<std::size_t>(sentences[row])]) {
      if (id > 1) masked[static_cast<std::int64_t>(row)][id] = logits[static_cast<std::int64_t>(row)][id];
    }
  }
  return candidates_of(masked, {kCount, allowed});
}

TEST(ShortlistedOutput, IsTheSoftmaxOverWhatTheSentenceLists) {
  const std::vector<std::int32_t> sentences = {0, 0, 1, 2, 2};
  std::vector<AllowedIds> allowed = allowed_rows(5, kNever, 2);
  allowed[2].keep_only(std::vector<std::int32_t>{2, 5, 7, 8});  // of which the sentence lists two
  const at::Tensor states = waves({5, kStateWidth}, 0.013);
  for (const bool with_bias : {false, true}) {
    const OutputLayer layer{waves({kAllTokens, kStateWidth}, 0.0071),
                            with_bias ? waves({kAllTokens}, 0.019) : at::Tensor()};
    const at::Tensor logits =
        at::linear(states, layer.weight, with_bias ? std::optional<at::Tensor>(layer.bias) : std::nullopt);
    const Candidates wanted = expected(logits, sentences, allowed);
    const ShortlistedOutput output(layer, WeightType::fp32, some_lists(), kNever);
    const Candidates found = output.candidates(states, sentences, {kCount, allowed});
    ASSERT_EQ(found.rows, 5);
    ASSERT_EQ(found.per_row, kCount);
    for (std::size_t i = 0; i < wanted.ids.size(); ++i) {
      if (std::isinf(wanted.log_probs[i])) {
        EXPECT_TRUE(std::isinf(found.log_probs[i])) << i;
      } else {
        EXPECT_EQ(found.ids[i], wanted.ids[i]) << i;
        EXPECT_NEAR(found.log_probs[i], wanted.log_probs[i], 1e-4) << i;
      }
    }
  }
}

TEST(ShortlistedOutput, OfARowOfWhichMoreAreAskedThereAreMore) {
  const OutputLayer layer{waves({kAllTokens, kStateWidth}, 0.0071), at::Tensor()};
  const at::Tensor states = waves({2, kStateWidth}, 0.013);
  const std::vector<std::int32_t> sentences = {0, 1};
  const ShortlistedOutput output(layer, WeightType::fp32, some_lists(), kNever);
  const std::vector<AllowedIds> all(2);
  const std::vector<std::int64_t> more = {0, 3};
  const Candidates found = output.candidates(states, sentences, {kCount, all, {}, more}),
                   wide = output.candidates(states, sentences, {kCount + 3, all});
  ASSERT_EQ(found.per_row, kCount + 3);
  for (std::size_t place = 0; place < found.ids.size(); ++place) {
    if (place >= kCount && place < kCount + 3) {
      EXPECT_TRUE(std::isinf(found.log_probs[place]));
    } else {
      EXPECT_EQ(found.ids[place], wide.ids[place]);
      EXPECT_EQ(found.log_probs[place], wide.log_probs[place]);
    }
  }
}

TEST(ShortlistedOutput, WholeRowsHaveTheLogProbabilitiesOfTheCandidates) {
  const OutputLayer layer{waves({kAllTokens, kStateWidth}, 0.0071), at::Tensor()};
  const at::Tensor states = waves({4, kStateWidth}, 0.013);
  const std::vector<std::int32_t> sentences = {0, 2, 2, 1};
  const ShortlistedOutput output(layer, WeightType::fp32, some_lists(), kNever);
  const LogProbs whole = output.log_probs(states, sentences);
  ASSERT_EQ(whole.rows, 4);
  ASSERT_EQ(whole.vocabulary, kAllTokens);
  const std::vector<AllowedIds> all(4);
  const Candidates found = output.candidates(states, sentences, {kCount, all}),
                   of_whole = best_of(whole, {kCount, all});
  EXPECT_EQ(found.log_probs, of_whole.log_probs);
  for (std::size_t i = 0; i < found.ids.size(); ++i) {
    if (!std::isinf(found.log_probs[i])) {
      EXPECT_EQ(found.ids[i], of_whole.ids[i]);
    }
  }
  EXPECT_TRUE(std::isinf(whole.row(1)[16])) << "not in the list of sentence 2";
}

TEST(ShortlistedOutput, TakesAWeightThatIsInInt8) {
  if (!is_fast(WeightType::int8, at::kCPU)) GTEST_SKIP() << "no products in int8 here";
  const at::Tensor weight = waves({kAllTokens, kStateWidth}, 0.0071), states = waves({3, kStateWidth}, 0.013);
  const std::vector<std::int32_t> sentences = {0, 1, 2};
  const std::vector<AllowedIds> all(3);
  const ShortlistedOutput from_fp32({weight, {}}, WeightType::int8, some_lists(), kNever);
  const ShortlistedOutput from_int8({at::zeros({1}).expand(weight.sizes()), {}, quantise(weight)}, WeightType::int8,
                                    some_lists(), kNever);
  const Candidates one = from_fp32.candidates(states, sentences, {kCount, all});
  const Candidates other = from_int8.candidates(states, sentences, {kCount, all});
  EXPECT_EQ(one.ids, other.ids);
  EXPECT_EQ(one.log_probs, other.log_probs);
}

TEST(ShortlistedOutput, ASentenceDoesNotDependOnTheOthers) {
  const OutputLayer layer{waves({kAllTokens, kStateWidth}, 0.0071), at::Tensor()};
  const at::Tensor states = waves({3, kStateWidth}, 0.013);
  for (const WeightType type : {WeightType::fp32, WeightType::bf16, WeightType::int8}) {
    if (!is_fast(type, at::kCPU)) continue;
    const ShortlistedOutput output(layer, type, some_lists(), kNever);
    const Candidates together =
        output.candidates(states, std::vector<std::int32_t>{0, 1, 2}, {kCount, std::vector<AllowedIds>(3)});
    for (std::int64_t row = 0; row < 3; ++row) {
      const ShortlistedOutput own(layer, type, {some_lists()[static_cast<std::size_t>(row)]}, kNever);
      const Candidates alone =
          own.candidates(states.narrow(0, row, 1), std::vector<std::int32_t>{0}, {kCount, std::vector<AllowedIds>(1)});
      const auto first = static_cast<std::ptrdiff_t>(row * kCount);
      EXPECT_TRUE(std::equal(alone.ids.begin(), alone.ids.end(), together.ids.begin() + first));
      EXPECT_TRUE(std::equal(alone.log_probs.begin(), alone.log_probs.end(), together.log_probs.begin() + first));
    }
  }
}

}  // namespace
}  // namespace dragoman
