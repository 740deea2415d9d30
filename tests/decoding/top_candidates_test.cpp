#include "decoding/search/top_candidates.h"

#include <algorithm>
#include <cmath>
#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>
#include <numeric>
#include <random>
#include <span>
#include <stdexcept>
#include <vector>

namespace dragoman {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

constexpr float kInfinity = std::numeric_limits<float>::infinity();

struct Top {
  std::vector<std::int32_t> ids;
  std::vector<float> log_probs;
};

// block: logits that come at once, 0: all.
Top top_allowed(const std::vector<float>& logits, std::size_t count, const AllowedIds& allowed, std::size_t block = 0) {
  Top result{std::vector<std::int32_t>(count), std::vector<float>(count)};
  TopCandidates candidates(allowed, result.ids, result.log_probs);
  if (block == 0) block = logits.size();
  for (std::size_t first = 0; first < logits.size(); first += block) {
    candidates.add(std::span(logits).subspan(first, std::min(block, logits.size() - first)),
                   static_cast<std::int32_t>(first));
  }
  candidates.finish();
  return result;
}

Top top(const std::vector<float>& logits, std::size_t count, const std::vector<std::int32_t>& excluded = {},
        std::size_t block = 0) {
  AllowedIds allowed;
  allowed.forbid(excluded);
  return top_allowed(logits, count, allowed, block);
}

// The definition, in double precision: log-softmax over all, then a full sort of those not excluded.
Top by_definition(const std::vector<float>& logits, std::size_t count, const std::vector<std::int32_t>& excluded) {
  const double shift = *std::max_element(logits.begin(), logits.end());
  double sum = 0.0;
  for (const float logit : logits) sum += std::exp(logit - shift);
  std::vector<std::int32_t> order(logits.size());
  std::iota(order.begin(), order.end(), 0);
  std::erase_if(order, [&](std::int32_t id) { return std::count(excluded.begin(), excluded.end(), id) > 0; });
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return logits[a] > logits[b]; });
  Top result;
  for (std::size_t i = 0; i < count; ++i) {
    result.ids.push_back(i < order.size() ? order[i] : 0);
    result.log_probs.push_back(i < order.size() ? static_cast<float>(logits[order[i]] - shift - std::log(sum))
                                                : -kInfinity);
  }
  return result;
}

void expect_near(const Top& result, const Top& expected) {
  ASSERT_EQ(result.ids, expected.ids);
  for (std::size_t i = 0; i < expected.ids.size(); ++i) {
    if (std::isinf(expected.log_probs[i])) {
      ASSERT_EQ(result.log_probs[i], -kInfinity);
    } else {
      ASSERT_NEAR(result.log_probs[i], expected.log_probs[i], 4e-6 + 2e-7 * std::abs(expected.log_probs[i]));
    }
  }
}

TEST(TopCandidates, HandComputedRow) {
  const Top result = top({std::log(0.2F), std::log(0.5F), std::log(0.3F)}, 2);
  EXPECT_THAT(result.ids, ElementsAre(1, 2));
  EXPECT_NEAR(result.log_probs[0], std::log(0.5), 1e-6);
  EXPECT_NEAR(result.log_probs[1], std::log(0.3), 1e-6);
}

TEST(TopCandidates, EqualsTheDefinitionForManySizesScalesAndCounts) {
  std::mt19937 random(5);
  for (const std::size_t size : {1, 2, 15, 16, 17, 63, 64, 65, 127, 129, 1000, 32000}) {
    for (const float scale : {0.0F, 0.1F, 3.0F, 40.0F}) {
      for (const std::size_t count : {1, 2, 10, 70}) {
        std::normal_distribution<float> logit(scale, scale + 1e-6F);
        std::vector<float> logits(size);
        for (float& value : logits) value = logit(random);
        const std::vector<std::int32_t> excluded{0, static_cast<std::int32_t>(size / 2)};
        const Top expected = by_definition(logits, count, excluded);
        for (const std::size_t block : {std::size_t{0}, std::size_t{100}, std::size_t{1024}}) {
          SCOPED_TRACE(fmt::format("{} logits, scale {}, count {}, blocks of {}", size, scale, count, block));
          expect_near(top(logits, count, excluded, block), expected);
        }
      }
    }
  }
}

