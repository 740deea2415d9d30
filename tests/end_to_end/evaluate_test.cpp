#include "tests/end_to_end/program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::StartsWith;

class Evaluate : public ::testing::Test {
 protected:
  // Returns the file, or "" for segments that a text file cannot hold.
  std::string write_segments(const std::string& name, const nlohmann::json& segments) const {
    std::string text;
    for (const auto& segment : segments) {
      if (segment.is_null()) return "";
      const std::string line = segment;
      if (line.find_first_of("\r\n") != std::string::npos || line.starts_with("\xEF\xBB\xBF")) return "";
      text += line + "\n";
    }
    return folder_.file(name, text);
  }

  static void add_flags(const nlohmann::json& result, std::vector<std::string>& arguments) {
    const auto add = [&](const char* flag, const std::string& value) {
      arguments.insert(arguments.end(), {flag, value});
    };
    add("--width", std::to_string(result["width"].get<int>()));
    add("--tokenize", result.value("tok", "13a"));
    add("--smooth-method", result.value("smooth", "exp"));
    if (result.contains("value")) add("--smooth-value", result["value"].dump());
    if (result.value("lc", false)) arguments.push_back("--lowercase");
  }

  const TemporaryFolder folder_;
  const std::string reference_ =
      folder_.file("ref", "The cat sat on the mat.\nIt is raining in the old town today.\nHello, world!\n");
  const std::string hypothesis_ =
      folder_.file("hyp", "The cat sat on a mat.\nIt is raining in the old town now.\nHello, World!\n");
};

TEST_F(Evaluate, PerfectTranslationScores100) {
  const Ended ended = dragoman({"evaluate", "--hypothesis", reference_, "--reference", reference_});
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_EQ(ended.err, "");
  EXPECT_THAT(ended.out, StartsWith("BLEU|nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:dragoman-"));
  EXPECT_THAT(ended.out, HasSubstr(" = 100.00 100.0/100.0/100.0/100.0 (BP = 1.000 ratio = 1.000 "));
  EXPECT_EQ(count_lines(ended.out), 1u);
}

// One case in eight of those that sacreBLEU scored for the unit tests, through files and flags.
TEST_F(Evaluate, PrintsWhatSacreBleuPrints) {
  const auto golden = nlohmann::json::parse(read_text(DRAGOMAN_FIXTURES "/bleu_golden.json"));
  int compared = 0;
  for (std::size_t i = 0; i < golden["cases"].size(); i += 8) {
    const auto& test_case = golden["cases"][i];
    std::vector<std::string> arguments = {"evaluate", "--hypothesis",
                                          write_segments("hypotheses", test_case["hypotheses"]), "--reference"};
    bool fits_files = !arguments[2].empty();
    for (const auto& stream : test_case["references"]) {
      arguments.push_back(write_segments("reference" + std::to_string(arguments.size()), stream));
      fits_files = fits_files && !arguments.back().empty();
    }
    const auto& results = test_case["results"];
    const auto& result = results[i / 8 % results.size()];
    if (!fits_files || result.value("eff", false)) continue;
    add_flags(result, arguments);
    std::string expected = result["text"];
    expected.erase(expected.find("@VERSION@"), std::string("@VERSION@").size());
    std::string printed = dragoman(arguments).out;
    const std::size_t version = printed.find("dragoman-");
    ASSERT_NE(version, std::string::npos) << test_case["name"];
    printed.erase(version, printed.find(' ', version) - version);
    EXPECT_EQ(printed, expected + "\n") << test_case["name"];
    ++compared;
  }
  EXPECT_GE(compared, 20);
}

