#include "tests/end_to_end/translate_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::vector<std::string> split_lines(const std::string& text) {
  std::vector<std::string> lines;
  std::size_t begin = 0;
  for (std::size_t end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1) {
    lines.push_back(text.substr(begin, end - begin));
  }
  return lines;
}

TEST_F(Translate, OneLineOutForEachLineInWhereverItComesFrom) {
  const Ended from_stdin = translate_text(join_lines(lines_));
  EXPECT_EQ(from_stdin.exit_code, 0) << from_stdin.err;
  EXPECT_EQ(count_lines(from_stdin.out), lines_.size());
  EXPECT_EQ(translate({"--input", input_}).out, from_stdin.out);
  const std::string output = folder_ / "output";
  const Ended to_file = translate({"--input", input_, "--output", output});
  EXPECT_EQ(to_file.exit_code, 0);
  EXPECT_EQ(to_file.out, "");
  EXPECT_EQ(read_text(output), from_stdin.out);
  ASSERT_EQ(shell("gzip -k " + input_).exit_code, 0);
  EXPECT_EQ(translate({"--input", input_ + ".gz"}).out, from_stdin.out);
}

TEST_F(Translate, LearnsTheTinyLanguage) {
  int right = 0;
  const std::vector<std::string> translations = split_lines(translate({"--input", input_}).out);
  ASSERT_EQ(translations.size(), lines_.size());
  for (std::size_t i = 0; i < lines_.size(); ++i) right += translations[i] == tiny_target_line(lines_[i]);
  EXPECT_GE(right, 10);
}

TEST_F(Translate, DoesNotDependOnBatchesBlocksOrThreads) {
  const std::string expected = translate({"--input", input_}).out;
  const std::vector<std::vector<std::string>> ways = {
      {"--batch-size", "1"}, {"--batch-size", "7"}, {"--batch-tokens", "30"}, {"--block-lines", "3"}};
  for (const auto& way : ways) {
    std::vector<std::string> arguments = {"--input", input_};
    arguments.insert(arguments.end(), way.begin(), way.end());
    EXPECT_EQ(translate(arguments).out, expected) << way[0] << " " << way[1];
  }
  EXPECT_EQ(dragoman({"translate", "--model", model_, "--input", input_, "--threads", "2"}).out, expected);
  std::vector<std::string> reversed(lines_.rbegin(), lines_.rend());
  std::vector<std::string> translations = split_lines(translate_text(join_lines(reversed)).out);
  EXPECT_EQ(join_lines({translations.rbegin(), translations.rend()}), expected);
}

TEST_F(Translate, BlankInBlankOut) {
  const Ended ended = translate_text("\nhouse tree\n   \n\xC2\xA0\t\nold dog\n\n");
  const std::vector<std::string> lines = split_lines(ended.out);
  ASSERT_EQ(lines.size(), 6u);
  for (const std::size_t blank : {0u, 2u, 3u, 5u}) EXPECT_EQ(lines[blank], "");
  EXPECT_NE(lines[1], "");
  EXPECT_NE(lines[4], "");
}

TEST_F(Translate, TakesEmptyInputAndMissingLineEnd) {
  const Ended empty = translate_text("");
  EXPECT_EQ(empty.exit_code, 0);
  EXPECT_EQ(empty.out, "");
  EXPECT_EQ(translate_text("house tree").out, translate_text("house tree\n").out);
  EXPECT_EQ(translate_text("house tree\r\nold dog\r\n").out, translate_text("house tree\nold dog\n").out);
}

