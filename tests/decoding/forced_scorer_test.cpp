#include "decoding/forced_scorer.h"

#include "model/architecture.h"
#include "tests/decoding/sample_model.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

ForcedScorer scorer_of(const std::shared_ptr<Seq2SeqModel>& model, const ModelConfig& config,
                       const TranslatorOptions& options = {}) {
  return {model, config, sample_tokenizers(), options};
}

std::shared_ptr<Seq2SeqModel> made(const ModelConfig& config) {
  auto model = create_model(config, 11);
  prepare_for_inference(*model);
  return model;
}

// log P(target | source), one sentence alone, by the plain operators.
std::vector<float> by_definition(Seq2SeqModel& model, const ModelConfig& config, const std::string& source,
                                 const std::string& target) {
  const at::NoGradGuard no_grad;
  const auto ids = [&](const std::string& text, bool with_start) {
    const std::vector<std::int32_t> pieces = sample_tokenizer().encode(text);
    std::vector<std::int64_t> ids(pieces.begin(), pieces.end());
    if (with_start) ids.insert(ids.begin(), config.start_token);
    if (!with_start) ids.push_back(config.special_ids.eos);
    return at::tensor(ids);
  };
  const at::Tensor from = ids(source, false).unsqueeze(0), wanted = ids(target, false);
  const Memory memory = model.encode(from, at::tensor({from.size(1)}));
  const at::Tensor states = model.decode(memory, ids(target, true).unsqueeze(0)).squeeze(0);
  const at::Tensor log_probs = at::log_softmax(at::linear(states, model.output_layer().weight), 1);
  const at::Tensor chosen = log_probs.gather(1, wanted.unsqueeze(1)).squeeze(1).contiguous();
  return {chosen.const_data_ptr<float>(), chosen.const_data_ptr<float>() + chosen.numel()};
}

TEST(ForcedScorer, EveryTokenHasTheModelsProbability) {
  const ModelConfig config = small_config();
  const auto model = made(config);
  std::vector<std::string> sources = sample_sentences(40), targets = sample_sentences(40);
  std::reverse(targets.begin(), targets.end());
  sources[3] = targets[5] = "";
  TranslatorOptions options;
  options.threads = 2;
  options.batch_size = 7;
  options.search.length_penalty = 0.5;
  const auto scored = scorer_of(model, config, options).score(sources, targets);
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

TEST(ForcedScorer, ASearchGivesItsTokensTheSameScores) {
  const ModelConfig config = small_config();
  const auto model = made(config);
  TranslatorOptions options;
  options.search.max_length = 8;
  options.search.allow_unk = false;
  const std::vector<std::string> sources = sample_sentences(30);
  const auto found = Translator(model, config, {sample_tokenizer(), sample_tokenizer()}, options).translate(sources);
  std::vector<std::string> targets;
  for (const Translation& translation : found) targets.push_back(translation.outputs.front().text);
  const auto scored = scorer_of(model, config, options).score(sources, targets);
  int compared = 0;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    // Another segmentation of the same text is another sequence; and a cut one has no end.
    const auto& tokens = found[i].outputs.front().tokens;
    for (std::size_t k = 0; k < tokens.size() && tokens[k].id == scored[i].tokens[k].id; ++k, ++compared)
      EXPECT_NEAR(scored[i].tokens[k].log_prob, tokens[k].log_prob, 1e-4);
  }
  EXPECT_GT(compared, 30);
}

TEST(ForcedScorer, APairMayFillTheLearnedPositions) {
  ModelConfig config = small_config();
  config.positions = "learned";
  config.max_positions = 23;
  const std::vector<std::string> lines{"the old dog sees a small cat"};
  const auto scored = scorer_of(made(config), config).score(lines, lines);
  EXPECT_EQ(scored[0].tokens.size(), 23U);
}

TEST(ForcedScorer, RefusesWhatIsLongerThanTheLearnedPositions) {
  ModelConfig config = small_config();
  config.positions = "learned";
  config.max_positions = 4;
  const ForcedScorer scorer = scorer_of(made(config), config);
  const std::vector<std::string> one{"the old dog sees a small cat"}, other{"a"};
  EXPECT_THAT([&] { scorer.score(one, other, 7); },
              ThrowsMessage<std::runtime_error>(HasSubstr("line 7: 23 tokens are more than the 4 positions")));
  EXPECT_THROW(scorer.score(one, {}), std::invalid_argument);
}

}  // namespace
}  // namespace dragoman
