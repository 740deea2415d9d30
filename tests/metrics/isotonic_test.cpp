#include "metrics/isotonic.h"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::DoubleEq;
using ::testing::ElementsAre;

TEST(Isotonic, EqualsScikitLearn) {
  std::ifstream file(std::string(DRAGOMAN_FIXTURES) + "/isotonic_golden.json");
  const auto cases = nlohmann::json::parse(file);
  ASSERT_EQ(cases.size(), 7u);
  for (const auto& one : cases) {
    const auto x = one["x"].get<std::vector<double>>(), y = one["y"].get<std::vector<double>>();
    const IsotonicCurve curve = fit_isotonic(x, y);
    for (std::size_t i = 0; i < one["at"].size(); ++i)
      EXPECT_NEAR(curve(one["at"][i]), one["values"][i].get<double>(), 1e-6) << one["at"][i];
  }
}

TEST(Isotonic, PoolsWhatFalls) {
  const IsotonicCurve curve = fit_isotonic({{1, 2, 3, 4}}, {{1, 3, 2, 4}});
  EXPECT_THAT(curve.x(), ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(curve.y(), ElementsAre(1, 2.5, 2.5, 4));
  EXPECT_EQ(curve(0), 1);
  EXPECT_EQ(curve(1.5), 1.75);
  EXPECT_EQ(curve(9), 4);
  EXPECT_THAT(fit_isotonic({{2, 1, 1}}, {{0, 3, 5}}).y(), ElementsAre(DoubleEq(8.0 / 3), DoubleEq(8.0 / 3)));
}

TEST(Isotonic, NeedsPoints) {
  EXPECT_THROW(fit_isotonic({}, {}), std::invalid_argument);
  EXPECT_THROW(fit_isotonic({{1, 2}}, {{1}}), std::invalid_argument);
  EXPECT_THROW(fit_isotonic({{std::numeric_limits<double>::quiet_NaN()}}, {{1}}), std::invalid_argument);
  EXPECT_THROW(IsotonicCurve({1, 1}, {1, 2}), std::invalid_argument);
  EXPECT_THROW(IsotonicCurve({1, 2}, {2, 1}), std::invalid_argument);
  EXPECT_THROW(IsotonicCurve({}, {}), std::invalid_argument);
  EXPECT_THROW(IsotonicCurve({-1e308, 1e308}, {0, 1}), std::invalid_argument);
}

TEST(Isotonic, MeasuresHowFarPredictionsAreOff) {
  EXPECT_EQ(expected_calibration_error({}, {}, 0, 1), 0);
  EXPECT_DOUBLE_EQ(expected_calibration_error({{0.25, 0.25, 1.0}}, {{0, 1, 1}}, 0, 1), 0.5 / 3);
  EXPECT_DOUBLE_EQ(expected_calibration_error({{10, 30}}, {{30, 10}}, 0, 100, 10), 20);
  EXPECT_DOUBLE_EQ(expected_calibration_error({{10, 30}}, {{30, 10}}, 0, 100, 1), 0);
  EXPECT_DOUBLE_EQ(correlation({{1, 2, 3}}, {{2, 4, 6}}), 1);
  EXPECT_DOUBLE_EQ(correlation({{1, 2, 3}}, {{3, 2, 1}}), -1);
  EXPECT_EQ(correlation({{1, 1}}, {{3, 2}}), 0);
}

}  // namespace
}  // namespace dragoman
