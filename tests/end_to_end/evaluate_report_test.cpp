#include "tests/end_to_end/program.h"
#include "tests/end_to_end/tiny_model.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using Json = nlohmann::ordered_json;

Json golden_cases() {
  return Json::parse(read_text(DRAGOMAN_FIXTURES "/significance_golden.json"))["cases"];
}

std::string replace_all(std::string text, const std::string& what, const std::string& by) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size())
    text.replace(at, what.size(), by);
  return text;
}

class EvaluateReport : public ::testing::Test {
 protected:
  // Writes the texts of a golden case, and returns the arguments that name `systems` of its systems and all references.
  std::vector<std::string> arguments_for(const Json& golden, std::size_t systems) const {
    std::vector<std::string> arguments = {"evaluate", "--hypothesis"};
    for (std::size_t i = 0; i < systems; ++i)
      arguments.push_back(folder_.file(fmt::format("system{}", i), join_lines(golden["systems"][i])));
    arguments.emplace_back("--reference");
    for (const auto& stream : golden["references"])
      arguments.push_back(folder_.file(fmt::format("reference{}", arguments.size()), join_lines(stream)));
    return arguments;
  }

  static std::vector<std::string> with(std::vector<std::string> arguments, const std::vector<std::string>& more) {
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }

  Ended run(const std::vector<std::string>& more, bool two_systems = true) const {
    std::vector<std::string> arguments = {"evaluate", "--hypothesis", one_};
    if (two_systems) arguments.push_back(other_);
    return dragoman(with(with(arguments, {"--reference", reference_}), more));
  }

  const TemporaryFolder folder_;
  const std::string reference_ =
      folder_.file("ref", "The cat sat on the mat.\nIt is raining in the old town today.\nHello, world!\n");
  const std::string one_ =
      folder_.file("one", "The cat sat on a mat.\nIt is raining in the old town now.\nHello, World!\n");
  const std::string other_ =
      folder_.file("other", "The cat sat on the mat.\nIt is raining in the old town today.\nGoodbye.\n");
};

std::string printed(const Json& number, const char* format) {
  return number.is_null() ? "none" : fmt::format(fmt::runtime(format), number.get<double>());
}

TEST_F(EvaluateReport, PairedTestsGiveThePValuesOfSacreBleu) {
  const Json cases = golden_cases();
  for (std::size_t c = 0; c < 4; ++c) {
    const std::size_t systems = cases[c]["systems"].size();
    for (const auto& test : cases[c]["tests"]) {
      const bool bootstrap = test["kind"] == "bs";
      const auto arguments =
          with(arguments_for(cases[c], systems), {"--metrics", "bleu", "chrf", "ter", "--chrf-word-order", "2",
                                                  "--format", "json", bootstrap ? "--paired-bs" : "--paired-ar",
                                                  "--paired-n", test["samples"].dump(), "--seed", test["seed"].dump()});
      const Json report = Json::parse(dragoman(arguments).out);
      ASSERT_EQ(report.size(), systems);
      for (const auto& [metric, expected] : test["metrics"].items()) {
        for (std::size_t s = 0; s < systems; ++s) {
          const Json& score = report[s][metric];
          const Json& golden = expected["systems"][s];
          const std::string where = fmt::format("case {} {} {} system {}", c, test["kind"].dump(), metric, s);
          EXPECT_EQ(printed(score["score"], "{:.4f}"), golden["score"].get<std::string>()) << where;
          EXPECT_EQ(printed(score["p_value"], "{:.9f}"), printed(golden["p_value"], "{:.9f}")) << where;
          EXPECT_EQ(printed(score["mean"], "{:.2f}"), golden.value("mean", "none")) << where;
          EXPECT_EQ(printed(score["ci"], "{:.2f}"), golden.value("ci", "none")) << where;
          EXPECT_THAT(score["signature"].get<std::string>(),
                      StartsWith(replace_all(expected["signature"], "@VERSION@", "")));
        }
      }
    }
  }
}

