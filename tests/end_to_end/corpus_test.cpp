#include "tests/end_to_end/program.h"
#include "tests/end_to_end/tiny_model.h"

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

TEST_F(Corpus, SaysWhatIsHeldOut) {
  const std::string test = folder_.file("test.en", "A dog.\nA tree.\nA cat sleeps.\nA bird.\n");
  const Ended ended = corpus({"--held-out", test, target_});
  EXPECT_THAT(ended.out, HasSubstr("\nheld-out lines   in corpus    share     sources     targets       pairs  of\n"
                                   "4                        2  50.00 %           3           0           3  " +
                                   test + "\n"));
  EXPECT_THAT(ended.out, HasSubstr("held-out                 3  60.00 %  1, 3, 4\n"));
  const auto report = nlohmann::json::parse(corpus({"--held-out", test, target_, "--format", "json"}).out);
  EXPECT_EQ(report["held_out"][0],
            (nlohmann::json{
                {"file", test}, {"lines", 4}, {"lines_in_corpus", 2}, {"sources", 3}, {"targets", 0}, {"pairs", 3}}));
  EXPECT_EQ(report["held_out"][1]["lines_in_corpus"], 5);
  const std::string ill_named = folder_.file("test\xff", "A dog.\n");
  EXPECT_THAT(corpus({"--held-out", ill_named, "--format", "json"}).out, HasSubstr("test\ufffd"));
}

TEST_F(Corpus, CountsPieces) {
  const std::string words = folder_.file("words", "<unk>\n</s>\nA\ndog.\n");
  const Ended ended = corpus({"--tokenizer", words});
  EXPECT_EQ(ended.err, "");
  EXPECT_THAT(ended.out, HasSubstr("\npieces                      9             11              5              5\n"
                                   "pieces a word            1.00           1.00           1.00           1.00\n"
                                   "unknown pieces       44.444 %      100.000 %       40.000 %      100.000 %\n"
                                   "lines with any       40.000 %      100.000 %       50.000 %      100.000 %\n"));
  const std::string others = folder_.file("others", "<unk>\n</s>\nEin\nHund.\n");
  const auto report = nlohmann::json::parse(corpus({"--tokenizer", words, others, "--format", "json"}).out);
  EXPECT_EQ(report["before"]["source"]["unknown_pieces"], 4);
  EXPECT_EQ(report["before"]["target"]["unknown_pieces"], 7);
  EXPECT_EQ(report["after"]["target"]["lines_with_unknown"], 1);
  EXPECT_EQ(report["after"]["target"]["pieces"], 5);
}

TEST_F(Corpus, CountsPiecesOfAModel) {
  const std::string model = shared_model();
  const auto report = nlohmann::json::parse(corpus({"--tokenizer", model, "--format", "json"}).out);
  EXPECT_GT(report["before"]["source"]["pieces"], 9);
  const std::string configured =
      shell("echo 'tokenizer: " + model + "' | $DRAGOMAN corpus -c /dev/stdin --format json --source " + source_ +
            " --target " + target_)
          .out;
  EXPECT_EQ(nlohmann::json::parse(configured), report);
}

TEST_F(Corpus, LeavesOutNearDuplicatesWhereItIsAskedTo) {
  const std::string tsv =
      folder_.file("near.tsv", "A dog.\tEin Hund.\na  DOG!\tEin Hund\nA dog.\tEin Hund.\nA dog\tHunde\n");
  EXPECT_THAT(dragoman({"corpus", "--tsv", tsv}).out, HasSubstr("4 pairs, 3 to keep"));
  const Ended ended = dragoman({"corpus", "--tsv", tsv, "--check-near-duplicates"});
  EXPECT_THAT(ended.out, HasSubstr("4 pairs, 2 to keep"));
  EXPECT_THAT(ended.out,
              HasSubstr("\nduplicate                1  25.00 %  3\nnear-duplicate           1  25.00 %  2\n"));
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
  expect_refusal(corpus({"--duplicates", "--check-near-duplicates"}), 2, {"--duplicates", "--check-near-duplicates"});
  expect_refusal(corpus({"--check-languages"}), 2, {"--check-languages needs to know them"});
  expect_refusal(corpus({"--tokenizer", source_, source_, source_}), 2, {"--tokenizer takes a model"});
  expect_refusal(corpus({"--tokenizer", source_, folder_ / "."}), 2, {"--tokenizer takes a model"});
  expect_refusal(corpus({"--tokenizer", folder_ / "."}), 1, {"config.json"});
  expect_refusal(corpus({"--tokenizer", source_}), 1, {"train.en"});
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
