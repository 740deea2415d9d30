#include "metrics/beam_edit_distance.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <numeric>
#include <random>
#include <vector>

namespace dragoman {
namespace {

using testing::ElementsAre;
using Words = std::vector<std::uint32_t>;

std::int32_t plain_distance(const Words& hypothesis, const Words& reference) {
  std::vector<std::int32_t> row(reference.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (const std::uint32_t word : hypothesis) {
    std::int32_t diagonal = row[0]++;
    for (std::size_t j = 1; j < row.size(); ++j) {
      const std::int32_t above = row[j];
      row[j] = std::min({diagonal + (word != reference[j - 1]), above + 1, row[j - 1] + 1});
      diagonal = above;
    }
  }
  return row.back();
}

TEST(BeamEditDistance, AlignsAndCountsErrors) {
  const Words hypothesis{1, 9, 3, 4, 5}, reference{1, 2, 3, 7, 4, 5};
  BeamEditDistance distance;
  distance.set_reference(reference);
  EXPECT_EQ(distance.set_hypothesis(hypothesis), 2);
  EditAlignment alignment;
  distance.align(alignment);
  EXPECT_THAT(alignment.hypothesis_of, ElementsAre(0, 1, 2, 2, 3, 4));
  EXPECT_THAT(alignment.reference_errors, ElementsAre(0, 0, 1, 1, 2, 2, 2));
  EXPECT_THAT(alignment.hypothesis_errors, ElementsAre(0, 0, 1, 1, 1, 1));
}

TEST(BeamEditDistance, OfAnEmptyHypothesis) {
  const Words reference{1, 2};
  BeamEditDistance distance;
  distance.set_reference(reference);
  EXPECT_EQ(distance.set_hypothesis({}), 2);
  EditAlignment alignment;
  distance.align(alignment);
  EXPECT_THAT(alignment.hypothesis_of, ElementsAre(-1, -1));
  EXPECT_THAT(alignment.reference_errors, ElementsAre(0, 1, 2));
}

TEST(BeamEditDistance, IsTheTrueDistanceOfShortSentences) {
  std::mt19937 random(1);
  const auto sentence = [&](std::size_t length) {
    Words words(length);
    for (auto& word : words) word = random() % 5;
    return words;
  };
  BeamEditDistance distance;  // one object throughout: nothing may be left over from the sentence before
  for (int round = 0; round < 500; ++round) {
    const Words reference = sentence(1 + random() % 24);
    const Words hypothesis = sentence(random() % 40);
    distance.set_reference(reference);
    ASSERT_EQ(distance.set_hypothesis(hypothesis), plain_distance(hypothesis, reference)) << "round " << round;
    if (hypothesis.empty()) continue;
    Words other = hypothesis;
    const std::size_t unchanged = random() % other.size();
    std::shuffle(other.begin() + static_cast<std::ptrdiff_t>(unchanged), other.end(), random);
    const std::int32_t expected = plain_distance(other, reference);
    ASSERT_EQ(distance.distance_of(other, unchanged, 1000), expected) << "round " << round;
    ASSERT_EQ(distance.distance_of(other, unchanged, expected), expected) << "round " << round;
    ASSERT_GT(distance.distance_of(other, unchanged, expected - 1), expected - 1) << "round " << round;
  }
}

TEST(BeamEditDistance, DoesNotLookFarFromTheDiagonal) {
  Words hypothesis(100, 1), reference(100, 2);
  std::iota(hypothesis.begin() + 40, hypothesis.end(), 10);
  std::iota(reference.begin(), reference.begin() + 60, 10);
  BeamEditDistance distance;
  distance.set_reference(reference);
  EXPECT_EQ(plain_distance(hypothesis, reference), 80);  // 40 words too many before, 40 too few behind
  EXPECT_EQ(distance.set_hypothesis(hypothesis), 100);
}

}  // namespace
}  // namespace dragoman
