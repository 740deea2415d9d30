#include "decoding/engine/output_projection.h"

#include "tests/decoding/allowed_rows.h"
#include "tests/decoding/waves.h"

#include <ATen/ATen.h>

#include <cmath>
#include <gtest/gtest.h>
#include <tuple>
#include <vector>

namespace dragoman {
namespace {

constexpr std::int64_t kWidth = 48;

// Sizes below, at and above one block, the last one not a multiple of anything.
TEST(OutputProjection, BlocksGiveWhatTheWholeProductGives) {
  for (const auto& [rows, vocabulary, with_bias] :
       {std::tuple(1, 30, true), std::tuple(5, 1024, false), std::tuple(16, 1025, true), std::tuple(21, 3001, true)}) {
    const at::Tensor states = waves({rows, kWidth}, 0.013);
    const OutputLayer layer{waves({vocabulary, kWidth}, 0.0071), with_bias ? waves({vocabulary}, 0.019) : at::Tensor()};
    const std::vector<AllowedIds> allowed = allowed_rows(static_cast<std::size_t>(rows), {0, 1}, 2);
    const at::Tensor logits =
        at::linear(states, layer.weight, with_bias ? std::optional<at::Tensor>(layer.bias) : std::nullopt);
    const Candidates expected = candidates_by_operators(logits, {9, allowed});
    for (const auto& [type, tolerance] : {std::tuple(WeightType::fp32, 1e-4), std::tuple(WeightType::int8, 0.15)}) {
      if (!is_fast(type, at::kCPU)) continue;
      const Candidates found = OutputProjection(layer, type).candidates(states, {9, allowed});
      ASSERT_EQ(found.rows, rows);
      ASSERT_EQ(found.per_row, 9);
      for (std::size_t i = 0; i < found.ids.size(); ++i) {
        EXPECT_NEAR(found.log_probs[i], expected.log_probs[i], tolerance) << vocabulary << " " << i;
        if (type == WeightType::fp32) {
          EXPECT_EQ(found.ids[i], expected.ids[i]) << vocabulary << " " << i;
        }
      }
    }
  }
}

TEST(OutputProjection, ARowsCandidatesDoNotDependOnTheOthers) {
  const OutputLayer layer{waves({2100, kWidth}, 0.0071), at::Tensor()};
  const at::Tensor states = waves({33, kWidth}, 0.013);
  const std::vector<AllowedIds> allowed = allowed_rows(33, {0}, 2);
  for (const WeightType type : {WeightType::fp32, WeightType::bf16, WeightType::int8}) {
    if (!is_fast(type, at::kCPU)) continue;
    const OutputProjection output(layer, type);
    const Candidates together = output.candidates(states, {4, allowed});
    for (std::int64_t row = 0; row < 33; ++row) {
      const Candidates alone =
          output.candidates(states.narrow(0, row, 1), {4, {&allowed[static_cast<std::size_t>(row)], 1}});
      for (std::size_t i = 0; i < 4; ++i) {
        EXPECT_EQ(alone.ids[i], together.ids[static_cast<std::size_t>(row) * 4 + i]);
        EXPECT_EQ(alone.log_probs[i], together.log_probs[static_cast<std::size_t>(row) * 4 + i]);
      }
    }
  }
}

TEST(OutputProjection, AnIdHasTheLogProbabilityThatItHasAmongTheCandidates) {
  const std::int64_t vocabulary = 2100, rows = 133;
  const OutputLayer layer{waves({vocabulary, kWidth}, 0.0071), waves({vocabulary}, 0.019)};
  const at::Tensor states = waves({rows, kWidth}, 0.013);
  for (const WeightType type : {WeightType::fp32, WeightType::bf16, WeightType::int8}) {
    if (!is_fast(type, at::kCPU)) continue;
    const OutputProjection output(layer, type);
    const Candidates all = output.candidates(states, {20, std::vector<AllowedIds>(rows)});
    for (std::size_t rank : {0, 1, 19}) {
      std::vector<std::int32_t> ids;
      for (std::size_t row = 0; row < rows; ++row) ids.push_back(all.ids[row * 20 + rank]);
      const std::vector<float> found = output.log_probs(states, ids);
      ASSERT_EQ(found.size(), ids.size());
      for (std::size_t row = 0; row < rows; ++row) EXPECT_EQ(found[row], all.log_probs[row * 20 + rank]);
    }
    const LogProbs whole = output.log_probs(states);
    ASSERT_EQ(whole.rows, rows);
    ASSERT_EQ(whole.vocabulary, vocabulary);
    EXPECT_EQ(best_of(whole, {20, std::vector<AllowedIds>(rows)}).ids, all.ids);
    EXPECT_EQ(best_of(whole, {20, std::vector<AllowedIds>(rows)}).log_probs, all.log_probs);
    for (std::int64_t row = 0; row < rows; ++row) {
      double sum = 0.0;
      for (const float log_prob : whole.row(row)) sum += std::exp(log_prob);
      EXPECT_NEAR(sum, 1.0, 1e-5);
    }
  }
  at::Tensor odd = states.clone();
  odd[3][5] = NAN;
  EXPECT_THROW(OutputProjection(layer, WeightType::fp32).log_probs(odd, std::vector<std::int32_t>(rows)), NotFinite);
  EXPECT_THROW(OutputProjection(layer, WeightType::fp32).log_probs(odd), NotFinite);
}

}  // namespace
}  // namespace dragoman
