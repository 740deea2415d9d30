#include "decoding/scoring/forced_scorer.h"

#include "formats/model_config_json.h"
#include "model/architecture.h"
#include "tests/decoding/sample_engine.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

ForcedScorer scorer_of(const std::shared_ptr<Seq2SeqModel>& model, const ModelConfig& config,
                       const TranslatorOptions& options = {}) {
  return {engine_of(model, config, 2), options};
}

std::vector<Translation::Output> score(const ForcedScorer& scorer, const std::vector<std::string>& sources,
                                       const std::vector<std::string>& targets, const Notice& notice = {}) {
  LineReport report(notice);
  auto outputs = scorer.score(sources, targets, 1, report);
  report.finish();
  return outputs;
}

std::shared_ptr<Seq2SeqModel> made(const ModelConfig& config) {
  auto model = create_model(config, 11);
  prepare_for_inference(*model);
  return model;
}

const LanguagePair kLanguages = {"en", "de"};

// Of a model of several languages, as NLLB of old has them, and besides a token that all targets begin with.
ModelConfig multilingual_config() {
  ModelConfig config = small_config();
  TextTemplate& form = config.text_template;
  form.source_behind = {TextTemplate::kEnd, TextTemplate::kSourceLang};
  form.target_before = {9, TextTemplate::kTargetLang};
  form.languages = {{"en", 20}, {"de", 21}};
  return config;
}

// One of each kind of decoder.
std::vector<ModelConfig> different_configs() {
  std::vector<ModelConfig> configs(8, small_config());
  configs[1].architecture = "rnn";
  configs[2].architecture = "conv";
  configs[3].decoder_self_attention = "ssru";
  configs[4].decoder_self_attention = "average";
  configs[5].positions = "rotary";
  configs[6].tied_embeddings = TiedEmbeddings::none;
  configs[7] = multilingual_config();
  return configs;
}

// log P(target | source), one sentence alone, by the plain operators.
std::vector<float> by_definition(Seq2SeqModel& model, const ModelConfig& config, const std::string& source,
                                 const std::string& target) {
  const at::NoGradGuard no_grad;
  using Ids = std::vector<std::int32_t>;
  const auto ids = [&](const Ids& before, const std::string& text, const Ids& behind) {
    std::vector<std::int64_t> ids;
    for (const Ids& part : {before, sample_tokenizer().encode(text), behind})
      ids.insert(ids.end(), part.begin(), part.end());
    return at::tensor(ids);
  };
  const TextFrame frame = text_frame(config, kLanguages);
  const at::Tensor from = ids(frame.source_before, source, frame.source_behind).unsqueeze(0),
                   wanted = ids({}, target, {frame.end}), read = ids(frame.target_before, target, {});
  const Memory memory = model.encode({}, from, at::tensor({from.size(1)}));
  const at::Tensor states = model.decode({}, memory, read.unsqueeze(0)).squeeze(0).slice(0, -wanted.size(0));
  const at::Tensor log_probs = at::log_softmax(at::linear(states, model.output_layer().weight), 1);
  const at::Tensor chosen = log_probs.gather(1, wanted.unsqueeze(1)).squeeze(1).contiguous();
  return {chosen.const_data_ptr<float>(), chosen.const_data_ptr<float>() + chosen.numel()};
}

class ForcedScorerOf : public testing::TestWithParam<ModelConfig> {};

TEST_P(ForcedScorerOf, EveryTokenHasTheModelsProbability) {
  const ModelConfig& config = GetParam();
  const auto model = made(config);
  std::vector<std::string> sources = sample_sentences(40), targets = sample_sentences(40);
  std::reverse(targets.begin(), targets.end());
  sources[3] = targets[5] = "";
  TranslatorOptions options;
  options.languages = kLanguages;
  options.batch_size = 7;
  options.search.length_penalty = 0.5;
  const auto scored = score(scorer_of(model, config, options), sources, targets);
  ASSERT_EQ(scored.size(), sources.size());
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const std::vector<float> expected = by_definition(*model, config, sources[i], targets[i]);
    ASSERT_EQ(scored[i].tokens.size(), expected.size());
    double sum = 0;
    for (std::size_t k = 0; k < expected.size(); ++k) {
      EXPECT_NEAR(scored[i].tokens[k].log_prob, expected[k], 1e-4);
      sum += scored[i].tokens[k].log_prob;
    }
    EXPECT_EQ(scored[i].text, targets[i]);
    EXPECT_EQ(scored[i].tokens.back().id, config.special_ids.eos);
    EXPECT_NEAR(scored[i].log_prob, sum, 1e-6);
    EXPECT_NEAR(scored[i].score, sum / std::sqrt(static_cast<double>(expected.size())), 1e-6);
  }
}

TEST_P(ForcedScorerOf, ASearchGivesItsTokensTheSameScores) {
  const ModelConfig& config = GetParam();
  const auto model = made(config);
  TranslatorOptions options;
  options.languages = kLanguages;
  options.search.max_length = 8;
  options.search.allow_unk = false;
  const std::vector<std::string> sources = sample_sentences(30);
  const auto found = Translator(engine_of(model, config, 2), options).translate(sources);
  std::vector<std::string> targets;
  for (const Translation& translation : found) targets.push_back(translation.outputs.front().text);
  const auto scored = score(scorer_of(model, config, options), sources, targets);
  int compared = 0;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    // Another segmentation of the same text is another sequence; and a cut one has no end.
    const auto& tokens = found[i].outputs.front().tokens;
    for (std::size_t k = 0; k < tokens.size() && tokens[k].id == scored[i].tokens[k].id; ++k, ++compared)
      EXPECT_NEAR(scored[i].tokens[k].log_prob, tokens[k].log_prob, 1e-4);
  }
  EXPECT_GT(compared, 30);
}