TEST(TopCandidates, EqualLogitsComeInTheOrderOfTheirIds) {
  std::vector<float> logits(200, 1.0F);
  logits[150] = 2.0F;
  EXPECT_THAT(top(logits, 4).ids, ElementsAre(150, 0, 1, 2));
  logits[130] = 2.0F;
  EXPECT_THAT(top(logits, 4, {1}).ids, ElementsAre(130, 150, 0, 2));
}

TEST(TopCandidates, ExcludedIdsKeepTheirShare) {
  const Top result = top({0.0F, 0.0F, 0.0F, 0.0F}, 4, {1, 3});
  EXPECT_THAT(result.ids, ElementsAre(0, 2, 0, 0));
  EXPECT_NEAR(result.log_probs[0], std::log(0.25), 1e-6);
  EXPECT_EQ(result.log_probs[2], -kInfinity);
}

TEST(TopCandidates, AFewIdsMayBeAllThatIsAllowed) {
  AllowedIds two;
  two.keep_only(std::vector<std::int32_t>{1, 3});
  const Top result = top_allowed({1.0F, 0.0F, 1.0F, 1.0F}, 3, two);
  EXPECT_THAT(result.ids, ElementsAre(3, 1, 0));
  EXPECT_NEAR(result.log_probs[0], 1.0 - std::log(3.0 * std::exp(1.0) + 1.0), 1e-6) << "the others keep their share";
  EXPECT_EQ(result.log_probs[2], -kInfinity);
}

TEST(TopCandidates, AnImpossibleIdIsNoCandidate) {
  const Top result = top({-kInfinity, 1.0F, -kInfinity}, 3);
  EXPECT_THAT(result.ids, ElementsAre(1, 0, 0));
  EXPECT_NEAR(result.log_probs[0], 0.0, 1e-6);
  EXPECT_EQ(result.log_probs[1], -kInfinity);
}

TEST(TopCandidates, ABlockWithoutAnyPossibleIdIsNoObstacle) {
  const std::vector<float> logits{-kInfinity, -kInfinity, 1.0F, 1.0F, -kInfinity, -kInfinity, 3.0F};
  expect_near(top(logits, 5, {}, 2), top(logits, 5));
  EXPECT_THAT(top(logits, 3, {}, 2).ids, ElementsAre(6, 2, 3));
  EXPECT_THROW(top({-kInfinity, std::nanf(""), 1.0F, 1.0F}, 1, {}, 2), std::runtime_error);
}

TEST(TopCandidates, RefusesScoresThatAreNotFinite) {
  for (const float bad : {std::nanf(""), kInfinity}) {
    for (const std::size_t place : {0, 40, 99}) {
      std::vector<float> logits(100, 1.0F);
      logits[place] = bad;
      for (const std::size_t block : {0, 10}) {
        EXPECT_THAT([&] { top(logits, 3, {}, block); }, ThrowsMessage<std::runtime_error>(HasSubstr("not finite")));
      }
    }
  }
  EXPECT_THROW(top(std::vector<float>(100, -kInfinity), 3), std::runtime_error);
}

TEST(TopCandidates, RefusesPlacesThatDoNotMatch) {
  std::vector<std::int32_t> ids(2);
  std::vector<float> log_probs(3);
  const AllowedIds all;
  EXPECT_THROW(TopCandidates(all, ids, log_probs), std::invalid_argument);
  EXPECT_THROW(TopCandidates(all, {}, {}), std::invalid_argument);
}

}  // namespace
}  // namespace dragoman
