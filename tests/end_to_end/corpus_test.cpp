#include "tests/end_to_end/program.h"

#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::HasSubstr;

class Corpus : public ::testing::Test {
 protected:
  Ended corpus(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"corpus", "--source", source_, "--target", target_});
    return dragoman(arguments);
  }

  const TemporaryFolder folder_;
  const std::string source_ = folder_.file("train.en", "A dog.\n\nA cat sleeps.\nA dog.\nIn 1999.\n");
  const std::string target_ =
      folder_.file("train.de", "Ein Hund.\nLeer.\nEine Katze schl\u00e4ft.\nEin Hund.\nIm Jahr 2001.\n");
};

TEST_F(Corpus, ReportsWhatIsInIt) {
  const Ended ended = corpus({});
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_EQ(ended.err, "");
  EXPECT_THAT(ended.out, HasSubstr("5 pairs, 2 to keep (40.00 %)"));
  EXPECT_THAT(ended.out, HasSubstr("duplicate                1  20.00 %  4\n"));
  EXPECT_THAT(ended.out, HasSubstr("Latin 100.0 %"));
}

TEST_F(Corpus, WritesWhatIsKeptAndWhatIsNot) {
  const std::string kept = folder_ / "kept", rejected = folder_ / "rejected";
  const Ended ended = corpus({"--output-source", kept + ".en", "--output-target", kept + ".de", "--rejected", rejected,
                              "--format", "json", "--report", folder_ / "report"});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(ended.out, "");
  EXPECT_EQ(read_text(kept + ".en"), "A dog.\nA cat sleeps.\n");
  EXPECT_EQ(read_text(kept + ".de"), "Ein Hund.\nEine Katze schl\u00e4ft.\n");
  EXPECT_EQ(read_text(rejected),
            "empty\t2\t\tLeer.\nduplicate\t4\tA dog.\tEin Hund.\nnumbers\t5\tIn 1999.\tIm Jahr 2001.\n");
  const auto report = nlohmann::json::parse(read_text(folder_ / "report"));
  EXPECT_EQ(report["before"]["pairs"], 5);
  EXPECT_EQ(report["after"]["pairs"], 2);
  EXPECT_EQ(report["rules"]["numbers"], (nlohmann::json{{"pairs", 1}, {"first", {5}}}));
}

TEST_F(Corpus, TakesTsvAndRules) {
  const std::string tsv =
      folder_.file("pairs.tsv", "A dog.\tEin Hund.\nA dog.\t\u0421\u043e\u0431\u0430\u043a\u0430.\n");
  const Ended ended = dragoman({"corpus", "--tsv", tsv, "--target-lang", "de", "--format", "json"});
  EXPECT_EQ(nlohmann::json::parse(ended.out)["rules"]["script"]["first"], nlohmann::json{2}) << ended.err;
}

TEST_F(Corpus, RefusesWhatCannotBe) {
  expect_refusal(dragoman({"corpus"}), 2, {"--source and --target, or --tsv"});
  expect_refusal(dragoman({"corpus", "--source", source_}), 2, {"--source and --target, or --tsv"});
  expect_refusal(corpus({"--output-source", folder_ / "kept"}), 2,
                 {"--output-source and --output-target belong together"});
  expect_refusal(corpus({"--min-score", "1"}), 2, {"--min-score is about --scores"});
  expect_refusal(corpus({"--scores", source_}), 2, {"--scores needs --min-score"});
  expect_refusal(corpus({"--max-length-ratio", "0.2"}), 2, {"--max-length-ratio"});
  expect_refusal(corpus({"--source-lang", "nowhere"}), 2, {"--source-lang: 'nowhere' is no language"});
  expect_refusal(corpus({"--check-languages"}), 2, {"--check-languages needs to know them"});
  expect_refusal(corpus({"--output-source", source_, "--output-target", folder_ / "kept"}), 2, {"--output-source"});
  expect_refusal(dragoman({"corpus", "--source", source_, "--target", folder_ / "nowhere"}), 1, {"nowhere"});
  const std::string shorter = folder_.file("shorter.de", "Ein Hund.\n");
  const std::string kept = folder_ / "kept";
  expect_refusal(dragoman({"corpus", "--source", source_, "--target", shorter, "--output-source", kept + ".en",
                           "--output-target", kept + ".de"}),
                 1, {"train.en has 5 lines", "shorter.de has 1"});
  EXPECT_FALSE(std::filesystem::exists(kept + ".en"));
}

}  // namespace
}  // namespace dragoman
