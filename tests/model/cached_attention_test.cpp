#include "model/attention/cached_attention.h"

#include "tests/model/allocations.h"
#include "tests/model/tensors.h"

#include <ATen/ATen.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <random>
#include <stdexcept>

namespace dragoman {
namespace {

using testing::ElementsAre;
using torch::Tensor;

// Queries that attend to 1, 2, … positions of the cache, drawn at random.
CacheIndex random_index(std::int64_t queries, std::int64_t width, std::int64_t cache) {
  std::mt19937 generator(5);
  CacheIndex index;
  index.width = width;
  for (std::int64_t i = 0; i < queries; ++i) {
    index.lengths.push_back(static_cast<std::int32_t>(1 + i % width));
    for (std::int64_t p = 0; p < width; ++p)
      index.positions.push_back(static_cast<std::int32_t>(generator() % static_cast<std::uint32_t>(cache)));
  }
  return index;
}

// The formula, one query and one head at a time, in fp64. bias: [H, width], or undefined
Tensor expected(const Tensor& q, const Tensor& cache, const CacheIndex& index, std::int64_t heads,
                const Tensor& bias = {}) {
  const std::int64_t width = q.size(1), head_width = width / heads;
  const Tensor queries = q.to(torch::kFloat64), rows = cache.to(torch::kFloat64), result = torch::zeros_like(queries);
  for (std::int64_t i = 0; i < q.size(0); ++i) {
    const auto begin = index.positions.begin() + i * index.width;
    const std::vector<std::int64_t> positions(begin, begin + index.lengths[static_cast<std::size_t>(i)]);
    const Tensor seen = rows.index_select(0, torch::tensor(positions, torch::kInt64));
    for (std::int64_t head = 0; head < heads; ++head) {
      const Tensor keys = seen.narrow(1, head * head_width, head_width);
      const Tensor values = seen.narrow(1, width + head * head_width, head_width);
      const Tensor query = queries[i].narrow(0, head * head_width, head_width);
      Tensor scores = torch::mv(keys, query) / std::sqrt(static_cast<double>(head_width));
      if (bias.defined()) scores = scores + bias[head].slice(0, bias.size(1) - scores.size(0));
      const Tensor weights = torch::softmax(scores, 0);
      result[i].narrow(0, head * head_width, head_width).copy_(torch::mv(values.t(), weights));
    }
  }
  return result;
}

TEST(CachedAttention, IsTheFormula) {
  for (const auto& [heads, head_width] :
       {std::pair{1, 1}, std::pair{3, 8}, std::pair{4, 32}, std::pair{2, 64}, std::pair{2, 80}, std::pair{1, 128}}) {
    for (const std::int64_t width : {1, 2, 40}) {
      const Tensor q = random_tensor({11, heads * head_width}, 1);
      const Tensor cache = random_tensor({50, 2 * heads * head_width}, 2);
      const CacheIndex index = random_index(11, width, 50);
      const Tensor wanted = expected(q, cache, index, heads);
      EXPECT_LT(relative_error(attend_cached(q, cache, index, heads), wanted), 1e-6) << head_width << " " << width;
      EXPECT_LT(relative_error(attend_cached_by_operators(q, cache, index, heads), wanted), 1e-6);
      EXPECT_LT(relative_error(attend_cached(q.to(torch::kFloat64), cache.to(torch::kFloat64), index, heads), wanted),
                1e-13);
    }
  }
}

TEST(CachedAttention, ReadsACacheOfHalves) {
  for (const auto& [heads, head_width] :
       {std::pair{1, 1}, std::pair{3, 8}, std::pair{4, 32}, std::pair{2, 64}, std::pair{2, 80}, std::pair{1, 128}}) {
    const Tensor q = random_tensor({11, heads * head_width}, 1);
    const Tensor cache = random_tensor({50, 2 * heads * head_width}, 2).to(torch::kBFloat16);
    const CacheIndex index = random_index(11, 20, 50);
    const Tensor wanted = expected(q, cache, index, heads);
    EXPECT_LT(relative_error(attend_cached(q, cache, index, heads), wanted), 1e-6) << head_width;
    EXPECT_LT(relative_error(attend_cached_by_operators(q, cache, index, heads), wanted), 1e-6);
  }
}

TEST(CachedAttention, AddsABiasOfEachHead) {
  for (const auto& [heads, head_width] : {std::pair{3, 8}, std::pair{4, 32}}) {
    const Tensor q = random_tensor({11, heads * head_width}, 1);
    const Tensor cache = random_tensor({50, 2 * heads * head_width}, 2), bias = random_tensor({heads, 20}, 3);
    const CacheIndex index = random_index(11, 20, 50);
    const Tensor wanted = expected(q, cache, index, heads, bias);
    EXPECT_LT(relative_error(attend_cached(q, cache, index, heads, bias), wanted), 1e-6) << head_width;
    EXPECT_LT(relative_error(attend_cached_by_operators(q, cache, index, heads, bias), wanted), 1e-6);
    EXPECT_THROW(attend_cached(q, cache, index, heads, bias.t()), c10::Error);
  }
}

// LibTorch's operator wants keys and values of each head; those that each head has are not copied once more.
TEST(CachedAttention, CopiesNothingTwiceWhereEveryHeadHasItsOwn) {
  constexpr std::int64_t kQueries = 20, kWidth = 50;
  const Tensor q = random_tensor({kQueries, 64}, 1), cache = random_tensor({60, 128}, 2);
  const CacheIndex index = random_index(kQueries, kWidth, 60);
  const Allocations made = allocations_of([&] { attend_cached_by_operators(q, cache, index, 4); });
  constexpr std::int64_t kGathered = kQueries * kWidth * 128 * 4;
  EXPECT_GE(made.total, kGathered);
  EXPECT_LT(made.total, kGathered * 3 / 2);
}

TEST(CachedAttention, TakesQueriesThatArePartOfATensor) {
  const Tensor qkv = random_tensor({5, 48}, 1), cache = random_tensor({9, 32}, 2);
  const CacheIndex index = random_index(5, 3, 9);
  const Tensor q = qkv.narrow(1, 0, 16);
  EXPECT_TRUE(attend_cached(q, cache, index, 2).equal(attend_cached(q.contiguous(), cache, index, 2)));
}

TEST(CachedAttention, AQueryAloneIsTheSame) {
  const Tensor q = random_tensor({20, 64}, 1), cache = random_tensor({50, 128}, 2);
  const CacheIndex index = random_index(20, 7, 50);
  const Tensor all = attend_cached(q, cache, index, 4);
  for (std::int64_t i = 0; i < 20; ++i) {
    const std::vector<std::int64_t> one = {i};
    EXPECT_TRUE(attend_cached(q.narrow(0, i, 1), cache, index.select(one), 4).equal(all.narrow(0, i, 1))) << i;
  }
}

TEST(CachedAttention, LargeScoresDoNotOverflow) {
  const Tensor q = torch::full({1, 8}, 1e4F), cache = random_tensor({4, 16}, 3) * 1e4;
  EXPECT_TRUE(attend_cached(q, cache, random_index(1, 4, 4), 1).isfinite().all().item<bool>());
}

TEST(CachedAttention, RefusesWhatDoesNotFit) {
  const Tensor q = torch::zeros({2, 8}), cache = torch::zeros({4, 16});
  EXPECT_THROW(attend_cached(q, cache, random_index(3, 2, 4), 2), c10::Error);
  EXPECT_THROW(attend_cached(q, cache.narrow(1, 0, 6), random_index(2, 2, 4), 2), c10::Error);
  EXPECT_THROW(attend_cached(q, cache, random_index(2, 2, 4), 3), c10::Error);
}

TEST(CacheIndex, RowsOfAnotherCacheComeBehindThese) {
  CacheIndex index{{3, 1, 0, 2}, {2, 1}, 2};
  index.join({{1, 0, 2}, {3}, 3}, 10);
  EXPECT_EQ(index.width, 3);
  EXPECT_EQ(index.lengths, (std::vector<std::int32_t>{2, 1, 3}));
  EXPECT_EQ(index.positions, (std::vector<std::int32_t>{3, 1, 0, 0, 0, 0, 11, 10, 12}));
  index.extend(20);
  EXPECT_EQ(index.lengths, (std::vector<std::int32_t>{3, 2, 4}));
  EXPECT_EQ(index.positions, (std::vector<std::int32_t>{3, 1, 20, 0, 0, 21, 0, 0, 11, 10, 12, 22}));
}

TEST(CacheIndex, AndItsCacheForgetRowsThatNobodyWants) {
  KeyValueCache cache;
  const Tensor rows = random_tensor({8, 32}, 1), q = random_tensor({2, 16}, 2);
  cache.append(rows);
  CacheIndex index{{6, 1, 0, 7, 3, 6}, {2, 3}, 3};
  const Tensor before = attend_cached(q, cache.rows(), index, 2);
  EXPECT_EQ(index.used(8), 4);
  const std::vector<std::int64_t> kept = index.compact(8);
  EXPECT_EQ(kept, (std::vector<std::int64_t>{1, 3, 6, 7}));
  cache.keep(kept);
  EXPECT_EQ(cache.count(), 4);
  EXPECT_TRUE(attend_cached(q, cache.rows(), index, 2).equal(before));
  cache.append(rows.narrow(0, 0, 1));
  EXPECT_TRUE(cache.rows()[4].equal(rows[0]));
}

TEST(KeyValueCache, RoundsToTheTypeThatItIsKeptIn) {
  KeyValueCache cache(torch::kBFloat16);
  const Tensor rows = random_tensor({3, 4}, 1);
  cache.append(rows);
  EXPECT_TRUE(cache.rows().equal(rows.to(torch::kBFloat16)));
}

TEST(KeyValueCache, MovesRowsInItsPlaceAndGivesItUpWhenFewAreLeft) {
  KeyValueCache cache;
  const Tensor rows = random_tensor({100, 6}, 1);
  cache.append(rows);
  std::vector<std::int64_t> odd;
  for (std::int64_t i = 1; i < 100; i += 2) odd.push_back(i);
  const void* const place = cache.rows().const_data_ptr();
  cache.keep(odd);
  EXPECT_EQ(cache.rows().const_data_ptr(), place);
  EXPECT_TRUE(cache.rows().equal(rows.index_select(0, torch::tensor(odd, torch::kInt64))));
  cache.append(rows.narrow(0, 7, 2));
  EXPECT_EQ(cache.rows().const_data_ptr(), place);
  EXPECT_TRUE(cache.rows()[51].equal(rows[8]));
  cache.keep(std::vector<std::int64_t>{0, 24, 51});
  EXPECT_TRUE(cache.rows().equal(rows.index_select(0, torch::tensor({1, 49, 8}, torch::kInt64))));
  EXPECT_EQ(cache.rows().storage().nbytes(), 3 * 6 * sizeof(float));
}

TEST(KeyValueCache, KeepsAllRowsAsItGrows) {
  KeyValueCache cache;
  std::vector<Tensor> parts;
  for (const std::int64_t rows : {3, 0, 70, 1, 500}) {
    parts.push_back(random_tensor({rows, 6}, rows));
    cache.append(parts.back());
  }
  EXPECT_EQ(cache.count(), 574);
  EXPECT_TRUE(cache.rows().equal(torch::cat(parts)));
}

TEST(CacheIndex, FollowsTheRowsOfASearch) {
  CacheIndex index;
  index.lengths = {0, 0};
  index.extend(0);  // positions 0 and 1
  const std::vector<std::int64_t> beams = {0, 0, 1};
  index = index.select(beams);
  index.extend(2);  // 2, 3, 4
  EXPECT_EQ(index.width, 2);
  EXPECT_EQ(index.queries(), 3);
  EXPECT_THAT(index.positions, ElementsAre(0, 2, 0, 3, 1, 4));
  EXPECT_THAT(index.lengths, ElementsAre(2, 2, 2));
  const std::vector<std::int64_t> beyond = {3};
  EXPECT_THROW(index.select(beyond), std::out_of_range);
}

TEST(CacheIndex, IsPlacedOnceUntilItChanges) {
  const auto says_what_it_is = [](const CacheIndex& index, torch::ScalarType type) {
    const PlacedIndex placed = index.placed(torch::dtype(type));
    EXPECT_TRUE(placed.positions.equal(torch::tensor(index.positions, torch::kInt32)));
    ASSERT_EQ(placed.bias.sizes(), torch::IntArrayRef({index.queries(), 1, 1, index.width}));
    EXPECT_EQ(placed.bias.scalar_type(), type);
    const Tensor seen = placed.bias.eq(0).sum({1, 2, 3}, false, torch::kInt32);
    EXPECT_TRUE(seen.equal(torch::tensor(index.lengths, torch::kInt32)));
    EXPECT_EQ(placed.bias.isinf().sum().item<std::int64_t>(), placed.bias.numel() - seen.sum().item<std::int64_t>());
    EXPECT_TRUE(index.placed(torch::dtype(type)).positions.is_same(placed.positions)) << "for the next layer";
  };
  CacheIndex index{{6, 1, 0, 7, 3, 6}, {2, 3}, 3};
  says_what_it_is(index, torch::kFloat32);
  says_what_it_is(index, torch::kFloat64);
  index.compact(8);
  says_what_it_is(index, torch::kFloat64);
  index.extend(8);
  says_what_it_is(index, torch::kFloat64);
  index.join({{1, 0, 2}, {3}, 3}, 10);
  says_what_it_is(index, torch::kFloat64);
  index = index.select(std::vector<std::int64_t>{2, 0, 0});
  says_what_it_is(index, torch::kFloat64);
}

}  // namespace
}  // namespace dragoman