TEST_F(Translate, PrintsNBestListsScoresAndJson) {
  const std::vector<std::string> nbest = split_lines(translate_text("house tree\nold dog\n", {"--n-best", "3"}).out);
  ASSERT_EQ(nbest.size(), 6u);
  EXPECT_THAT(nbest[0], StartsWith("0 ||| "));
  EXPECT_THAT(nbest[3], StartsWith("1 ||| "));
  const std::string best = split_lines(translate_text("house tree\n").out)[0];
  EXPECT_THAT(nbest[0], StartsWith("0 ||| " + best + " ||| "));

  const std::string scored = translate_text("house tree\n", {"--scores"}).out;
  EXPECT_THAT(scored, StartsWith(best + "\t-"));
  EXPECT_LE(std::stod(scored.substr(best.size() + 1)), 0.0);

  const std::vector<std::string> json =
      split_lines(translate_text("house tree\n\n", {"--format", "json", "--n-best", "2"}).out);
  ASSERT_EQ(json.size(), 2u);
  const auto first = nlohmann::json::parse(json[0]);
  EXPECT_EQ(first["line"], 1);
  EXPECT_EQ(first["source"], "house tree");
  ASSERT_EQ(first["translations"].size(), 2u);
  EXPECT_EQ(first["translations"][0]["text"], best);
  double sum = 0;
  for (const double log_prob : first["translations"][0]["token_log_probs"]) sum += log_prob;
  EXPECT_NEAR(first["translations"][0]["log_prob"], sum, 1e-5);
  EXPECT_EQ(first["translations"][0]["tokens"].size(), first["translations"][0]["token_log_probs"].size());
  EXPECT_EQ(first["translations"][0]["tokens"].back(), "</s>");
  EXPECT_GE(first["translations"][0]["score"], first["translations"][1]["score"]);
  EXPECT_EQ(nlohmann::json::parse(json[1])["translations"][0]["text"], "");
}

TEST_F(Translate, ReportsBleuAsEvaluateDoes) {
  std::vector<std::string> targets;
  for (const std::string& line : lines_) targets.push_back(tiny_target_line(line));
  const std::string reference = folder_.file("reference", join_lines(targets));
  const Ended ended = translate({"--input", input_, "--output", folder_ / "out", "--reference", reference, "--quiet"});
  EXPECT_EQ(ended.exit_code, 0);
  const std::string scored = dragoman({"evaluate", "--hypothesis", folder_ / "out", "--reference", reference}).out;
  EXPECT_THAT(scored, StartsWith("BLEU|nrefs:1|"));
  EXPECT_EQ(ended.err, scored);
  EXPECT_EQ(
      dragoman({"evaluate", "--model", model_, "--source", input_, "--reference", reference, "--threads", "1"}).out,
      scored);
}

TEST_F(Translate, ReplacesInvalidUtf8AndNamesTheLine) {
  const Ended ended = translate_text("house\nold \xFF dog\ntree\n");
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_EQ(count_lines(ended.out), 3u);
  EXPECT_THAT(ended.err, HasSubstr("standard input:2: "));
  const Ended strict = translate_text("house\nold \xFF dog\n", {"--strict"});
  expect_refusal(strict, 1, {"standard input:2: ", "UTF-8"});
}

TEST_F(Translate, TakesALineOf100000Words) {
  std::string line;
  for (int i = 0; i < 100'000; ++i) line += i % 2 ? "house " : "tree ";
  const Ended ended = translate_text("old dog\n" + line + "\nold dog\n", {"--beam-size", "1", "--max-length", "30"});
  EXPECT_EQ(ended.exit_code, 0);
  const std::vector<std::string> lines = split_lines(ended.out);
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0], lines[2]);
  EXPECT_GT(lines[1].size(), 10'000u);
  EXPECT_THAT(ended.err, HasSubstr("standard input: "));
  EXPECT_THAT(ended.err, HasSubstr("line 2"));
}

TEST_F(Translate, QuietMeansSilent) {
  EXPECT_EQ(translate_text("old \xFF dog\n", {"--quiet"}).err, "");
}

TEST_F(Translate, RefusesWrongOptions) {
  expect_refusal(translate({"--beam-size", "0"}), 2, {"beam"});
  expect_refusal(translate({"--beam-size", "2", "--n-best", "3"}), 2, {"n"});
  expect_refusal(translate({"--n-best", "2", "--format", "plain"}), 2, {"--format plain and --n-best"});
  expect_refusal(translate({"--reference", "-"}), 2, {"--reference", "stdin"});
}

