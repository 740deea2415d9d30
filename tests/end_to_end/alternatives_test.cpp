#include "tests/end_to_end/translate_fixture.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::StartsWith;

// What comes in a made-up language behind "katze" is a word or the end.
TEST_F(Translate, ShowsTheWaysToGoOnBehindAPrefix) {
  const std::string input = R"({"text": "old dog sees", "prefix": "katze"}
{"text": "old dog sees"}
{"text": ""}
)";
  const Ended ended =
      translate_text(input, {"--input-format", "json", "--format", "json", "--alternatives", "4", "--quiet"});
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  const std::vector<std::string> lines = lines_of(ended.out);
  ASSERT_THAT(lines, SizeIs(3));
  for (const std::string& line : {lines[0], lines[1]}) {
    const auto translations = nlohmann::json::parse(line)["translations"];
    ASSERT_THAT(translations, SizeIs(4)) << line;
    std::set<std::string> ways;
    for (std::size_t i = 0; i < translations.size(); ++i) {
      const std::string text = translations[i]["text"];
      if (line == lines[0]) {
        EXPECT_THAT(text, StartsWith("katze"));
      }
      const std::size_t begin = line == lines[0] ? 5 : 0;
      ways.insert(text.substr(begin, text.find(' ', begin + 1) - begin));
      if (i > 0) {
        EXPECT_LE(translations[i]["score"], translations[i - 1]["score"]);
      }
    }
    EXPECT_THAT(ways, SizeIs(4)) << line;
  }
  EXPECT_EQ(nlohmann::json::parse(lines[1])["translations"][0]["text"].get<std::string>() + "\n",
            translate_text("old dog sees\n").out);
  EXPECT_THAT(nlohmann::json::parse(lines[2])["translations"], SizeIs(1));
}

TEST_F(Translate, AlternativesAreWrittenAsListsAreAndDependOnNothingElse) {
  const Ended all = translate({"--input", input_, "--alternatives", "3"});
  ASSERT_EQ(all.exit_code, 0) << all.err;
  EXPECT_EQ(count_lines(all.out), 3 * lines_.size());
  EXPECT_THAT(all.out, StartsWith("0 ||| "));
  EXPECT_EQ(translate({"--input", input_, "--alternatives", "3", "--batch-size", "3", "--block-lines", "7"}).out,
            all.out);
}

TEST_F(Translate, AlternativesGoTogetherWithMarkup) {
  const Ended ended = translate_text("<p>old <b>dog</b> sees</p><p>green tree</p>\n",
                                     {"--markup", "html", "--alternatives", "3", "--format", "json"});
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  const auto translations = nlohmann::json::parse(ended.out)["translations"];
  ASSERT_THAT(translations, SizeIs(3));
  std::set<std::string> ends;
  for (const auto& translation : translations) {
    const std::string text = translation["text"];
    EXPECT_THAT(text, HasSubstr("</b>"));
    ends.insert(text.substr(text.rfind("<p>")));
  }
  EXPECT_THAT(ends, SizeIs(1)) << "the first text of a line has them";
}

TEST_F(Translate, RefusesWhatAlternativesCannotGoWith) {
  const auto refuse = [&](std::vector<std::string> arguments, const std::string& name) {
    arguments.insert(arguments.begin(), {"--alternatives", "3"});
    expect_refusal(translate_text("a\n", arguments), 2, {"--alternatives", name});
  };
  refuse({"--n-best", "2"}, "--n-best");
  refuse({"--temperature", "1"}, "--temperature");
  refuse({"--diverse-groups", "5"}, "--diverse-groups");
  refuse({"--mbr", "chrf"}, "--mbr");
  refuse({"--distinct"}, "--distinct");
  refuse({"--rerank", "weights.yaml"}, "--rerank");
  refuse({"--prefix-bonus", "2", "--prefix", input_}, "--prefix-bonus");
  refuse({"--format", "plain"}, "--format nbest");
  expect_refusal(translate_text("a\n", {"--alternatives", "101"}), 2, {"--alternatives", "100"});
}

}  // namespace
}  // namespace dragoman
