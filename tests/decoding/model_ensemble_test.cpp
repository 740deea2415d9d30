#include "decoding/engine/model_ensemble.h"

#include "tests/decoding/transformer_translator.h"

#include <algorithm>
#include <cstdint>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

// A small Transformer with random weights, which has clear preferences.
std::shared_ptr<const Seq2SeqModel> model_with(std::uint64_t seed, const ModelConfig& config = small_config()) {
  auto model = create_model(config, seed);
  const at::NoGradGuard no_grad;
  for (at::Tensor& parameter : model->parameters()) {
    if (parameter.dim() > 1) parameter.mul_(2.0);
  }
  prepare_for_inference(*model);
  return model;
}

std::shared_ptr<const Engine> engine_with(std::uint64_t seed, int threads = 1,
                                          const ModelConfig& config = small_config()) {
  return engine_of(model_with(seed, config), config, threads);
}

TranslatorOptions short_search() {
  TranslatorOptions options;
  options.search.n_best = 3;
  options.search.max_length = 15;
  return options;
}

TEST(ModelEnsemble, AModelBesideItselfIsItself) {
  const std::vector<std::string> lines = sample_sentences(20);
  const auto engine = engine_with(3);
  const auto alone = Translator(engine, short_search()).translate(lines);
  for (const EnsembleMean mean : {EnsembleMean::kLogProbabilities, EnsembleMean::kProbabilities}) {
    TranslatorOptions options = short_search();
    options.ensemble = {mean, {2, 1}};
    expect_same(Translator(std::vector{engine, engine}, options).translate(lines), alone, "twice");
  }
}

// Wider than the first, of other depth, with another beginning of translations.
TEST(ModelEnsemble, ModelsOfOtherFormsSearchTogetherInAnyBatchAndOrder) {
  std::vector<std::string> lines = sample_sentences(24);
  ModelConfig other = small_config();
  other.width = 48;
  other.decoder_layers = 1;
  other.start_token = other.special_ids.eos;
  const auto translate = [&](TranslatorOptions options, int threads) {
    return Translator(std::vector{engine_with(3, threads), engine_with(4, threads, other)}, options).translate(lines);
  };
  for (const bool drawn : {false, true}) {
    TranslatorOptions options = short_search();
    if (drawn) {
      options.search.beam_size = 3;
      options.sampling = SamplingOptions{.temperature = 1.5};
    }
    const auto expected = translate(options, 1);
    const auto first = Translator(engine_with(3), options).translate(lines);
    EXPECT_NE(best_texts(expected), best_texts(first));
    std::ranges::reverse(lines);
    options.batch_size = 1;
    auto found = translate(options, 2);
    std::ranges::reverse(found);
    std::ranges::reverse(lines);
    expect_same(found, expected, "in another order");
  }
}

TEST(ModelEnsemble, TheShortlistOfTheFirstIsForAll) {
  const std::vector<std::string> lines = sample_sentences(12);
  const std::int32_t vocabulary = sample_tokenizer().vocabulary_size(), eos = sample_tokenizer().special_ids().eos;
  std::vector<std::int32_t> always;
  for (std::int32_t id = eos; id < vocabulary; id += id == eos ? 5 - eos : 3) always.push_back(id);
  const Shortlist shortlist(always, std::vector<std::int64_t>(static_cast<std::size_t>(vocabulary) + 1, 0), {}, false);
  const auto listed = std::make_shared<const Engine>(model_with(3), small_config(), sample_tokenizers(),
                                                     std::make_shared<const Workers>(1, torch::kCPU), shortlist);
  for (const Translation& translation :
       Translator(std::vector{listed, engine_with(4)}, short_search()).translate(lines)) {
    for (const std::int32_t id : ids_of(translation.outputs.front()))
      EXPECT_TRUE(std::ranges::binary_search(always, id)) << id;
  }
}

TEST(ModelEnsemble, SaysWhatDoesNotFit) {
  const auto engine = engine_with(3);
  EXPECT_EQ(ensemble_obstacle(*engine, *engine_with(4)), std::nullopt);
  const std::vector<std::string> lines = sample_sentences(200);
  const std::vector<std::string>* texts[] = {&lines};
  TokenizerOptions of_pieces;
  of_pieces.vocabulary_size = small_config().source_vocabulary;
  const Tokenizer other = train_tokenizer(texts, of_pieces, 1, {});
  const auto with = [&](const Tokenizer& source, const Tokenizer& target) {
    return engine_of(model_with(4), small_config(), 1, {source, target});
  };
  const auto reads = with(other, sample_tokenizer()), writes = with(sample_tokenizer(), other);
  EXPECT_EQ(ensemble_obstacle(*engine, *reads), "their source vocabularies differ");
  EXPECT_EQ(ensemble_obstacle(*engine, *writes), "their target vocabularies differ");
  EXPECT_THAT(
      [&] {
        Translator(std::vector{engine, writes}, {});
      },
      ThrowsMessage<std::invalid_argument>(HasSubstr("their target vocabularies differ")));
  ModelConfig last_first = small_config();
  last_first.target_order = TokenOrder::right_to_left;
  EXPECT_EQ(ensemble_obstacle(*engine, *engine_with(4, 1, last_first)),
            "one makes translations left-to-right, the other right-to-left");
  ModelConfig language_model = small_config();
  language_model.architecture = "language-model";
  EXPECT_EQ(ensemble_obstacle(*engine, *engine_with(4, 1, language_model)), "one of them is a language model");
  EXPECT_THAT([&] { Translator(engine_with(4, 1, language_model), {}); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("translates nothing")));
  TranslatorOptions weighted;
  weighted.ensemble.weights = {1, 2, 3};
  EXPECT_THAT(
      [&] {
        Translator(std::vector{engine, engine}, weighted);
      },
      ThrowsMessage<std::invalid_argument>(HasSubstr("--weights are 3, but there are 2 models")));
}

}  // namespace
}  // namespace dragoman