TEST_F(Translate, RefusesMissingInputsAndDirectories) {
  const std::string output = folder_.file("output", "before\n");
  const auto to_output = [&](const std::string& input) { return translate({"--input", input, "--output", output}); };
  expect_refusal(to_output(folder_ / "none"), 1, {folder_ / "none", "No such file"});
  expect_refusal(to_output(folder_.path().string()), 1, {folder_.path().string(), "directory"});
  EXPECT_EQ(read_text(output), "before\n");
  EXPECT_THAT(folder_.entries(), ElementsAre("input", "output"));
}

TEST_F(Translate, RefusesReferencesOfAnotherLengthBeforeItTranslates) {
  const std::string reference = folder_.file("reference", "ein haus\n");
  const std::string output = folder_.file("output", "before\n");
  expect_refusal(translate({"--input", input_, "--output", output, "--reference", reference}), 1,
                 {input_ + " has 40 lines", reference + " has 1"});
  EXPECT_EQ(read_text(output), "before\n");
}

TEST_F(Translate, EndsQuietlyWhenNobodyReadsOn) {
  const std::string many = folder_.file("many", join_lines(tiny_source_lines(3000, 8)));
  const Ended ended = shell("{ \"$DRAGOMAN\" translate --quiet --threads 1 --block-lines 10 --beam-size 1 --model " +
                            model_ + " --input " + many + "; echo \"code $?\" >&2; } | head -1");
  EXPECT_EQ(count_lines(ended.out), 1u);
  EXPECT_EQ(ended.err, "code 141\n");
}

TEST_F(Translate, ShardsTogetherAreTheWhole) {
  std::string together;
  for (const char* shard : {"1/3", "2/3", "3/3"}) {
    const Ended part = translate({"--input", input_, "--shard", shard});
    EXPECT_EQ(part.exit_code, 0) << part.err;
    EXPECT_GE(count_lines(part.out), 13u);
    together += part.out;
  }
  EXPECT_EQ(together, translate({"--input", input_}).out);
  const std::string reference = folder_.file("reference", join_lines(lines_));
  EXPECT_THAT(translate({"--input", input_, "--shard", "2/2", "--reference", reference}).err, HasSubstr("BLEU"));
  for (const char* shard : {"0/3", "4/3", "1", "1/0", "a/b", "1/3x"}) {
    expect_refusal(translate({"--input", input_, "--shard", shard}), 2, {"--shard", shard});
  }
  expect_refusal(translate({"--shard", "1/2"}), 2, {"--shard", "--input"});
}

TEST_F(Translate, AnswersAWriterThatWaits) {
  const Ended ended = shell("cd " + folder_.path().string() +
                            " && mkfifo to from && "
                            "{ \"$DRAGOMAN\" translate --quiet --model " +
                            model_ +
                            " <to >from & } && "
                            "exec 3>to 4<from && "
                            "for line in 'house tree' 'old dog'; do echo \"$line\" >&3; read -r answer <&4; "
                            "echo \"$answer\"; done && exec 3>&- && wait");
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(ended.out, translate_text("house tree\nold dog\n").out);
}

TEST_F(Translate, OtherPrecisionsTranslateNearlyTheSame) {
  const std::vector<std::string> expected = split_lines(translate({"--input", input_}).out);
  EXPECT_EQ(split_lines(translate({"--input", input_, "--precision", "fp32"}).out), expected);
  for (const char* precision : {"int8", "bf16"}) {
    const Ended ended = translate({"--input", input_, "--precision", precision});
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    const std::vector<std::string> found = split_lines(ended.out);
    ASSERT_EQ(found.size(), expected.size());
    std::size_t same = 0;
    for (std::size_t i = 0; i < found.size(); ++i) same += found[i] == expected[i];
    EXPECT_GE(same, expected.size() * 3 / 4) << precision;
    EXPECT_EQ(translate({"--input", input_, "--precision", precision, "--batch-size", "3"}).out, ended.out);
  }
}

}  // namespace
}  // namespace dragoman
