#include "decoding/alignment/coverage.h"

#include "tests/decoding/transformer_translator.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::ThrowsMessage;

TEST(Coverage, IsThatOfNumPy) {
  std::ifstream file(std::string(DRAGOMAN_FIXTURES) + "/coverage_golden.json");
  const auto cases = nlohmann::json::parse(file);
  ASSERT_THAT(cases, SizeIs(4));
  for (const auto& one : cases) {
    std::vector<float> values;
    for (const auto& row : one["weights"]) {
      for (const float weight : row) values.push_back(weight);
    }
    const std::int64_t rows = std::ssize(one["weights"]);
    EXPECT_NEAR(coverage_of(at::tensor(values).view({rows, -1})), one["coverage"].get<double>(), 1e-6);
  }
}

TEST(Coverage, IsANumberWhereNothingIsLookedAt) {
  EXPECT_NEAR(coverage_of(at::tensor({1.0F, 0.0F, 1.0F, 0.0F}).view({2, 2})), std::log(1e-6), 1e-6);
  EXPECT_EQ(coverage_of(at::ones({3, 2})), 0.0);
}

TranslatorOptions coverage_options(double penalty, int n_best = 6) {
  TranslatorOptions options;
  options.search.beam_size = 6;
  options.search.n_best = n_best;
  options.search.max_length = 14;
  options.coverage_penalty = penalty;
  return options;
}

Translation translate_with(const TranslatorOptions& options, const SourceLine& line) {
  LineReport report({});
  return transformer_translator(options).translate(std::vector<SourceLine>{line}, report).front();
}

// By LibTorch's operators, from the maps that the command `attention` shows.
double coverage_by_maps(const Translator& translator, const std::string& source, const Translation::Output& output) {
  const std::shared_ptr<const Engine> engine(std::shared_ptr<const Engine>(), &translator.engine());
  const TextFrame frame = text_frame(engine->config(), {});
  const AttentionReader reader(engine, frame, {});
  const std::vector<std::int32_t> source_ids = engine->tokenizers().source.encode(source), ids = ids_of(output);
  const std::vector<AttentionReader::Ids> sources{source_ids}, targets{ids};
  double coverage = 0;
  const auto is_cross = [](const AttentionSite& site) { return site.kind == AttentionSite::Kind::cross; };
  reader.read(sources, targets, is_cross, [&](std::size_t, std::span<const AttentionMap> maps) {
    const at::Tensor weights = maps[static_cast<std::size_t>(usual_layer(static_cast<int>(maps.size())))].weights;
    const at::Tensor sums = weights.to(at::kDouble).mean(0).sum(0).narrow(0, 0, std::ssize(source_ids));
    coverage = sums.clamp(1e-6, 1).log().sum().item<double>();
  });
  return coverage;
}

TEST(Coverage, IsAddedToTheScoresOfWhatIsFound) {
  for (const std::string& text : sample_sentences(6)) {
    const Translation plain = translate_with(coverage_options(0), {text});
    const Translation ranked = translate_with(coverage_options(0.7), {text});
    ASSERT_EQ(ranked.outputs.size(), plain.outputs.size());
    EXPECT_TRUE(std::ranges::is_sorted(ranked.outputs, std::ranges::greater(), &Translation::Output::score));
    for (const Translation::Output& output : ranked.outputs) {
      const auto same = std::ranges::find_if(
          plain.outputs, [&](const Translation::Output& other) { return ids_of(other) == ids_of(output); });
      ASSERT_NE(same, plain.outputs.end());
      const double coverage = coverage_by_maps(transformer_translator(coverage_options(0)), text, output);
      EXPECT_NEAR(output.coverage, 0.7 * coverage, 1e-4);
      EXPECT_NEAR(output.score, same->score + 0.7 * coverage, 1e-4);
    }
    const Translation best = translate_with(coverage_options(0.7, 1), {text});
    ASSERT_THAT(best.outputs, SizeIs(1));
    EXPECT_EQ(best.outputs[0].text, ranked.outputs[0].text) << "it is chosen among all beams";
  }
}

TEST(Coverage, OfSeveralSentencesIsTheSum) {
  TranslatorOptions options = coverage_options(0.5, 1);
  options.split_sentences = SentenceSplitting::on;
  const auto whole = translate_with(options, {"The dog sees. A cat waits."}).outputs.front();
  double coverage = 0;
  for (const char* sentence : {"The dog sees.", "A cat waits."})
    coverage += translate_with(options, {sentence}).outputs.front().coverage;
  EXPECT_LT(coverage, 0);
  EXPECT_NEAR(whole.coverage, coverage, 1e-5);
  EXPECT_NEAR(whole.score, whole.log_prob / static_cast<double>(whole.tokens.size()) + coverage, 1e-5);
}

TEST(Coverage, LeavesTermsWhereTheyAre) {
  const SourceLine line{"the dog sees.", 1, "", {{"dog", {"green river"}}}};
  const Translation found = translate_with(coverage_options(50, 1), line);
  EXPECT_EQ(found.terms_found, std::vector<bool>{true}) << found.outputs.front().text;
}

TEST(Coverage, IsRefusedOfWhatIsDrawnAndOfModelsWithoutAttention) {
  TranslatorOptions options = coverage_options(1);
  options.sampling.emplace();
  EXPECT_THAT([&] { options.validate(); }, ThrowsMessage<std::invalid_argument>(HasSubstr("--coverage-penalty")));
  Copier copier;
  copier.options = coverage_options(1);
  EXPECT_ANY_THROW(copier.translator().translate(std::vector<std::string>{"the dog."}));
}

}  // namespace
}  // namespace dragoman
