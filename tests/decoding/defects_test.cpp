#include "decoding/text/defects.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <numeric>
#include <vector>

namespace dragoman {
namespace {

using Ids = std::vector<std::int32_t>;

Ids different(std::size_t count) {
  Ids ids(count);
  std::iota(ids.begin(), ids.end(), 100);
  return ids;
}

Ids repeated(const Ids& part, std::size_t times) {
  Ids ids;
  for (std::size_t i = 0; i < times; ++i) ids.insert(ids.end(), part.begin(), part.end());
  return ids;
}

TEST(DefectsTest, WhatComesOverAndOverIsALoop) {
  const Ids source = different(20);
  EXPECT_EQ(defect_of(source, different(20), false), Defect::none);
  EXPECT_EQ(defect_of(source, repeated({1, 2}, 3), false), Defect::none);
  EXPECT_EQ(defect_of(source, repeated({1, 2}, 4), false), Defect::loop);
  EXPECT_EQ(defect_of(source, repeated({1}, 6), false), Defect::none) << "an ellipsis is none";
  EXPECT_EQ(defect_of(source, repeated({1}, 7), false), Defect::loop);
  EXPECT_EQ(defect_of(source, repeated(different(8), 4), false), Defect::loop);
  EXPECT_EQ(defect_of(source, repeated(different(9), 4), false), Defect::none);
}

TEST(DefectsTest, ASourceThatRepeatsItselfMayBeTranslatedSo) {
  EXPECT_EQ(defect_of(repeated({5}, 100), repeated({1}, 100), false), Defect::none);
  EXPECT_EQ(defect_of(repeated({5}, 100), repeated({1, 2}, 99), false), Defect::none);
  EXPECT_EQ(defect_of(repeated({5}, 20), repeated({1}, 90), false), Defect::loop);
}

TEST(DefectsTest, WhatIsCutGoesOnForTooLong) {
  EXPECT_EQ(defect_of(different(5), different(30), true), Defect::loop);
  EXPECT_EQ(defect_of(different(5), different(30), false), Defect::none);
}

TEST(DefectsTest, MuchLessThanHalfIsTooShort) {
  EXPECT_EQ(defect_of(different(20), different(5), false), Defect::none);
  EXPECT_EQ(defect_of(different(20), different(4), false), Defect::too_short);
  EXPECT_EQ(defect_of(different(11), {}, false), Defect::none);
  EXPECT_EQ(defect_of(repeated({5}, 100), different(1), false), Defect::none) << "it says one thing";
  EXPECT_EQ(least_length(different(21)), 11);
  EXPECT_EQ(least_length(repeated({5}, 100)), 1);
}

}  // namespace
}  // namespace dragoman
