#include "metrics/ter_tokenizer.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace dragoman {
namespace {

std::string tokens(const TerOptions& options, std::string_view line) {
  std::string buffer = "left over";
  std::vector<std::string_view> words{"left", "over"};
  split_for_ter(options, line, buffer, words);
  std::string joined;
  for (const std::string_view word : words) joined.append(joined.empty() ? "" : " ").append(word);
  return joined;
}

// The expectations follow from Tercom's rules; tests/fixtures/metric_golden.json holds many more.
TEST(TerTokenizer, SplitsAtWhiteSpaceOnly) {
  EXPECT_EQ(tokens({}, " Ab, c's\u00A0(d)! \n"), "ab, c's (d)!");
  EXPECT_EQ(tokens({.case_sensitive = true}, "Ab ÄB"), "Ab ÄB");
}

TEST(TerTokenizer, NormalisedSetsPunctuationApart) {
  EXPECT_EQ(tokens({.normalized = true}, "A(b)/c, 1.5 5-6 a-b &quot;d&quot;"), "a ( b ) / c , 1.5 5 - 6 a-b \" d \"");
  EXPECT_EQ(tokens({.normalized = true}, "over\n-lap new\nline"), "overlap new line");
}

TEST(TerTokenizer, NormalisedSetsPossessivesApart) {
  EXPECT_EQ(tokens({.normalized = true}, "a's b's! c's. d's"), "a 's b 's ! c's . d 's");
  EXPECT_EQ(tokens({.normalized = true, .case_sensitive = true}, "A'S b's"), "A'S b 's");
}

TEST(TerTokenizer, DropsPunctuationWhereverItStands) {
  EXPECT_EQ(tokens({.no_punct = true}, "(a.b) c, ... d-e 'f' g."), "ab c d-e 'f' g");
  EXPECT_EQ(tokens({.normalized = true, .no_punct = true}, "a.b 1.5"), "a b 15");
}

TEST(TerTokenizer, AsianSupportExtendsBoth) {
  EXPECT_EQ(tokens({.normalized = true, .asian_support = true}, "我a（カタ）。"), "我 a （ カタ ） 。");
  EXPECT_EQ(tokens({.no_punct = true, .asian_support = true}, "我（カ）。"), "我カ");
  EXPECT_EQ(tokens({.no_punct = true}, "我（カ）。"), "我（カ）。");
  EXPECT_EQ(tokens({.asian_support = true}, "我。"), "我。");
}

}  // namespace
}  // namespace dragoman
