#include "metrics/significance.h"

#include "metrics/bleu.h"
#include "metrics/chrf.h"
#include "metrics/ter.h"

#include <fmt/format.h>
#include <fstream>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace dragoman {
namespace {

nlohmann::json golden_cases() {
  std::ifstream file(DRAGOMAN_FIXTURES "/significance_golden.json");
  return nlohmann::json::parse(file)["cases"];
}

// By the names that sacreBLEU gives them.
std::map<std::string, std::unique_ptr<Metric>> all_metrics() {
  std::map<std::string, std::unique_ptr<Metric>> metrics;
  metrics.emplace("BLEU", std::make_unique<Bleu>());
  metrics.emplace("chrF2++", std::make_unique<Chrf>(ChrfOptions{.word_order = 2}));
  metrics.emplace("TER", std::make_unique<Ter>());
  return metrics;
}

std::string without_version(std::string text) {
  const std::string version = signature_version();
  for (std::size_t at = 0; (at = text.find(version, at)) != std::string::npos;)
    text.replace(at, version.size(), "@VERSION@");
  return text;
}

void compare(const Estimate& estimate, const nlohmann::json& expected, const std::string& where) {
  EXPECT_EQ(estimate.p_value.has_value(), !expected["p_value"].is_null()) << where;
  if (estimate.p_value) {
    EXPECT_DOUBLE_EQ(*estimate.p_value, expected["p_value"].get<double>()) << where;
  }
  EXPECT_EQ(estimate.interval.has_value(), expected.contains("mean")) << where;
  if (estimate.interval) {
    EXPECT_EQ(fmt::format("{:.2f}", estimate.interval->mean), expected["mean"].get<std::string>()) << where;
    EXPECT_EQ(fmt::format("{:.2f}", estimate.interval->half_width), expected["ci"].get<std::string>()) << where;
  }
}

TEST(Significance, GivesThePValuesAndIntervalsOfSacreBleu) {
  const auto metrics = all_metrics();
  for (const auto& golden : golden_cases()) {
    const auto references = golden["references"].get<ReferenceStreams>();
    for (const auto& [name, metric] : metrics) {
      std::vector<SystemStatistics> systems;
      for (const auto& system : golden["systems"])
        systems.push_back({corpus_statistics(*metric, system.get<std::vector<std::string>>(), references, 2)});
      const Metric* const one_metric[] = {metric.get()};
      for (const auto& test : golden["tests"]) {
        const bool bootstrap = test["kind"] == "bs";
        const ResamplingOptions options{test["samples"], test["seed"], 2};
        const auto estimates = bootstrap ? paired_bootstrap(one_metric, systems, options)
                                         : paired_randomization(one_metric, systems, options);
        for (std::size_t s = 0; s < systems.size(); ++s)
          compare(
              estimates[s][0], test["metrics"][name]["systems"][s],
              fmt::format("{} {} {} {}", golden["name"].get<std::string>(), test["kind"].get<std::string>(), name, s));
      }
    }
  }
}

TEST(Significance, ReportsAreThoseOfSacreBleu) {
  for (const auto& golden : golden_cases()) {
    const auto references = golden["references"].get<ReferenceStreams>();
    const auto& confidence = golden["confidence"];
    for (const auto& [name, metric] : all_metrics()) {
      const SystemStatistics statistics = {
          corpus_statistics(*metric, golden["systems"][0].get<std::vector<std::string>>(), references, 1)};
      ScoreReport report = metric->report(sum_of_rows(*metric, statistics[0]), reference_count(references));
      const Metric* const one_metric[] = {metric.get()};
      report.interval =
          paired_bootstrap(one_metric, {&statistics, 1}, {confidence["samples"], confidence["seed"], 1})[0][0].interval;
      note_tests(report.signature, confidence["samples"], 0, confidence["seed"].dump());
      for (const auto& expected : confidence["scores"]) {
        if (!expected["text"].get<std::string>().starts_with(name + "|")) continue;
        EXPECT_EQ(without_version(format_text(report, confidence["width"])), expected["text"].get<std::string>());
        EXPECT_EQ(without_version(format_json(report, confidence["width"])), expected["json"].get<std::string>());
        EXPECT_EQ(format_score(report, confidence["width"]), expected["score_only"].get<std::string>());
      }
    }
  }
}

// Score: the mean of one number a sentence.
class MeanMetric : public Metric {
 public:
  std::size_t statistics_size() const override { return 2; }
  std::unique_ptr<SentenceCounter> make_counter() const override { return nullptr; }
  double score(std::span<const double> sum) const override { return sum[0] / std::max(sum[1], 1.0); }
  ScoreReport report(std::span<const double> sum, int) const override { return {"mean", score(sum), {}, ""}; }
};

SystemStatistics statistics_of(const std::vector<double>& values) {
  std::vector<double> rows;
  for (const double value : values) rows.insert(rows.end(), {value, 1});
  return {rows};
}

TEST(Significance, DoesNotDependOnTheNumberOfThreads) {
  std::vector<double> one, other;
  for (int i = 0; i < 1000; ++i) {
    one.push_back(i * 37 % 101);
    other.push_back(i * 53 % 103);
  }
  const std::vector<SystemStatistics> systems = {statistics_of(one), statistics_of(other)};
  const MeanMetric metric;
  const std::vector<const Metric*> metrics = {&metric};
  for (const auto test : {paired_bootstrap, paired_randomization}) {
    const auto expected = test(metrics, systems, {101, 5, 1});
    for (int i = 0; i < 5; ++i) {
      EXPECT_EQ(test(metrics, systems, {101, 5, 3})[1][0].p_value, expected[1][0].p_value);
    }
  }
}

TEST(Significance, IntervalLeavesOutOneFortiethOnEitherSide) {
  std::vector<double> scores;
  for (int i = 0; i < 40; ++i) scores.push_back(i);
  const Interval interval = interval_of(scores);
  EXPECT_DOUBLE_EQ(interval.mean, 19.5);
  EXPECT_DOUBLE_EQ(interval.half_width, 0.5 * (38 - 1));
  EXPECT_THROW(interval_of({}), std::invalid_argument);
}

TEST(Significance, NotesTestsAfterTheNumberOfReferences) {
  Signature signature{{{"nrefs", "1"}, {"case", "mixed"}}};
  note_tests(signature, 0, 10000, "none");
  EXPECT_EQ(signature.text(), "nrefs:1|ar:10000|seed:none|case:mixed");
  Signature both{{{"nrefs", "1"}}};
  note_tests(both, 1000, 10000, "1");
  EXPECT_EQ(both.text(), "nrefs:1|bs:1000|ar:10000|seed:1");
}

TEST(Significance, RefusesWhatCannotBeCompared) {
  const MeanMetric metric;
  const std::vector<const Metric*> metrics = {&metric};
  const std::vector<SystemStatistics> uneven = {statistics_of({1, 2}), statistics_of({1})};
  for (const auto test : {paired_bootstrap, paired_randomization}) {
    EXPECT_THROW(test(metrics, uneven, {10, 1, 1}), std::invalid_argument);
    EXPECT_THROW(test(metrics, {}, {10, 1, 1}), std::invalid_argument);
    EXPECT_THROW(test(metrics, uneven, {0, 1, 1}), std::invalid_argument);
  }
}

}  // namespace
}  // namespace dragoman