TEST_F(EvaluateReport, IntervalsAreThoseOfSacreBleu) {
  const std::vector<std::vector<std::string>> metrics = {{"bleu"}, {"chrf", "--chrf-word-order", "2"}, {"ter"}};
  const Json cases = golden_cases();
  for (std::size_t c = 0; c < cases.size(); c += 3) {
    const Json& confidence = cases[c]["confidence"];
    for (std::size_t m = 0; m < metrics.size(); ++m) {
      const auto arguments = with(with(arguments_for(cases[c], 1),
                                       {"--confidence", "--confidence-n", confidence["samples"].dump(), "--seed",
                                        confidence["seed"].dump(), "--width", confidence["width"].dump(), "--metrics"}),
                                  metrics[m]);
      const Json& expected = confidence["scores"][m];
      const std::string text = dragoman(arguments).out;
      const std::size_t version = text.find("dragoman-");
      ASSERT_NE(version, std::string::npos);
      const std::string version_text = text.substr(version, text.find(' ', version) - version);
      EXPECT_EQ(replace_all(text, version_text, "@VERSION@"), expected["text"].get<std::string>() + "\n");
      EXPECT_EQ(replace_all(dragoman(with(arguments, {"--format", "json"})).out, version_text, "@VERSION@"),
                expected["json"].get<std::string>() + "\n");
      EXPECT_EQ(dragoman(with(arguments, {"--score-only"})).out, expected["score_only"].get<std::string>() + "\n");
    }
  }
}

TEST_F(EvaluateReport, SystemsAreATable) {
  const Ended ended = run({"--metrics", "bleu", "ter", "--paired", "bootstrap", "--paired-n", "50"});
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_THAT(ended.out, StartsWith("System"));
  EXPECT_THAT(ended.out, HasSubstr("  BLEU  95 % interval  "));
  EXPECT_THAT(ended.out, HasSubstr("(paired bootstrap resampling, 50 resamples)\n"));
  EXPECT_THAT(ended.out, HasSubstr("\nTER   nrefs:1|bs:50|seed:12345|case:lc|"));
  const Ended latex = run({"--format", "latex"});
  EXPECT_THAT(latex.out, HasSubstr("\\begin{tabular}{lr}\n\\toprule\nSystem & BLEU \\\\\n"));
}

TEST_F(EvaluateReport, SeveralMetricsOfOneSystemAreAlignedLines) {
  const Ended ended = run({"--metrics", "ter", "bleu", "rougeL", "rouge1"}, false);
  EXPECT_EQ(count_lines(ended.out), 4u);
  std::size_t first = ended.out.find(" = "), at = 0;
  for (int i = 0; i < 4; ++i) {
    const std::size_t end = ended.out.find('\n', at);
    EXPECT_EQ(ended.out.find(" = ", at) - at, first);
    at = end + 1;
  }
  EXPECT_EQ(Json::parse(run({"--metrics", "ter", "bleu", "--format", "json"}, false).out)[1]["name"], "BLEU");
}

TEST_F(EvaluateReport, SeedNoneAsksForOthersEachTime) {
  const std::vector<std::string> arguments = {"--confidence", "--confidence-n", "3", "--format",
                                              "json",         "--width",        "15"};
  const std::string first = run(with(arguments, {"--seed", "none"}), false).out;
  EXPECT_THAT(first, HasSubstr("|seed:none|"));
  EXPECT_EQ(run(with(arguments, {"--seed", "7"}), false).out, run(with(arguments, {"--seed", "7"}), false).out);
}

