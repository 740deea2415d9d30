#include "decoding/engine/candidates.h"

#include "tests/decoding/allowed_rows.h"

#include <ATen/ATen.h>
#include <torch/cuda.h>

#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>
#include <stdexcept>
#include <vector>

namespace dragoman {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

at::Tensor random_logits(std::int64_t rows, std::int64_t vocabulary) {
  const at::Tensor phase = at::arange(rows * vocabulary, at::kDouble).view({rows, vocabulary});
  return (at::sin(phase * phase * 0.01) * 6.0).to(at::kFloat);
}

void expect_near(const Candidates& a, const Candidates& b) {
  ASSERT_EQ(a.rows, b.rows);
  ASSERT_EQ(a.per_row, b.per_row);
  ASSERT_EQ(a.ids.size(), b.ids.size());
  for (std::size_t i = 0; i < a.ids.size(); ++i) {
    if (std::isinf(b.log_probs[i])) {
      EXPECT_EQ(a.log_probs[i], b.log_probs[i]);
    } else {
      EXPECT_EQ(a.ids[i], b.ids[i]);
      EXPECT_NEAR(a.log_probs[i], b.log_probs[i], 1e-5);
    }
  }
}

TEST(Candidates, HandComputed) {
  const at::Tensor logits = at::tensor({0.1F, 0.2F, 0.3F, 0.4F, 0.4F, 0.3F, 0.2F, 0.1F}).log().view({2, 4});
  const Candidates found = candidates_of(logits, {3, allowed_rows(2, {3}, 0)});
  EXPECT_EQ(found.rows, 2);
  EXPECT_EQ(found.per_row, 3);
  EXPECT_THAT(std::vector(found.ids.begin(), found.ids.begin() + 5), ElementsAre(2, 1, 0, 1, 2));
  EXPECT_NEAR(found.log_probs[0], std::log(0.3), 1e-6) << "the forbidden id keeps its share";
  EXPECT_NEAR(found.log_probs[3], std::log(0.3), 1e-6);
  EXPECT_EQ(found.log_probs[5], -std::numeric_limits<float>::infinity());
}

TEST(Candidates, LoopAndOperatorsAgree) {
  for (const auto& [rows, vocabulary, count] :
       {std::tuple(1, 5, 10), std::tuple(7, 100, 4), std::tuple(20, 3000, 12)}) {
    const at::Tensor logits = random_logits(rows, vocabulary);
    std::vector<AllowedIds> allowed = allowed_rows(static_cast<std::size_t>(rows), {0, 1}, 2);
    expect_near(candidates_of(logits, {count, allowed}), candidates_by_operators(logits, {count, allowed}));
    allowed.front().keep_only(std::vector<std::int32_t>{1, 3, 4});
    const Candidates of_two = candidates_of(logits, {count, allowed});
    EXPECT_TRUE(std::isinf(of_two.log_probs[2]));
    expect_near(of_two, candidates_by_operators(logits, {count, allowed}));
    allowed.back().keep_only({});
    expect_near(candidates_of(logits, {count, allowed}), candidates_by_operators(logits, {count, allowed}));
  }
}

TEST(Candidates, OfARowOfWhichMoreAreAskedThereAreMore) {
  const at::Tensor logits = random_logits(3, 2000);
  const std::vector<AllowedIds> allowed = allowed_rows(3, {0, 1}, 2);
  const std::vector<std::int64_t> more = {0, 5, 2};
  const Candidates found = candidates_of(logits, {4, allowed, {}, more});
  ASSERT_EQ(found.per_row, 9);
  for (std::size_t row = 0; row < 3; ++row) {
    const std::int64_t count = 4 + more[row];
    const Candidates expected = candidates_of(logits, {count, allowed});
    for (std::size_t i = 0; i < 9; ++i) {
      const std::size_t place = row * 9 + i, same = row * static_cast<std::size_t>(count) + i;
      if (i >= static_cast<std::size_t>(count)) {
        EXPECT_TRUE(std::isinf(found.log_probs[place])) << "row " << row;
      } else {
        EXPECT_EQ(found.ids[place], expected.ids[same]);
        EXPECT_EQ(found.log_probs[place], expected.log_probs[same]);
      }
    }
  }
  EXPECT_EQ(candidates_of(random_logits(3, 6), {4, allowed, {}, more}).per_row, 6) << "all that there are";
}

TEST(Candidates, OtherTypesAndLayoutsAreTaken) {
  const at::Tensor logits = random_logits(4, 60).to(at::kDouble).t().contiguous().t();
  const std::vector<AllowedIds> all(4);
  expect_near(candidates_of(logits, {5, all}), candidates_by_operators(logits, {5, all}));
}

TEST(Candidates, RefusesWhatIsNotFiniteOrDoesNotFit) {
  at::Tensor logits = random_logits(2, 10);
  const std::vector<AllowedIds> two(2), three(3);
  EXPECT_THROW(candidates_of(logits, {5, three}), c10::Error);
  logits[1][4] = std::nan("");
  EXPECT_THAT([&] { candidates_of(logits, {5, two}); }, ThrowsMessage<std::runtime_error>(HasSubstr("finite")));
  EXPECT_THAT(
      [&] {
        candidates_by_operators(logits, {5, two});
      },
      ThrowsMessage<std::runtime_error>(HasSubstr("finite")));
}

TEST(Candidates, OnTheGpuAsOnTheCpu_CUDA) {
  if (!torch::cuda::is_available()) GTEST_SKIP() << "no GPU";
  const at::Tensor logits = random_logits(20, 3000);
  std::vector<AllowedIds> allowed = allowed_rows(20, {0, 1}, 2);
  allowed.front().keep_only(std::vector<std::int32_t>{5, 7});
  expect_near(candidates_of(logits.to(at::kCUDA), {10, allowed}), candidates_of(logits, {10, allowed}));
}

}  // namespace
}  // namespace dragoman