TEST_F(Evaluate, ReadsStdinAndGzip) {
  ProgramOptions options;
  options.input = read_text(hypothesis_);
  const std::string from_file = dragoman({"evaluate", "--hypothesis", hypothesis_, "--reference", reference_}).out;
  EXPECT_EQ(dragoman({"evaluate", "--reference", reference_}, options).out, from_file);
  EXPECT_EQ(dragoman({"evaluate", "--hypothesis", "-", "--reference", reference_}, options).out, from_file);
  ASSERT_EQ(shell("gzip -k " + reference_).exit_code, 0);
  EXPECT_EQ(dragoman({"evaluate", "--hypothesis", hypothesis_, "--reference", reference_ + ".gz"}).out, from_file);
}

TEST_F(Evaluate, PrintsJson) {
  const Ended ended = dragoman({"evaluate", "--hypothesis", reference_, "--reference", reference_, "--format", "json"});
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_THAT(ended.out, StartsWith("{\n \"name\": \"BLEU\",\n \"score\": 100.0,\n \"signature\": \"nrefs:1|"));
}

TEST_F(Evaluate, SeveralSystemsAreALineEach) {
  const Ended ended = dragoman(
      {"evaluate", "--hypothesis", hypothesis_, reference_, "--reference", reference_, "--score-only", "--width", "0"});
  EXPECT_THAT(ended.out, HasSubstr("\n" + reference_ + "\t100\n"));
  EXPECT_EQ(count_lines(ended.out), 2u);
  const Ended json =
      dragoman({"evaluate", "--hypothesis", hypothesis_, reference_, "--reference", reference_, "--format", "json"});
  EXPECT_THAT(json.out, StartsWith("[\n {\n  \"system\": \"" + hypothesis_ + "\""));
}

TEST_F(Evaluate, RefusesFilesOfDifferentLength) {
  const std::string shorter = folder_.file("short", "one line\n");
  expect_refusal(dragoman({"evaluate", "--hypothesis", shorter, "--reference", reference_}), 1,
                 {shorter + " has 1 line", reference_ + " has 3"});
  expect_refusal(dragoman({"evaluate", "--hypothesis", hypothesis_, "--reference", reference_, shorter}), 1,
                 {shorter, reference_, "1", "3"});
}

TEST_F(Evaluate, RefusesEmptyAndUnreadableFiles) {
  const std::string empty = folder_.file("empty", "");
  expect_refusal(dragoman({"evaluate", "--hypothesis", empty, "--reference", reference_}), 1, {empty});
  expect_refusal(dragoman({"evaluate", "--hypothesis", hypothesis_, "--reference", empty}), 1, {empty});
  expect_refusal(dragoman({"evaluate", "--hypothesis", folder_ / "none", "--reference", reference_}), 1,
                 {folder_ / "none", "No such file"});
  expect_refusal(dragoman({"evaluate", "--hypothesis", hypothesis_, "--reference", folder_.path().string()}), 1,
                 {folder_.path().string(), "directory"});
}

TEST_F(Evaluate, RefusesInvalidUtf8WithFileAndLine) {
  const std::string bad = folder_.file("bad", "fine\nbr\xC3ken\nfine\n");
  expect_refusal(dragoman({"evaluate", "--hypothesis", bad, "--reference", reference_}), 1, {bad + ":2: ", "UTF-8"});
  expect_refusal(dragoman({"evaluate", "--hypothesis", hypothesis_, "--reference", bad}), 1, {bad + ":2: ", "UTF-8"});
}

TEST_F(Evaluate, RefusesDamagedGzip) {
  ASSERT_EQ(shell("gzip -k " + reference_ + " && head -c 40 " + reference_ + ".gz > " + folder_ / "cut.gz").exit_code,
            0);
  expect_refusal(dragoman({"evaluate", "--hypothesis", hypothesis_, "--reference", folder_ / "cut.gz"}), 1,
                 {folder_ / "cut.gz"});
}

