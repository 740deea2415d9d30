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

std::string signature(const Bleu& bleu, int references) {
  return bleu.report(BleuScore(), references).signature.text();
}

TEST(Bleu, StatisticsOfASentence) {
  EXPECT_THAT(Bleu().statistics("The cat sat, the end.", Views{"The cat sat. The end."}),
              ElementsAre(7, 7, 5, 3, 1, 0, 7, 6, 5, 4));
}

TEST(Bleu, CountsNgramsUpToTheOrderAsked) {
  BleuOptions options;
  options.max_ngram_order = 2;
  const Bleu bleu(options);
  EXPECT_THAT(bleu.statistics("a b c", Views{"a b d"}), ElementsAre(3, 3, 2, 1, 3, 2));
  EXPECT_EQ(bleu.details(std::vector<double>{3, 3, 2, 1, 3, 2}).details(),
            "66.7/50.0 (BP = 1.000 ratio = 1.000 hyp_len = 3 ref_len = 3)");
}

TEST(Bleu, TakesTheClosestReferenceLengthAndTheShorterOnATie) {
  auto length = [](std::string_view hypothesis, const Views& references) {
    return Bleu().statistics(hypothesis, references)[1];
  };
  EXPECT_EQ(length("a b c d", {"a", "a b c d e", "a b c"}), 3);
  EXPECT_EQ(length("a b c d", {"a b c", "a b c d e"}), 3);
  EXPECT_EQ(length("a b c d", {"a b", "a b c d e"}), 5);
  EXPECT_EQ(length("a", {"a b c", ""}), 0);
}

TEST(Bleu, ScoreFollowsTheFormula) {
  const BleuScore score = Bleu().details(std::vector<double>{20, 25, 16, 10, 6, 3, 20, 19, 18, 17});
  const double mean = (std::log(16 / 20.0) + std::log(10 / 19.0) + std::log(6 / 18.0) + std::log(3 / 17.0)) / 4;
  EXPECT_NEAR(score.score, 100 * std::exp(1 - 25 / 20.0) * std::exp(mean), 1e-12);
  EXPECT_NEAR(score.brevity_penalty, std::exp(-0.25), 1e-15);
  EXPECT_DOUBLE_EQ(score.precisions[0], 80);
  EXPECT_DOUBLE_EQ(score.ratio(), 0.8);
}

TEST(Bleu, WordsOfASentencePieceModelAreItsPieces) {
  BleuOptions options;
  options.tokenizer = BleuTokenizer::kSpm;
  options.tokenizer_model = DRAGOMAN_FIXTURES "/foreign_default.model";
  const Bleu bleu(options);
  const Tokenizer pieces = Tokenizer::load(options.tokenizer_model);
  const std::string sentence = "Ein Hund läuft 走";
  const auto statistics = bleu.statistics(sentence, Views{sentence});
  EXPECT_EQ(statistics[0], static_cast<double>(pieces.encode(sentence).size()));
  EXPECT_EQ(statistics[2], statistics[0]);
  EXPECT_EQ(bleu.statistics("走", Views{"跑"})[2], bleu.statistics("走", Views{""})[2] + 1);  // "▁", not the unknown
  EXPECT_THAT(signature(bleu, 1), HasSubstr("|tok:foreign_default|"));
}

TEST(Bleu, SignatureNamesTheSettings) {
  EXPECT_EQ(signature(Bleu(), 1), "nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:" + signature_version());
  BleuOptions options;
  options.tokenizer = BleuTokenizer::kNone;
  options.lowercase = true;
  options.smoothing = BleuSmoothing::kFloor;
  options.effective_order = true;
  EXPECT_EQ(signature(Bleu(options), kVaryingReferences),
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
  options = {};
  options.max_ngram_order = 0;
  EXPECT_THROW(Bleu{options}, std::invalid_argument);
}

TEST(Bleu, RefusesAModelWhereNoneIsTakenAndNoneWhereOneIs) {
  BleuOptions options;
  options.tokenizer_model = "some.model";
  EXPECT_THROW(Bleu{options}, std::invalid_argument);
  options.tokenizer = BleuTokenizer::kSpm;
  EXPECT_THROW(Bleu{options}, std::runtime_error);  // there is no such file
  options.tokenizer_model = "";
  EXPECT_THROW(Bleu{options}, std::invalid_argument);
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

std::vector<double> sum_by_sentence(const Bleu& bleu, const Corpus& corpus) {
  std::vector<double> rows;
  for (std::size_t i = 0; i < corpus.hypotheses.size(); ++i) {
    const Views references(corpus.sentence_references[i].begin(), corpus.sentence_references[i].end());
    const auto row = bleu.statistics(corpus.hypotheses[i], references);
    rows.insert(rows.end(), row.begin(), row.end());
  }
  return sum_of_rows(bleu, rows);
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
      const ScoreReport report = bleu.report(sum_by_sentence(bleu, corpus), corpus.references);
      EXPECT_EQ(format_text(report, width), expected);
      EXPECT_EQ("BLEU|" + signature(bleu, corpus.references), expected.substr(0, expected.find(" = ")));
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
