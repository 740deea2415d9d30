#include "tokenizer/text_lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (const TextRange& range : line_ranges(text)) lines.push_back(text.substr(range.begin, range.end - range.begin));
  return lines;
}

TEST(TextLines, AreSeparatedByEveryLineEndAndKeepThem) {
  const std::string text = "a\r\nb\n\n c \rd\n";
  EXPECT_THAT(lines_of(text), ElementsAre("a", "b", "", " c ", "d", ""));
  EXPECT_EQ(with_parts(text, line_ranges(text), std::vector<std::string>{"1", "2", "", "3", "4", ""}),
            "1\r\n2\n\n3\r4\n");
  EXPECT_THAT(lines_of("\n\r"), ElementsAre("", "", ""));
}

TEST(TextLines, AreOneWhereNothingSeparates) {
  EXPECT_THAT(lines_of(""), ElementsAre(""));
  EXPECT_THAT(lines_of("text"), ElementsAre("text"));
  EXPECT_EQ(with_parts("text", line_ranges("text"), std::vector<std::string>{"Text"}), "Text");
}

TEST(TextLines, LeaveWhatIsBesideTheParts) {
  EXPECT_EQ(with_parts("(a) b", std::vector<TextRange>{{1, 2}, {4, 5}}, std::vector<std::string>{"one", ""}), "(one) ");
  EXPECT_EQ(with_parts("a", {}, {}), "a");
}

}  // namespace
}  // namespace dragoman