TEST_F(Evaluate, RefusesWrongOptions) {
  expect_refusal(dragoman({"evaluate", "--hypothesis", hypothesis_}), 2, {"--reference is required"});
  const std::vector<std::string> good = {"evaluate", "--hypothesis", hypothesis_, "--reference", reference_};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), good.begin(), good.end());
    return dragoman(more);
  };
  expect_refusal(with({"--format", "xml"}), 2, {"--format: 'xml' is none of text, json, latex"});
  expect_refusal(with({"--tokenize", "words"}), 2, {"--tokenize: 'words' is none of 13a"});
  expect_refusal(with({"--width", "16"}), 2, {"--width is 16", "0 to 15"});
  expect_refusal(with({"--smooth-value", "1"}), 2, {"smooth"});
  expect_refusal(dragoman({"evaluate", "--hypothesis", "-", "--reference", "-"}), 2, {"only one file", "stdin"});
}

TEST_F(Evaluate, RefusesWhatOnlyAModelHasUseFor) {
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"evaluate", "--hypothesis", hypothesis_, "--reference", reference_});
    return dragoman(more);
  };
  for (const auto& [option, value] :
       std::vector<std::pair<std::string, std::vector<std::string>>>{{"--beam-size", {"3"}},
                                                                     {"--length-penalty", {"0.5"}},
                                                                     {"--precision", {"int8"}},
                                                                     {"--shortlist", {}},
                                                                     {"--split-sentences", {"off"}},
                                                                     {"--allow-unvalidated", {}}}) {
    std::vector<std::string> words = {option};
    words.insert(words.end(), value.begin(), value.end());
    expect_refusal(with(words), 2, {option + " needs --model"});
  }
  EXPECT_EQ(with({"--threads", "1"}).exit_code, 0);
}

TEST_F(Evaluate, WarnsOfTextThatIsNotWhatItsMetricExpects) {
  std::string tokenised, plain;
  for (int i = 0; i < 100; ++i) {
    tokenised += "Das regnet .\n";
    plain += "Ö, das regnet.\n";
  }
  const std::string hypothesis = folder_.file("tokenised", tokenised), reference = folder_.file("plain", plain);
  const auto evaluate = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"evaluate", "--hypothesis", hypothesis, "--reference", reference});
    const Ended ended = dragoman(more);
    EXPECT_EQ(ended.exit_code, 0);
    return ended.err;
  };
  EXPECT_THAT(evaluate({}), StartsWith("dragoman: " + hypothesis + ": 100 lines end in ' .'"));
  EXPECT_EQ(evaluate({"--quiet"}), "");
  EXPECT_EQ(evaluate({"--tokenize", "none"}), "");
  EXPECT_EQ(evaluate({"--metrics", "chrf", "rougeL"}), "");

  const std::string other_form = folder_.file("nfd", "O\u0308l\n"), russian = folder_.file("ru", "\u0414\u0430\n");
  EXPECT_THAT(dragoman({"evaluate", "--hypothesis", other_form, "--reference", russian, "--metrics", "rouge1"}).err,
              AllOf(HasSubstr(other_form + ": 1 of the hypotheses is not in Unicode's normal form C"),
                    HasSubstr(russian + ": ROUGE sees the ASCII letters")));
}

// `sacrebleu reference -i hypothesis -m chrf --chrf-whitespace -b -w 2` prints 100.00 (2.6.0).
TEST_F(Evaluate, IgnoresWhiteSpaceAtTheEndOfALineAsSacreBleusCommandDoes) {
  const std::string hypothesis = folder_.file("blanks", "a b c d e \nx y z w v\t\n");
  const std::string reference = folder_.file("none", "a b c d e\nx y z w v\u3000\n");
  EXPECT_EQ(dragoman({"evaluate", "--hypothesis", hypothesis, "--reference", reference, "--metrics", "chrf",
                      "--chrf-whitespace", "--score-only"})
                .out,
            "100.00\n");
}

TEST_F(Evaluate, SaysSoWhenStdoutIsFull) {
  ProgramOptions full;
  full.output_path = "/dev/full";
  expect_refusal(dragoman({"evaluate", "--hypothesis", hypothesis_, "--reference", reference_}, full), 1,
                 {"stdout: cannot write: No space left"});
}

}  // namespace
}  // namespace dragoman
