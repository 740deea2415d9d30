// Compares Dragoman's reports, digit by digit, with those that sacreBLEU and rouge_score gave (metric_golden.py).
#include "metrics/bleu.h"
#include "metrics/chrf.h"
#include "metrics/rouge.h"
#include "metrics/ter.h"

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

using nlohmann::json;
using Views = std::vector<std::string_view>;

constexpr int kCorpusWidth = 10;
constexpr int kSentenceWidth = 4;

std::unique_ptr<Metric> make_bleu(const json& o) {
  BleuOptions options;
  options.tokenizer = enum_named<BleuTokenizer>(o.value("tokenize", "13a"));
  if (options.tokenizer == BleuTokenizer::kSpm) options.tokenizer_model = DRAGOMAN_FIXTURES "/foreign_default.model";
  options.lowercase = o.value("lowercase", options.lowercase);
  options.smoothing = enum_named<BleuSmoothing>(o.value("smooth_method", "exp"));
  options.effective_order = o.value("effective_order", options.effective_order);
  options.max_ngram_order = o.value("max_ngram_order", options.max_ngram_order);
  return std::make_unique<Bleu>(options);
}

std::unique_ptr<Metric> make_chrf(const json& o) {
  ChrfOptions options;
  options.char_order = o.value("char_order", options.char_order);
  options.word_order = o.value("word_order", options.word_order);
  options.beta = o.value("beta", options.beta);
  options.lowercase = o.value("lowercase", options.lowercase);
  options.whitespace = o.value("whitespace", options.whitespace);
  options.eps_smoothing = o.value("eps_smoothing", options.eps_smoothing);
  return std::make_unique<Chrf>(options);
}

std::unique_ptr<Metric> make_ter(const json& o) {
  TerOptions options;
  options.normalized = o.value("normalized", options.normalized);
  options.no_punct = o.value("no_punct", options.no_punct);
  options.asian_support = o.value("asian_support", options.asian_support);
  options.case_sensitive = o.value("case_sensitive", options.case_sensitive);
  return std::make_unique<Ter>(options);
}

std::unique_ptr<Metric> make_rouge(const json& o) {
  RougeOptions options;
  options.type = enum_named<RougeType>(o.at("type").get<std::string>());
  options.stem = o.value("stem", options.stem);
  return std::make_unique<Rouge>(options);
}

std::unique_ptr<Metric> make_metric(const json& setting) {
  const std::map<std::string, std::unique_ptr<Metric> (*)(const json&)> makers{
      {"bleu", make_bleu}, {"chrf", make_chrf}, {"ter", make_ter}, {"rouge", make_rouge}};
  return makers.at(setting["metric"])(setting["options"]);
}

std::string with(std::string text, const std::string& mark, const std::string& value) {
  const std::size_t at = text.find(mark);
  return at == std::string::npos ? text : text.replace(at, mark.size(), value);
}

// Compares the results of one case in one setting; returns how many there are.
std::size_t compare(const json& test_case, const json& setting, const json& expected) {
  const auto metric = make_metric(setting);
  const std::string nrefs = test_case["nrefs"];
  const int references = nrefs == "var" ? kVaryingReferences : std::stoi(nrefs);
  const std::string head = with(with(setting["head"], "@NREFS@", nrefs), "@VERSION@", signature_version()) + " = ";
  const auto hypotheses = test_case["hypotheses"].get<std::vector<std::string>>();
  std::vector<double> rows;
  for (std::size_t i = 0; i < hypotheses.size(); ++i) {
    Views present;
    for (const json& stream : test_case["references"]) {
      if (!stream[i].is_null()) present.push_back(stream[i].get_ref<const std::string&>());
    }
    const auto row = metric->statistics(hypotheses[i], present);
    EXPECT_EQ(format_text(metric->report(row, references), kSentenceWidth), head + expected[i + 1].get<std::string>())
        << "sentence " << i;
    rows.insert(rows.end(), row.begin(), row.end());
  }
  EXPECT_EQ(format_text(metric->report(sum_of_rows(*metric, rows), references), kCorpusWidth),
            head + expected[0].get<std::string>());
  return expected.size();
}

TEST(MetricGolden, PrintsWhatSacreBleuAndRougeScorePrint) {
  std::ifstream file(DRAGOMAN_FIXTURES "/metric_golden.json");
  ASSERT_TRUE(file) << "cannot open " DRAGOMAN_FIXTURES "/metric_golden.json";
  const json golden = json::parse(file);
  std::map<std::string, std::size_t> results;
  for (const json& test_case : golden["cases"]) {
    for (const auto& [index, expected] : test_case["results"].items()) {
      const json& setting = golden["settings"][std::stoul(index)];
      SCOPED_TRACE(test_case["name"].get<std::string>() + ": " + setting["metric"].get<std::string>() +
                   setting["options"].dump());
      results[setting["metric"]] += compare(test_case, setting, expected);
    }
  }
  EXPECT_GE(results["bleu"], 7000u);
  EXPECT_GE(results["chrf"], 4500u);
  EXPECT_GE(results["ter"], 4500u);
  EXPECT_GE(results["rouge"], 2200u);
}

}  // namespace
}  // namespace dragoman
