#include "app/cli/nearest_name.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace dragoman {
namespace {

TEST(EditDistance, CountsInsertionsDeletionsReplacementsAndSwaps) {
  EXPECT_EQ(edit_distance("", ""), 0u);
  EXPECT_EQ(edit_distance("", "abc"), 3u);
  EXPECT_EQ(edit_distance("abc", ""), 3u);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
  EXPECT_EQ(edit_distance("beam-size", "baem-size"), 1u);
  EXPECT_EQ(edit_distance("ab", "ba"), 1u);
  EXPECT_EQ(edit_distance("model", "model"), 0u);
}

TEST(NearestName, FindsWhatWasMeant) {
  const std::vector<std::string> known = {"model",        "input", "beam-size", "batch-size",
                                          "batch-tokens", "seed",  "lowercase"};
  EXPECT_EQ(nearest_name("beem-size", known), "beam-size");
  EXPECT_EQ(nearest_name("modle", known), "model");
  EXPECT_EQ(nearest_name("batch-sizes", known), "batch-size");
  EXPECT_EQ(nearest_name("inptu", known), "input");
}

TEST(NearestName, PrefersNamesThatBeginAlike) {
  const std::vector<std::string> known = {"model", "seed", "beam-size", "lowercase"};
  EXPECT_EQ(nearest_name("beam", known), "beam-size");
  EXPECT_EQ(nearest_name("lower", known), "lowercase");
}

TEST(NearestName, IsEmptyWhereNothingIsNear) {
  const std::vector<std::string> known = {"html", "seed", "beam-size", "max-epochs", "input"};
  EXPECT_EQ(nearest_name("text", known), "");
  EXPECT_EQ(nearest_name("lr", known), "");
  EXPECT_EQ(nearest_name("info", known), "");
  EXPECT_EQ(nearest_name("sed", known), "seed");
  EXPECT_EQ(nearest_name("epochs", known), "max-epochs") << "the last words of it";
  EXPECT_EQ(nearest_name("input-file", known), "input") << "the first words of what was given";
}

TEST(NearestName, IsEmptyWhereNothingIsKnown) {
  EXPECT_EQ(nearest_name("x", {}), "");
}

}  // namespace
}  // namespace dragoman
