#include "app/service/text_lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::ElementsAre;

TEST(TextLines, AreSeparatedByEveryLineEndAndKeepThem) {
  const TextLines text("a\r\nb\n\n c \rd\n");
  EXPECT_THAT(text.lines(), ElementsAre("a", "b", "", " c ", "d", ""));
  EXPECT_EQ(text.with_lines(std::vector<std::string>{"1", "2", "", "3", "4", ""}), "1\r\n2\n\n3\r4\n");
}

TEST(TextLines, AreOneWhereNothingSeparates) {
  EXPECT_THAT(TextLines("").lines(), ElementsAre(""));
  EXPECT_THAT(TextLines("text").lines(), ElementsAre("text"));
  EXPECT_EQ(TextLines("text").with_lines(std::vector<std::string>{"Text"}), "Text");
}

}  // namespace
}  // namespace dragoman
