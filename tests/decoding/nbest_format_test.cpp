#include "decoding/text/nbest_format.h"

#include <gtest/gtest.h>

namespace dragoman {
namespace {

TEST(NBestFormat, OneLineAnOutputInMosesForm) {
  const Translation translation{{{"Ein Hund.", -0.5, -1.5, {}, true}, {"Hund.", -0.8125, -1.625, {}, true}}};
  EXPECT_EQ(nbest_lines(7, translation),
            "7 ||| Ein Hund. ||| F0= -1.5 ||| -0.5\n"
            "7 ||| Hund. ||| F0= -1.625 ||| -0.8125\n");
}

TEST(NBestFormat, ABlankLineHasAnEmptyText) {
  EXPECT_EQ(nbest_lines(0, {{Translation::Output{}}}), "0 |||  ||| F0= 0 ||| 0\n");
}

TEST(NBestFormat, TextCannotPassForASeparator) {
  EXPECT_EQ(nbest_lines(1, {{{"a | b ||| c", -1.0, -1.0, {}, true}}}),
            "1 ||| a | b &#124;&#124;&#124; c ||| F0= -1 ||| -1\n");
}

TEST(NBestFormat, AlignmentsAreTheLastField) {
  Translation::Output output{"Ein Hund.", -0.5, -1.5, {}, true, {{0, 0}, {2, 1}}};
  EXPECT_EQ(nbest_lines(7, {{output}}, true), "7 ||| Ein Hund. ||| F0= -1.5 ||| -0.5 ||| 0-0 2-1\n");
  EXPECT_EQ(nbest_lines(0, {{Translation::Output{}}}, true), "0 |||  ||| F0= 0 ||| 0 ||| \n");
}

}  // namespace
}  // namespace dragoman