TEST_F(EvaluateReport, SentenceLevelIsALineEach) {
  const Ended ended = run({"--sentence-level"}, false);
  EXPECT_EQ(count_lines(ended.out), 3u);
  EXPECT_THAT(ended.out, StartsWith("BLEU|nrefs:1|case:mixed|eff:yes|tok:13a|"));
  const Ended scores = run({"--sentence-level", "--score-only", "--metrics", "chrf", "--width", "1"}, false);
  EXPECT_EQ(count_lines(scores.out), 3u);
  EXPECT_EQ(dragoman({"evaluate", "--hypothesis", reference_, "--reference", reference_, "--sentence-level",
                      "--score-only", "--width", "0"})
                .out,
            "100\n100\n100\n");
}

TEST_F(EvaluateReport, BreakdownAndWorstFollowTheScores) {
  const Ended ended = run({"--breakdown", "--worst", "2", "--source", reference_});
  EXPECT_THAT(ended.out, HasSubstr("\n\nWords in the reference  Sentences  BLEU " + one_));
  EXPECT_THAT(ended.out, HasSubstr("\n\nFrequency of the word  In references"));
  EXPECT_THAT(ended.out, HasSubstr("\n\nline 3, BLEU\n  source "));
  const Json json = Json::parse(run({"--breakdown", "--worst", "1", "--format", "json"}, false).out);
  EXPECT_EQ(json["scores"]["name"], "BLEU");
  EXPECT_EQ(json["breakdown"]["by_length"][0]["words"], "1–5");
  EXPECT_EQ(json["worst"].size(), 1u);
  const std::string frequencies = folder_.file("train", "cat cat cat cat cat\n");
  const Json counted =
      Json::parse(run({"--breakdown", "--frequency-file", frequencies, "--format", "json"}, false).out);
  EXPECT_EQ(counted["breakdown"]["by_frequency"][1]["frequency"], "5–9");
}

TEST_F(EvaluateReport, ReadsAPipeOfFrequenciesOnceForTableAndPage) {
  const std::string page = folder_ / "page.html", frequencies = folder_.file("train", "cat cat cat cat cat\n");
  const std::vector<std::string> arguments = {"evaluate",    "--hypothesis", one_, "--reference",     reference_,
                                              "--breakdown", "--html",       page, "--frequency-file"};
  ProgramOptions piped;
  piped.input = read_text(frequencies);
  const std::string expected = dragoman(with(arguments, {frequencies})).out;
  EXPECT_THAT(expected, HasSubstr("5–9"));
  EXPECT_EQ(dragoman(with(arguments, {"-"}), piped).out, expected);
}

TEST_F(EvaluateReport, EmptyLinesMayBeMissingReferences) {
  const std::string hypothesis = folder_.file("three", "a b c d e\nf g h i j\nk l m n o\n");
  const std::string first = folder_.file("first", "a b c d e\n\nk l m n o\n");
  const std::string second = folder_.file("second", "\nf g h i j\nx x x x x\n");
  const std::vector<std::string> files = {"evaluate", "--hypothesis", hypothesis, "--reference",
                                          first,      "--reference",  second,     "--quiet"};
  EXPECT_THAT(dragoman(files).out, HasSubstr("BLEU|nrefs:2|"));
  EXPECT_THAT(dragoman(with(files, {"--missing-references"})).out,
              AllOf(HasSubstr("BLEU|nrefs:var|"), HasSubstr(" = 100.00 ")));
  const std::string empty = folder_.file("empty", "\n\n\n");
  expect_refusal(dragoman({"evaluate", "--hypothesis", hypothesis, "--reference", empty, "--missing-references"}), 1,
                 {empty + ":1: this line has no reference"});
}

TEST_F(EvaluateReport, WorstOfTerIsTheHighest) {
  const Json json = Json::parse(dragoman({"evaluate", "--hypothesis", other_, "--reference", reference_, "--metrics",
                                          "ter", "--worst", "1", "--format", "json"})
                                    .out);
  EXPECT_EQ(json["worst"][0]["line"], 3);
}

