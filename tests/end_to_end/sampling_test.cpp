#include "tests/end_to_end/translate_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST_F(Translate, DrawsTheSameTranslationsWhateverTheBlocks) {
  const std::vector<std::string> drawing = {"--input", input_, "--temperature", "1.5", "--seed", "3"};
  const auto drawn = [&](const std::vector<std::string>& more) {
    std::vector<std::string> arguments = drawing;
    arguments.insert(arguments.end(), more.begin(), more.end());
    return translate(arguments);
  };
  const Ended expected = drawn({});
  ASSERT_EQ(expected.exit_code, 0) << expected.err;
  EXPECT_EQ(count_lines(expected.out), lines_.size());
  EXPECT_EQ(drawn({"--block-lines", "2", "--batch-size", "1"}).out, expected.out);
  EXPECT_NE(drawn({"--top-p", "0.3"}).out, expected.out);
  EXPECT_NE(translate({"--input", input_, "--temperature", "1.5", "--seed", "4"}).out, expected.out);
  const Ended several = drawn({"--n-best", "7"});
  EXPECT_EQ(count_lines(several.out), 7 * lines_.size()) << several.err;
}

TEST_F(Translate, DrawsTheMostProbableTokenAsAGreedySearchDoes) {
  const std::string greedy = translate({"--input", input_, "--beam-size", "1"}).out;
  EXPECT_EQ(translate({"--input", input_, "--temperature", "1", "--top-k", "1"}).out, greedy);
  EXPECT_EQ(translate({"--input", input_, "--temperature", "0", "--beam-size", "1"}).out, greedy);
}

TEST_F(Translate, RefusesOptionsOfSamplingInASearch) {
  expect_refusal(translate({"--input", input_, "--top-k", "5"}), 2, {"--top-k", "give --temperature"});
  expect_refusal(translate({"--input", input_, "--temperature", "1", "--beam-size", "4"}), 2, {"without --beam-size"});
  expect_refusal(translate({"--input", input_, "--temperature", "-1"}), 2, {"--temperature is -1"});
}

TEST_F(Translate, HasNoTokenTwiceWhereThatIsAsked) {
  const Ended ended = translate_text("dog dog dog dog dog\n", {"--no-repeat-ngram", "1"});
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  std::istringstream words(ended.out);
  std::set<std::string> seen;
  for (std::string word; words >> word;) EXPECT_TRUE(seen.insert(word).second) << ended.out;
}

TEST_F(Translate, LeavesOutWhatIsSuppressed) {
  const std::string source = "dog eats bread\n";
  EXPECT_THAT(translate_text(source).out, HasSubstr("hund"));
  const std::string file = folder_.file("suppress", "hund\n\u2581hund\n");
  const Ended ended = translate_text(source, {"--suppress", file});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(count_lines(ended.out), 1u);
  EXPECT_NE(ended.out, translate_text(source).out);
  expect_refusal(translate({"--input", input_, "--suppress", folder_ / "none"}), 1, {"none"});
}

}  // namespace
}  // namespace dragoman
