#include "decoding/engine/engine.h"

#include "decoding/engine/translator.h"
#include "decoding/scoring/forced_scorer.h"
#include "model/architecture.h"
#include "tests/decoding/copier.h"
#include "tests/decoding/sample_sentences.h"

#include <ATen/ATen.h>

#include <atomic>
#include <chrono>
#include <future>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stop_token>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::Property;
using ::testing::Throws;

std::shared_ptr<const Engine> transformer_engine(int threads) {
  const auto model = create_model(small_config(), 11);
  prepare_for_inference(*model);
  return engine_of(model, small_config(), threads);
}

// Everything of each line's translation that a search decides.
std::vector<std::vector<std::pair<std::string, double>>> outcome(const std::shared_ptr<const Engine>& engine,
                                                                 const TranslatorOptions& options) {
  std::vector<std::vector<std::pair<std::string, double>>> lines;
  for (const Translation& translation : Translator(engine, options).translate(sample_sentences(30))) {
    auto& line = lines.emplace_back();
    for (const Translation::Output& output : translation.outputs) line.emplace_back(output.text, output.log_prob);
  }
  return lines;
}

TEST(Engine, ServesManyThreadsEachWithOptionsOfItsOwn) {
  const auto engine = transformer_engine(3);
  std::vector<TranslatorOptions> all(4);
  all[0].search.beam_size = 1;
  all[1].search.n_best = all[1].search.beam_size = 3;
  all[2].search.max_length = 5;
  all[2].batch_size = 4;
  all[3].search.length_penalty = 0;
  all[3].batch_tokens = 64;
  for (TranslatorOptions& options : all) options.search.max_length_extra = 5;
  std::vector<decltype(outcome(engine, all[0]))> alone;
  for (const TranslatorOptions& options : all) alone.push_back(outcome(engine, options));
  EXPECT_NE(alone[0], alone[2]);

  std::vector<std::future<decltype(outcome(engine, all[0]))>> together;
  for (int round = 0; round < 3; ++round) {
    for (const TranslatorOptions& options : all)
      together.push_back(std::async(std::launch::async, [&] { return outcome(engine, options); }));
  }
  for (std::size_t i = 0; i < together.size(); ++i) EXPECT_EQ(together[i].get(), alone[i % all.size()]) << i;
}

TEST(Engine, ScoresWhileItTranslates) {
  const auto engine = transformer_engine(2);
  const std::vector<std::string> sources = sample_sentences(20), targets = sample_sentences(20);
  const auto scores = [&] {
    LineReport report({});
    std::vector<double> values;
    for (const auto& output : ForcedScorer(engine, {}).score(sources, targets, 1, report))
      values.push_back(output.log_prob);
    return values;
  };
  const auto alone = scores();
  auto translated = std::async(std::launch::async, [&] { return outcome(engine, {}); });
  for (int round = 0; round < 5; ++round) EXPECT_EQ(scores(), alone);
  EXPECT_EQ(translated.get(), outcome(engine, {}));
}

// Its third step is when somebody loses interest.
class LastingModel : public CopyModel {
 public:
  using CopyModel::CopyModel;

  at::Tensor step(const Pass& pass, DecoderState& state, const at::Tensor& previous) const override {
    if (++steps == 3) source.request_stop();
    return CopyModel::step(pass, state, previous);
  }

  mutable std::atomic<int> steps{0};
  mutable std::stop_source source;
};

TEST(Engine, ACallEndsAtTheNextStepWhenItIsStopped) {
  const auto model = std::make_shared<LastingModel>(sample_tokenizer().vocabulary_size());
  model->eval();
  const auto engine = engine_of(model, small_config());
  TranslatorOptions options;
  options.search.min_length = options.search.max_length = 200;
  const Translator translator(engine, options);
  const std::vector<std::string> lines = sample_sentences(8);
  EXPECT_THAT([&] { translator.translate(lines, 1, {}, {model->source.get_token()}); },
              Throws<Interrupted>(Property(&Interrupted::reason, Interrupted::Reason::stopped)));
  EXPECT_EQ(model->steps, 3);
  EXPECT_EQ(translator.translate(lines).size(), lines.size()) << "the engine serves on";
}

TEST(Engine, ACallWhoseTimeIsOverNeverReachesTheModel) {
  const Copier copier;
  const std::vector<std::string> lines = sample_sentences(8);
  EXPECT_THAT(
      [&] {
        copier.translator().translate(lines, 1, {}, {{}, std::chrono::steady_clock::now()});
      },
      Throws<Interrupted>(Property(&Interrupted::reason, Interrupted::Reason::deadline)));
  EXPECT_EQ(copier.model->sentences(), 0);
}

}  // namespace
}  // namespace dragoman
