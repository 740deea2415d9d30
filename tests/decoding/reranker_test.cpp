#include "decoding/scoring/reranker.h"

#include "tests/decoding/transformer_translator.h"

#include <ATen/ATen.h>

#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

std::shared_ptr<const Engine> judging_engine(std::uint64_t seed) {
  auto model = create_model(small_config(), seed);
  prepare_for_inference(*model);
  return engine_of(std::move(model), small_config());
}

Translation candidates_for_reranking(const std::vector<std::string>& texts) {
  Translation translation;
  for (const std::string& text : texts) {
    Translation::Output& output = translation.outputs.emplace_back();
    output.text = text;
    output.score = -static_cast<double>(translation.outputs.size());
    output.tokens.resize(text.size());
  }
  return translation;
}

std::vector<std::string> reranked_texts(const Translation& translation) {
  std::vector<std::string> texts;
  for (const Translation::Output& output : translation.outputs) texts.push_back(output.text);
  return texts;
}

const std::vector<std::string> kLines = {"the old dog", "a small cat sings"};

std::vector<Translation> translations() {
  return {candidates_for_reranking({"the dog", "the old tree", "the dog", "two birds"}),
          candidates_for_reranking({"a cat"})};
}

TEST(Reranker, FeaturesAreWhatSearchLengthAndModelsSay) {
  const ForcedScorer forward(judging_engine(1), {}), reverse(judging_engine(2), {});
  const Reranker reranker({{forward, ScoringDirection::forward}, {reverse, ScoringDirection::reverse}});
  const auto features = reranker.features(kLines, translations());
  ASSERT_THAT(features, SizeIs(2));
  ASSERT_THAT(features[0], SizeIs(4));
  EXPECT_EQ(reranker.feature_count(), 4u);
  LineReport report({});
  const auto score = [&](const ForcedScorer& scorer, const std::string& source, const std::string& target) {
    return scorer.score(std::vector{source}, std::vector{target}, 1, report).front().score;
  };
  EXPECT_EQ(features[0][1][0], -2);
  EXPECT_EQ(features[0][1][Reranker::kLength], 12);
  EXPECT_NEAR(features[0][1][2], score(forward, kLines[0], "the old tree"), 1e-5);
  EXPECT_NEAR(features[0][1][3], score(reverse, "the old tree", kLines[0]), 1e-5);
  EXPECT_NEAR(features[1][0][3], score(reverse, "a cat", kLines[1]), 1e-5);
}

TEST(Reranker, ALanguageModelSeesTheTranslationAlone) {
  ModelConfig config = small_config();
  config.architecture = "language-model";
  auto model = create_model(config, 3);
  prepare_for_inference(*model);
  const ForcedScorer scorer(engine_of(std::move(model), config), {});
  const auto features = Reranker({{scorer, ScoringDirection::language_model}}).features(kLines, translations());
  LineReport report({});
  const auto alone = scorer.score(std::vector<std::string>{""}, std::vector<std::string>{"the old tree"}, 1, report);
  EXPECT_NEAR(features[0][1][2], alone.front().score, 1e-5);
  EXPECT_LT(alone.front().score, 0);
}

TEST(Reranker, TakesTheLargestSums) {
  const ForcedScorer reverse(judging_engine(2), {});
  const Reranker reranker({{reverse, ScoringDirection::reverse}});
  std::vector<Translation> as_found = translations();
  reranker.choose(kLines, as_found, std::vector<double>{1, 0, 0}, 9);
  EXPECT_THAT(reranked_texts(as_found[0]), ElementsAre("the dog", "the old tree", "two birds")) << "equal texts once";
  std::vector<Translation> longest = translations();
  reranker.choose(kLines, longest, std::vector<double>{0, 1, 0}, 2);
  EXPECT_THAT(reranked_texts(longest[0]), ElementsAre("the old tree", "two birds"));
  EXPECT_EQ(longest[0].outputs[0].score, 12);
  EXPECT_THAT(reranked_texts(longest[1]), ElementsAre("a cat"));

  std::vector<Translation> by_model = translations();
  reranker.choose(kLines, by_model, std::vector<double>{0, 0, 1}, 1);
  const auto features = reranker.features(kLines, translations());
  double best = -INFINITY;
  for (const std::vector<double>& of_output : features[0]) best = std::max(best, of_output[2]);
  EXPECT_NEAR(by_model[0].outputs.at(0).score, best, 1e-5);
}

// Likes targets whose tokens come as those of the source do, and is asked for all of them at once.
class CopyingJudge : public CopyModel {
 public:
  using CopyModel::CopyModel;

  at::Tensor decode(const Pass&, const Memory& memory, const at::Tensor& target) const override {
    const at::Tensor places = at::arange(target.size(1)).clamp_max(memory.states.size(1) - 1);
    return memory.states.index_select(1, places).contiguous();
  }
};

TEST(Reranker, AModelThatBeginsAtTheEndReadsTranslationsFromTheirEnd) {
  const Tokenizer words = Tokenizer::from_bytes("<unk>\n<pad>\n</s>\nthe\nold\ndog\nsees\n", "words");
  const auto model = std::make_shared<CopyingJudge>(words.vocabulary_size());
  model->eval();
  ModelConfig config = small_config();
  config.source_vocabulary = config.target_vocabulary = words.vocabulary_size();
  config.special_ids = words.special_ids();
  config.start_token = config.special_ids.start();
  const std::vector<std::string> lines = {"the old dog sees"};
  const auto chosen = [&](TokenOrder order) {
    config.target_order = order;
    const ForcedScorer scorer(engine_of(model, config, 1, {words, words.in_order(order)}), {});
    std::vector<Translation> found = {
        candidates_for_reranking({"dog old sees the", "the old dog sees", "sees dog old the"})};
    Reranker({{scorer, ScoringDirection::forward}}).choose(lines, found, std::vector<double>{0, 0, 1}, 1);
    return found[0].outputs.at(0);
  };
  EXPECT_EQ(chosen(TokenOrder::left_to_right).text, "the old dog sees");
  const Translation::Output best = chosen(TokenOrder::right_to_left);
  EXPECT_EQ(best.text, "sees dog old the");
  EXPECT_NEAR(best.score, 0, 0.01) << "each of its tokens is nearly certain";
}

TEST(Reranker, WhatAModelCannotReadHasTheLeastOfItsScores) {
  const ForcedScorer few_tokens(judging_engine(2), {}, 4);
  const Reranker reranker({{few_tokens, ScoringDirection::forward}});
  const std::vector<std::string> lines = {"the", "the old dog sees a small cat"};
  const auto features = reranker.features(
      lines, std::vector{candidates_for_reranking({"the", "the dog sees a tree under the green river", "a"}),
                         candidates_for_reranking({"a"})});
  EXPECT_EQ(features[0][1][2], std::min(features[0][0][2], features[0][2][2]));
  EXPECT_EQ(features[1][0][2], 0) << "its source is too long";
}

}  // namespace
}  // namespace dragoman
