#include "base/word_links.h"

#include <gtest/gtest.h>

namespace dragoman {
namespace {

TEST(WordLinks, InPharaohForm) {
  EXPECT_EQ(format_pharaoh(WordLinks{}), "");
  EXPECT_EQ(format_pharaoh(WordLinks{{0, 0}, {12, 3}}), "0-0 12-3");
}

}  // namespace
}  // namespace dragoman
