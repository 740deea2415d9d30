#include "tests/end_to_end/translate_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

// What a made-up language would never say there.
TEST_F(Translate, HasTheTermsOfAGlossary) {
  const std::string glossary = folder_.file("terms.tsv", "dog\tkatze\tbrot\nhouse\n");
  const Ended ended = translate_text("old dog sees\ngreen tree here\nHouse never\n", {"--glossary", glossary});
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  const std::vector<std::string> lines = lines_of(ended.out);
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_TRUE(lines[0].find("katze") != std::string::npos || lines[0].find("brot") != std::string::npos) << lines[0];
  EXPECT_EQ(lines[1] + "\n", translate_text("green tree here\n").out);
  EXPECT_THAT(ended.err, HasSubstr("2 terms of the glossary in 2 lines"));

  const auto json = nlohmann::json::parse(
      translate_text("old dog sees\n", {"--glossary", glossary, "--format", "json", "--quiet"}).out);
  EXPECT_EQ(json["terms"][0]["source"], "dog");
  EXPECT_EQ(json["terms"][0]["found"], true);
  EXPECT_EQ(json["terms"][0]["forms"][0], "katze");
}

TEST_F(Translate, ATermThatIsOnlyFavouredMayBeLacking) {
  const std::string glossary = folder_.file("terms.tsv", "dog\tkatze\n");
  const Ended ended =
      translate_text("old dog sees\n", {"--glossary", glossary, "--no-force-terms", "--glossary-bonus", "0.001"});
  EXPECT_EQ(ended.out, translate_text("old dog sees\n").out);
  EXPECT_THAT(ended.err, HasSubstr("line 1: the translation lacks a term of the glossary"));
  EXPECT_THAT(ended.err, HasSubstr("1 term of the glossary in 1 line, 0 of them"));
}

TEST_F(Translate, RefusesWhatAGlossaryCannotGoWith) {
  const std::string glossary = folder_.file("terms.tsv", "dog\tkatze\n"), bad = folder_.file("bad.tsv", "\tkatze\n");
  expect_refusal(translate_text("a\n", {"--glossary", glossary, "--temperature", "1"}), 2, {"--no-force-terms"});
  expect_refusal(translate_text("a\n", {"--glossary", glossary, "--diverse-groups", "5"}), 2, {"--no-force-terms"});
  expect_refusal(translate_text("a\n", {"--glossary", glossary, "--via", model_}), 2, {"--via"});
  expect_refusal(translate_text("a\n", {"--glossary", bad}), 1, {"bad.tsv:1: ", "term, tab, translation"});
  expect_refusal(translate_text("a\n", {"--glossary", "-"}), 2, {"--glossary", "name a file"});
  expect_refusal(translate_text("a\n", {"--diverse-groups", "2"}), 2, {"--beam-size 5 does not divide"});
  expect_refusal(translate_text("a\n", {"--diversity", "2"}), 2, {"--diverse-groups"});
  expect_refusal(translate_text("a\n", {"--prefix-bonus", "2"}), 2, {"--prefix"});
  expect_refusal(translate_text("a\n", {"--glossary-bonus", "2"}), 2, {"--glossary"});
  expect_refusal(translate_text("a\n", {"--no-force-terms"}), 2, {"--force-terms", "--glossary"});
}

TEST_F(Translate, BeginsWithThePrefixOfEachLine) {
  const std::string input = folder_.file("three", "old dog sees\ngreen tree here\nhouse never\n");
  const std::string prefixes = folder_.file("prefixes", "katze\n\nbro\n");
  const Ended ended = translate({"--input", input, "--prefix", prefixes, "--block-lines", "2"});
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  const std::vector<std::string> lines = lines_of(ended.out);
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_THAT(lines[0], StartsWith("katze"));
  EXPECT_EQ(lines[1] + "\n", translate_text("green tree here\n").out);
  EXPECT_THAT(lines[2], StartsWith("bro"));
  EXPECT_EQ(lines_of(translate({"--input", input, "--prefix", prefixes, "--shard", "2/2"}).out).back(), lines[2]);
  expect_refusal(translate({"--input", input, "--prefix", folder_.file("few", "katze\n")}), 1, {"few has 1 line"});
  const Ended more = translate({"--input", input, "--prefix", folder_.file("many", "a\nb\nc\nd\n")});
  EXPECT_EQ(more.exit_code, 1);
  EXPECT_THAT(more.err, HasSubstr("many"));
}

