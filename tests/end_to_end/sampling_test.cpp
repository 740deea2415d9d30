#include "tests/end_to_end/translate_fixture.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST_F(Translate, DrawsTheSameTranslationsWhateverTheBlocks) {
  const std::vector<std::string> drawing = {"--input", input_, "--temperature", "1.5", "--sampling-seed", "3"};
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
  EXPECT_NE(translate({"--input", input_, "--temperature", "1.5", "--sampling-seed", "4"}).out, expected.out);
  const Ended several = drawn({"--n-best", "7"});
  EXPECT_EQ(count_lines(several.out), 7 * lines_.size()) << several.err;
}

// The draws of a sentence do not depend on the one beside it, and not the best of each go together.
TEST_F(Translate, DrawsEachSentenceOfALineByItself) {
  const std::vector<std::string> drawing = {"--temperature", "1.5",  "--n-best",          "20",
                                            "--format",      "json", "--split-sentences", "on"};
  const auto texts = [&](const std::string& line) {
    std::multiset<std::string> found;
    const auto json = nlohmann::json::parse(translate_text(line, drawing).out);
    for (const auto& output : json["translations"]) found.insert(output["text"].get<std::string>());
    return found;
  };
  const std::multiset<std::string> alone = texts("Dog eats bread.\n"),
                                   both = texts("Dog eats bread. Cat drinks water.\n");
  ASSERT_EQ(both.size(), 20u);
  for (const std::string& text : alone) {
    EXPECT_TRUE(std::ranges::any_of(both, [&](const std::string& whole) { return whole.starts_with(text); })) << text;
  }
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

TEST_F(Translate, TakesWhatIsMostLikeItsCandidates) {
  const std::vector<std::string> drawing = {"--input", input_, "--temperature", "1", "--mbr", "chrf"};
  const Ended ended = translate(drawing);
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(count_lines(ended.out), lines_.size());
  EXPECT_NE(ended.out, translate({"--input", input_, "--temperature", "1"}).out);
  for (const char* metric : {"bleu", "ter"}) {
    const Ended of_beams = translate({"--input", input_, "--mbr", metric, "--candidates", "8", "--n-best", "2"});
    EXPECT_EQ(of_beams.exit_code, 0) << of_beams.err;
    EXPECT_GT(count_lines(of_beams.out), lines_.size());
  }
  std::vector<std::string> by_mean = drawing;
  by_mean.insert(by_mean.end(), {"--mbr-references", "mean", "--alignment", "--format", "json"});
  const Ended compared = translate(by_mean);
  ASSERT_EQ(compared.exit_code, 0) << compared.err;
  EXPECT_EQ(count_lines(compared.out), lines_.size());
  EXPECT_THAT(compared.out, ::testing::ContainsRegex("\"alignment\":\\[\\[0,"));
  expect_refusal(translate({"--input", input_, "--mbr-references", "mean"}), 2, {"give that, too"});
  expect_refusal(translate({"--input", input_, "--mbr", "ter", "--mbr-references", "mean"}), 2, {"have no mean"});
  expect_refusal(translate({"--input", input_, "--candidates", "8"}), 2, {"give that, too"});
  expect_refusal(translate({"--input", input_, "--mbr", "chrf", "--candidates", "3", "--n-best", "4"}), 2,
                 {"--n-best 4 is more than --candidates 3"});
}

TEST_F(Translate, LeavesEachTextOnceWhereThatIsAsked) {
  const auto texts_of_lines = [](const std::string& out) {
    std::vector<std::pair<std::string, std::string>> found;  // number, text
    std::istringstream lines(out);
    for (std::string line; std::getline(lines, line);)
      found.emplace_back(line.substr(0, line.find(" ")), line.substr(0, line.find(" ||| F0=")));
    return found;
  };
  // Of several draws some are equal.
  const std::vector<std::string> drawing = {"--input", input_, "--temperature", "0.5", "--n-best", "6"};
  std::vector<std::string> apart = drawing;
  apart.insert(apart.end(), {"--distinct", "--candidates", "12"});
  const auto all = texts_of_lines(translate(drawing).out);
  const Ended ended = translate(apart);
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  const auto distinct = texts_of_lines(ended.out);
  const auto is_repeated = [](auto found) { return std::set(found.begin(), found.end()).size() < found.size(); };
  EXPECT_TRUE(is_repeated(all));
  EXPECT_FALSE(is_repeated(distinct));
  std::map<std::string, int> counts;
  for (const auto& [number, text] : distinct) EXPECT_LE(++counts[number], 6);
  EXPECT_EQ(counts.size(), lines_.size());
  EXPECT_EQ(translate({"--input", input_, "--distinct"}).out, translate({"--input", input_}).out);
}

TEST_F(Translate, HasNoTokenTwiceWhereThatIsAsked) {
  const std::string source = "dog dog dog dog dog\n";
  EXPECT_THAT(translate_text(source).out, ::testing::ContainsRegex("hund .*hund"));
  const Ended ended = translate_text(source, {"--no-repeat-ngram", "1"});
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
  EXPECT_THAT(ended.out, Not(HasSubstr("hund")));
  expect_refusal(translate({"--input", input_, "--suppress", folder_ / "none"}), 1, {"none"});
}

}  // namespace
}  // namespace dragoman
