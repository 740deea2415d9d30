#include "data/mixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <stdexcept>
#include <vector>

namespace dragoman {
namespace {

using ::testing::ElementsAre;

TEST(DrawsOfEpoch, KeepSizesAtTemperatureOne) {
  const CorpusShare corpora[] = {{900, 1, 0}, {100, 1, 1}, {50, 2, 1}};
  EXPECT_THAT(draws_of_epoch(corpora, 1), ElementsAre(900, 100, 100));
}

// 900^½ : 100^½ is 3 : 1, of 1,000 in all.
TEST(DrawsOfEpoch, BringLanguagesNearerToEachOtherWithTheTemperature) {
  const CorpusShare corpora[] = {{900, 1, 0}, {100, 1, 1}};
  EXPECT_THAT(draws_of_epoch(corpora, 2), ElementsAre(750, 250));
  EXPECT_THAT(draws_of_epoch(corpora, 1e9), ElementsAre(500, 500));
}

// The pair of languages counts as a whole; what it has is shared out by weight.
TEST(DrawsOfEpoch, ShareOutAPairOfLanguagesByWeight) {
  const CorpusShare corpora[] = {{900, 1, 0}, {40, 1, 1}, {20, 3, 1}};
  EXPECT_THAT(draws_of_epoch(corpora, 2), ElementsAre(750, 100, 150));
}

TEST(DrawsOfEpoch, HaveSomethingOfEachCorpusThatHasPairs) {
  const CorpusShare corpora[] = {{1'000'000, 1, 0}, {10, 1e-6, 0}, {0, 5, 1}};
  EXPECT_THAT(draws_of_epoch(corpora, 1), ElementsAre(1'000'000, 1, 0));
}

TEST(DrawsOfEpoch, RefuseMoreThanThereAreNumbersFor) {
  const CorpusShare corpora[] = {{900, 1e18, 0}, {100, 1, 1}};
  EXPECT_THROW(draws_of_epoch(corpora, 1), std::invalid_argument);
}

std::map<std::uint32_t, int> times_of_pairs(const Mixture& mixture, std::int64_t epochs) {
  std::map<std::uint32_t, int> times;
  for (std::int64_t epoch = 0; epoch < epochs; ++epoch) {
    for (std::int64_t i = 0; i < mixture.size(); ++i) ++times[mixture.pair(epoch, static_cast<std::uint64_t>(i))];
  }
  return times;
}

// Three epochs have 12 of the first four pairs, 6 of the next six, and none of the last.
TEST(Mixture, PassesOverEachCorpusAgainAndAgain) {
  const std::uint64_t ends[] = {4, 10, 11};
  const Mixture mixture(ends, {4, 2, 0}, 7);
  EXPECT_EQ(mixture.size(), 6);
  const auto times = times_of_pairs(mixture, 3);
  EXPECT_EQ(times.size(), 10u);
  for (const auto& [pair, count] : times) EXPECT_EQ(count, pair < 4 ? 3 : 1) << pair;
}

TEST(Mixture, TakesPairsOftenerThanOnceInAnEpoch) {
  const std::uint64_t ends[] = {3, 5};
  const auto times = times_of_pairs(Mixture(ends, {9, 1}, 7), 2);
  for (const auto& [pair, count] : times) EXPECT_EQ(count, pair < 3 ? 6 : 1) << pair;
}

TEST(Mixture, ChangesTheOrderWithEachPass) {
  const std::uint64_t ends[] = {50};
  const Mixture mixture(ends, {50}, 7), other(ends, {50}, 8);
  const auto order = [](const Mixture& each, std::int64_t epoch) {
    std::vector<std::uint32_t> pairs;
    for (std::uint64_t i = 0; i < 50; ++i) pairs.push_back(each.pair(epoch, i));
    return pairs;
  };
  EXPECT_EQ(order(mixture, 1), order(mixture, 1));
  EXPECT_NE(order(mixture, 1), order(mixture, 2));
  EXPECT_NE(order(mixture, 1), order(other, 1));
}

TEST(Mixture, RefusesAnEpochWithoutPairs) {
  const std::uint64_t ends[] = {50};
  EXPECT_THROW(Mixture(ends, {0}, 1), std::invalid_argument);
  EXPECT_THROW(Mixture(ends, {(std::int64_t{1} << 32) + 1}, 1), std::invalid_argument);
}

}  // namespace
}  // namespace dragoman