TEST_F(EvaluateReport, PageIsWrittenBesideWhatIsPrinted) {
  const std::string page = folder_ / "page.html";
  const Ended ended = run({"--html", page, "--confidence", "--confidence-n", "20"});
  EXPECT_EQ(ended.out, run({"--confidence", "--confidence-n", "20"}).out);
  const std::string html = read_text(page);
  EXPECT_THAT(html, StartsWith("<!DOCTYPE html>"));
  EXPECT_THAT(html, HasSubstr("It is raining in the old town now."));
  // Before anything is read or translated.
  expect_refusal(dragoman({"evaluate", "--hypothesis", folder_ / "none", "--reference", reference_, "--html",
                           folder_ / "no/page.html"}),
                 1, {folder_ / "no/page.html", "there is no folder"});
}

TEST_F(EvaluateReport, ModelsTranslationsAreScoredAndWritten) {
  const auto sources = tiny_source_lines(20, 3);
  std::vector<std::string> targets;
  for (const std::string& source : sources) targets.push_back(tiny_target_line(source));
  const std::string source = folder_.file("source", join_lines(sources));
  const std::string target = folder_.file("target", join_lines(targets));
  const std::string written = folder_ / "hypotheses";
  const std::vector<std::string> metrics = {"--metrics", "bleu", "chrf", "--confidence", "--confidence-n", "10"};
  const Ended by_model = dragoman(with({"evaluate", "--model", shared_model(), "--source", source, "--reference",
                                        target, "--write-hypotheses", written, "--quiet"},
                                       metrics));
  EXPECT_EQ(by_model.exit_code, 0) << by_model.err;
  EXPECT_EQ(count_lines(read_text(written)), 20u);
  EXPECT_EQ(dragoman(with({"evaluate", "--hypothesis", written, "--reference", target}, metrics)).out, by_model.out);
}

TEST_F(EvaluateReport, RefusesWhatDoesNotGoTogether) {
  expect_refusal(run({"--paired-bs"}, false), 2, {"--paired needs more than one --hypothesis"});
  expect_refusal(run({"--paired-bs", "--paired-ar"}), 2, {"--paired-bs and --paired-ar contradict each other"});
  expect_refusal(run({"--paired-n", "9"}), 2, {"--paired-n needs --paired"});
  expect_refusal(run({"--seed", "9"}), 2, {"--seed needs --paired or --confidence"});
  expect_refusal(run({"--confidence", "--seed", "some"}), 2, {"some"});
  expect_refusal(run({"--confidence", "--confidence-n", "0"}), 2, {"--confidence-n is 0", "at least 1"});
  expect_refusal(run({"--sentence-level"}), 2, {"--sentence-level is for one system"});
  expect_refusal(run({"--sentence-level", "--metrics", "bleu", "ter"}, false), 2, {"--sentence-level"});
  expect_refusal(run({"--worst", "-1"}), 2, {"--worst is -1"});
  expect_refusal(run({"--worst", "3", "--format", "latex"}), 2, {"LaTeX"});
  expect_refusal(run({"--source", one_}), 2, {"--source needs --model, or --worst or --html"});
  expect_refusal(run({"--write-hypotheses", "x"}), 2, {"--write-hypotheses", "--hypothesis"});
}

TEST_F(EvaluateReport, NamesAnOptionThatTheMetricsDoNotHave) {
  expect_refusal(run({"--chrf-beta", "3"}), 2, {"--chrf-beta is an option of chrf, which --metrics does not name"});
  expect_refusal(run({"--metrics", "ter", "--lowercase"}), 2, {"--lowercase is an option of bleu"});
  expect_refusal(run({"--rouge-stem"}), 2, {"--rouge-stem is an option of rouge1"});
  expect_refusal(run({"--metrics", "chrf", "--chrf-char-order", "99"}), 2, {"99"});
  expect_refusal(run({"--metrics", "meteor"}), 2, {"--metrics: 'meteor' is none of bleu, chrf, ter, rouge1"});
  expect_refusal(run({"--metrics", "ter", "ter"}), 2, {"--metrics: ter is there twice"});
}

}  // namespace
}  // namespace dragoman
