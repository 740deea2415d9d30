#include "metrics/bleu.h"

#include <cmath>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Property;
using testing::Throws;
using Texts = std::vector<std::string>;
using Views = std::vector<std::string_view>;

TEST(Bleu, StatisticsOfASentence) {
  const Bleu bleu;
  const BleuStatistics statistics = bleu.statistics("The cat sat, the end.", Views{"The cat sat. The end."});
  EXPECT_EQ(statistics.hypothesis_length, 7);
  EXPECT_EQ(statistics.reference_length, 7);
  EXPECT_THAT(statistics.correct, ElementsAre(5, 3, 1, 0));
  EXPECT_THAT(statistics.total, ElementsAre(7, 6, 5, 4));
}

TEST(Bleu, TakesTheClosestReferenceLengthAndTheShorterOnATie) {
  const Bleu bleu;
  EXPECT_EQ(bleu.statistics("a b c d", Views{"a", "a b c d e", "a b c"}).reference_length, 3);
  EXPECT_EQ(bleu.statistics("a b c d", Views{"a b c", "a b c d e"}).reference_length, 3);
  EXPECT_EQ(bleu.statistics("a b c d", Views{"a b", "a b c d e"}).reference_length, 5);
  EXPECT_EQ(bleu.statistics("a", Views{"a b c", ""}).reference_length, 0);
}

TEST(Bleu, ScoreFollowsTheFormula) {
  BleuStatistics sum{20, 25, {16, 10, 6, 3}, {20, 19, 18, 17}};
  const BleuScore score = Bleu().score(sum);
  const double mean = (std::log(16 / 20.0) + std::log(10 / 19.0) + std::log(6 / 18.0) + std::log(3 / 17.0)) / 4;
  EXPECT_NEAR(score.score, 100 * std::exp(1 - 25 / 20.0) * std::exp(mean), 1e-12);
  EXPECT_NEAR(score.brevity_penalty, std::exp(-0.25), 1e-15);
  EXPECT_DOUBLE_EQ(score.precisions[0], 80);
  EXPECT_DOUBLE_EQ(score.ratio(), 0.8);
}

TEST(Bleu, CorpusScoreIsTheScoreOfTheSum) {
  const Texts hypotheses{"the cat sat on the mat", "", "a dog, not a cat"};
  const std::vector<Texts> references{{"the cat sat on a mat", "x", "a dog and not a cat"},
                                      {"a cat sat on the mat", "", "no dog, but a cat"}};
  const Bleu bleu;
  const auto sentences = bleu.corpus_statistics(hypotheses, references);
  ASSERT_EQ(sentences.size(), 3u);
  BleuStatistics sum;
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(sentences[i], bleu.statistics(hypotheses[i], Views{references[0][i], references[1][i]}));
    sum += sentences[i];
  }
  EXPECT_EQ(sum.hypothesis_length, 12);
  EXPECT_EQ(bleu.corpus_score(hypotheses, references).details(), bleu.score(sum).details());
  EXPECT_GT(bleu.corpus_score(hypotheses, references).score, 50);
}

TEST(Bleu, SignatureNamesTheSettings) {
  EXPECT_EQ(Bleu().signature(1), "nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:" + signature_version());
  BleuOptions options;
  options.tokenizer = BleuTokenizer::kNone;
  options.lowercase = true;
  options.smoothing = BleuSmoothing::kFloor;
  options.effective_order = true;
  EXPECT_EQ(Bleu(options).signature(kVaryingReferences),
            "nrefs:var|case:lc|eff:yes|tok:none|smooth:floor[0.10]|version:" + signature_version());
}

TEST(Bleu, RefusesImpossibleOptions) {
  BleuOptions options;
  options.smooth_value = 0.5;
  EXPECT_THROW(Bleu{options}, std::invalid_argument);  // exp takes no value
  options.smoothing = BleuSmoothing::kAddK;
  EXPECT_NO_THROW(Bleu{options});
  options.smooth_value = -0.5;
  EXPECT_THROW(Bleu{options}, std::invalid_argument);
  options.smooth_value = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(Bleu{options}, std::invalid_argument);
}