INSTANTIATE_TEST_SUITE_P(, ForcedScorerOf, testing::Values(small_config(), multilingual_config()),
                         [](const auto& info) { return info.index == 0 ? "OnePair" : "SeveralLanguages"; });

// Whatever is rounded, a target has the score that the search found it with.
TEST(ForcedScorer, InRoundedTypesTheScoresAreThoseOfTheSearchToTheLastBit) {
  for (const WeightType type : {WeightType::int8, WeightType::bf16}) {
    if (!is_fast(type, torch::kCPU)) continue;
    for (const ModelConfig& config : different_configs()) {
      SCOPED_TRACE(to_json(config));
      auto model = create_model(config, 11);
      prepare_for_inference(*model, type);
      TranslatorOptions options;
      options.languages = kLanguages;
      options.search.max_length = 40;
      options.search.beam_size = 3;
      const std::vector<std::string> sources = sample_sentences(12);
      const auto found = Translator(engine_of(model, config, 2), options).translate(sources);
      std::vector<std::string> targets;
      for (const Translation& translation : found) targets.push_back(translation.outputs.front().text);
      options.batch_size = 5;
      const auto scored = score(scorer_of(model, config, options), sources, targets);
      int compared = 0;
      for (std::size_t i = 0; i < sources.size(); ++i) {
        const auto& tokens = found[i].outputs.front().tokens;
        for (std::size_t k = 0; k < tokens.size() && tokens[k].id == scored[i].tokens[k].id; ++k, ++compared)
          EXPECT_EQ(scored[i].tokens[k].log_prob, tokens[k].log_prob) << i << " " << k;
      }
      EXPECT_GT(compared, 30);
    }
  }
}

TEST(ForcedScorer, APairMayFillTheLearnedPositions) {
  ModelConfig config = small_config();
  config.positions = "learned";
  config.max_positions = 23;
  const std::vector<std::string> lines{"the old dog sees a small cat"};
  const auto scored = score(scorer_of(made(config), config), lines, lines);
  EXPECT_EQ(scored[0].tokens.size(), 23U);
}

TEST(ForcedScorer, WhatIsTooLongHasNoScoreAndStopsNothing) {
  ModelConfig config = small_config();
  const std::vector<std::string> sources{"a", "the old dog sees a small cat", "a cat", "a"};
  const std::vector<std::string> targets{"a", "a", "the old dog sees a small cat", "a"};
  const auto expect = [&](const ForcedScorer& scorer, const std::string& limit) {
    std::vector<std::string> notices;
    const auto scored = score(scorer, sources, targets, [&](const std::string& text) { notices.push_back(text); });
    for (const std::size_t i : {1, 2}) {
      EXPECT_TRUE(std::isnan(scored[i].score) && std::isnan(scored[i].log_prob));
      EXPECT_THAT(scored[i].tokens, IsEmpty());
    }
    EXPECT_LT(scored[0].score, 0);
    EXPECT_EQ(scored[0].score, scored[3].score);
    EXPECT_THAT(notices, ElementsAre("2 pairs have no score, where a side is longer than " + limit +
                                     " tokens (--max-length): lines 2, 3"));
  };
  expect({engine_of(made(config), config), {}, 21}, "21");
  config.positions = "learned";
  config.max_positions = 21;  // of which the end of the sentence has one
  expect(scorer_of(made(config), config), "20");
  EXPECT_THROW(score(scorer_of(made(config), config), sources, {}), std::invalid_argument);
  EXPECT_THROW(ForcedScorer(engine_of(made(config), config), {}, 0), std::invalid_argument);
}

TEST(ForcedScorer, ABlankLineIsAnEmptyOne) {
  const ModelConfig config = small_config();
  const auto scored = score(scorer_of(made(config), config), {"a cat", "a cat", "", "\u00ad", "\u200d "},
                            {"", "\u00ad \u200d", "a", "a", ""});
  EXPECT_THAT(scored[0].tokens, SizeIs(1));
  EXPECT_EQ(scored[0].score, scored[1].score);
  EXPECT_EQ(scored[2].score, scored[3].score);
  EXPECT_THAT(scored[4].tokens, IsEmpty());
  EXPECT_EQ(scored[4].score, 0);
}

TEST(ForcedScorer, PairsOfAsManySentencesAreScoredSentenceBySentence) {
  const ModelConfig config = small_config();
  const auto model = made(config);
  TranslatorOptions options;
  options.split_sentences = SentenceSplitting::on;
  const std::string source = "a cat sings. My son waits.", target = "the dog waits. A cat.";
  const std::vector<std::string> sources{source, source, "a cat sings.", "My son waits."};
  const std::vector<std::string> targets{target, "a cat waits", "the dog waits.", "A cat."};
  const auto split = score(scorer_of(model, config, options), sources, targets);
  EXPECT_NEAR(split[0].log_prob, split[2].log_prob + split[3].log_prob, 1e-4);
  EXPECT_EQ(split[0].tokens.size(), split[2].tokens.size() + split[3].tokens.size());
  EXPECT_NEAR(split[0].score, split[0].log_prob / static_cast<double>(split[0].tokens.size()), 1e-6);
  EXPECT_EQ(split[0].text, target);

  const auto whole = score(scorer_of(model, config), sources, targets);
  EXPECT_EQ(whole[0].tokens.size() + 1, split[0].tokens.size()) << "one end rather than two";
  EXPECT_NEAR(whole[1].log_prob, split[1].log_prob, 1e-4) << "there is no telling which sentence is which";
}

}  // namespace
}  // namespace dragoman