TEST_F(Translate, TakesObjectsAsLines) {
  const std::string input = R"({"text": "old dog sees"}
{"text": "old dog sees", "prefix": "katze"}
{"text": "old dog sees", "terms": {"dog": ["brot"], "old": null}}
{"text": ""}
)";
  const Ended ended = translate_text(input, {"--input-format", "json"});
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  const std::vector<std::string> lines = lines_of(ended.out);
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_EQ(lines[0] + "\n", translate_text("old dog sees\n").out);
  EXPECT_THAT(lines[1], StartsWith("katze"));
  EXPECT_THAT(lines[2], HasSubstr("brot"));
  EXPECT_EQ(lines[3], "");
  const Ended json = translate_text(input, {"--input-format", "json", "--format", "json"});
  EXPECT_EQ(nlohmann::json::parse(lines_of(json.out)[1])["source"], "old dog sees");
}

TEST_F(Translate, NamesTheLineThatIsNoObject) {
  const auto refuse = [&](const std::string& line, const std::string& reason) {
    expect_refusal(translate_text("{\"text\": \"a\"}\n" + line + "\n", {"--input-format", "json"}), 1,
                   {"standard input:2: ", reason, "write an object for each line"});
  };
  refuse("old dog", "this is no JSON");
  refuse("[]", "there is no \"text\"");
  refuse(R"({"text": 3})", "\"text\" must be a string, not 3");
  refuse(R"({"text": "a", "prefx": "b"})", "\"prefx\" is not known");
  refuse(R"({"text": "a", "terms": ["b"]})", "\"terms\" must be an object");
  refuse(R"({"text": "a", "terms": {"b": 3}})", "the translation of the term \"b\" must be a string");
  refuse(R"({"text": "a", "terms": {"b": " "}})", "the translation of the term \"b\" is blank");
  refuse(R"({"text": "a", "terms": {" ": "b"}})", "a term must not be blank");
}

TEST_F(Translate, TermsOfALineAreNotThoseOfTheLanguageBetween) {
  expect_refusal(translate_text("{\"text\": \"a\", \"terms\": {\"a\": \"b\"}}\n",
                                {"--input-format", "json", "--via", model_, "--via-lang", "en"}),
                 1, {"line 1: ", "--via"});
}

// The same command with another glossary begins anew, and says so.
TEST_F(Translate, AnotherGlossaryIsAnotherTranslation) {
  const std::string output = folder_ / "out", glossary = folder_.file("terms.tsv", "dog\tkatze\n");
  ASSERT_EQ(translate({"--input", input_, "--output", output, "--glossary", glossary}).exit_code, 0);
  const std::string first = read_text(output);
  folder_.file("terms.tsv", "dog\tbrot\n");
  ASSERT_EQ(translate({"--input", input_, "--output", output, "--glossary", glossary}).exit_code, 0);
  EXPECT_NE(read_text(output), first);
}

TEST_F(Translate, GroupsOfBeamsAndPenaltiesChangeWhatIsFound) {
  const std::vector<std::string> plain{"--input", input_, "--beam-size", "6", "--n-best", "6"};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), plain.begin(), plain.end());
    return translate(more);
  };
  const Ended groups = with({"--diverse-groups", "3", "--diversity", "2"});
  EXPECT_EQ(count_lines(groups.out), 6 * lines_.size()) << groups.err;
  EXPECT_NE(groups.out, with({}).out);
  EXPECT_EQ(with({"--diverse-groups", "1"}).out, with({}).out);
  EXPECT_NE(with({"--repetition-penalty", "3"}).out, with({}).out);
  EXPECT_EQ(with({"--guard", "off"}).out, with({"--guard", "on"}).out) << "nothing here repeats itself";
  expect_refusal(with({"--guard", "on", "--search-rules", "marian"}), 2, {"--guard"});
  const Ended covering = with({"--coverage-penalty", "5"});
  EXPECT_EQ(count_lines(covering.out), 6 * lines_.size()) << covering.err;
  EXPECT_NE(covering.out, with({}).out);
  expect_refusal(translate_text("a\n", {"--coverage-penalty", "1", "--mbr", "chrf"}), 2, {"--coverage-penalty"});
  expect_refusal(translate_text("a\n", {"--coverage-penalty", "1", "--temperature", "1"}), 2, {"--coverage-penalty"});
  expect_refusal(translate_text("a\n", {"--coverage-penalty", "-1"}), 2, {"--coverage-penalty"});
}

}  // namespace
}  // namespace dragoman