TEST(Bleu, RefusesMissingReferences) {
  const Bleu bleu;
  const Texts two{"a", "b"};
  EXPECT_THROW(bleu.statistics("a", {}), std::invalid_argument);
  EXPECT_THROW(bleu.corpus_score(two, {}), std::invalid_argument);
  EXPECT_THROW(bleu.corpus_score({}, {{}}), std::invalid_argument);
  EXPECT_THAT(
      [&] {
        bleu.corpus_score(two, {{"a", "b"}, {"a", "b", "c"}});
      },
      Throws<std::invalid_argument>(
          Property(&std::exception::what, HasSubstr("reference 2 has 3 sentences, but there are 2 hypotheses"))));
}

BleuOptions options_of(const json& result) {
  BleuOptions options;
  options.tokenizer = enum_named<BleuTokenizer>(result.value("tok", "13a"));
  options.lowercase = result.value("lc", false);
  options.smoothing = enum_named<BleuSmoothing>(result.value("smooth", "exp"));
  if (result.contains("value")) options.smooth_value = result["value"].get<double>();
  options.effective_order = result.value("eff", false);
  return options;
}

struct Corpus {
  std::vector<std::string> hypotheses;
  std::vector<std::vector<std::string>> streams;              // where all references are there
  std::vector<std::vector<std::string>> sentence_references;  // without those that are missing
  int references = 0;                                         // for the signature
};

Corpus corpus_of(const json& test_case) {
  Corpus corpus;
  corpus.hypotheses = test_case["hypotheses"].get<std::vector<std::string>>();
  corpus.sentence_references.resize(corpus.hypotheses.size());
  bool complete = true;
  for (const json& stream : test_case["references"]) {
    for (std::size_t i = 0; i < stream.size(); ++i) {
      complete = complete && !stream[i].is_null();
      if (!stream[i].is_null()) corpus.sentence_references[i].push_back(stream[i].get<std::string>());
    }
  }
  if (complete) corpus.streams = test_case["references"].get<std::vector<std::vector<std::string>>>();
  std::set<std::size_t> counts;
  for (const auto& references : corpus.sentence_references) counts.insert(references.size());
  corpus.references = counts.size() == 1 ? static_cast<int>(*counts.begin()) : kVaryingReferences;
  return corpus;
}

BleuScore score_by_sentence(const Bleu& bleu, const Corpus& corpus) {
  BleuStatistics sum;
  for (std::size_t i = 0; i < corpus.hypotheses.size(); ++i) {
    const std::vector<std::string_view> references(corpus.sentence_references[i].begin(),
                                                   corpus.sentence_references[i].end());
    sum += bleu.statistics(corpus.hypotheses[i], references);
  }
  return bleu.score(sum);
}

std::string with_our_version(std::string text) {
  const std::string mark = "@VERSION@";
  for (std::size_t at = 0; (at = text.find(mark, at)) != std::string::npos;) {
    text.replace(at, mark.size(), signature_version());
  }
  return text;
}

// Compares every line of bleu_golden.json byte for byte.
TEST(Bleu, PrintsWhatSacreBleuPrints) {
  std::ifstream file(DRAGOMAN_FIXTURES "/bleu_golden.json");
  ASSERT_TRUE(file) << "cannot open " DRAGOMAN_FIXTURES "/bleu_golden.json";
  const json golden = json::parse(file);
  int lines = 0, objects = 0;
  for (const json& test_case : golden["cases"]) {
    SCOPED_TRACE(test_case["name"].get<std::string>());
    const Corpus corpus = corpus_of(test_case);
    for (const json& result : test_case["results"]) {
      const Bleu bleu(options_of(result));
      const int width = result["width"];
      const std::string expected = with_our_version(result["text"]);
      ++lines;
      const ScoreReport report = bleu.report(score_by_sentence(bleu, corpus), corpus.references);
      EXPECT_EQ(format_text(report, width), expected);
      EXPECT_EQ("BLEU|" + bleu.signature(corpus.references), expected.substr(0, expected.find(" = ")));
      if (!corpus.streams.empty()) {
        const BleuScore score = bleu.corpus_score(corpus.hypotheses, corpus.streams);
        EXPECT_EQ(format_text(bleu.report(score, corpus.references), width), expected);
      }
      if (result.contains("json")) {
        ++objects;
        EXPECT_EQ(format_json(report, width), with_our_version(result["json"]));
      }
    }
  }
  EXPECT_GE(lines, 1800);
  EXPECT_GE(objects, 150);
}

}  // namespace
}  // namespace dragoman
