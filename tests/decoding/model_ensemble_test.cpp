#include "decoding/engine/model_ensemble.h"

#include "decoding/engine/model_scorer.h"
#include "tests/decoding/transformer_translator.h"
#include "tokenizer/vocabulary.h"

#include <algorithm>
#include <cstdint>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
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

// The sample's pieces in the opposite order, behind the same special ones.
Tokenizer reordered_tokenizer() {
  const Tokenizer sample = sample_tokenizer();
  std::string vocabulary = "<pad>\n<s>\n</s>\n<unk>\n";
  for (std::int32_t id = sample.vocabulary_size() - 1; id >= 0; --id) {
    if (sample.is_text(id)) vocabulary += sample.piece(id) + "\n";
  }
  return Tokenizer::from_files({sample.files().front(), {std::string(kVocabularyFile), vocabulary}}, "reordered");
}

// Words of the sample, of which there are fewer tokens a sentence.
Tokenizer word_tokenizer() {
  std::string vocabulary = "<pad>\n<s>\n</s>\n<unk>\n";
  for (const char* const word : {"the", "old", "dog", "sees", "a", "small", "cat", "number", "river", "birds"})
    vocabulary += std::string(word) + "\n";
  return Tokenizer::from_bytes(vocabulary, "words");
}

ModelConfig config_reading(const Tokenizer& source) {
  ModelConfig config = small_config();
  config.tied_embeddings = TiedEmbeddings::target;
  config.source_vocabulary = source.vocabulary_size();
  return config;
}

std::shared_ptr<const Engine> engine_reading(const Tokenizer& source, std::uint64_t seed, int threads = 1) {
  const ModelConfig config = config_reading(source);
  return engine_of(model_with(seed, config), config, threads, {source, sample_tokenizer()});
}

// What computes of the reordered ids what engine_reading(sample_tokenizer(), seed) does of the sample's.
std::shared_ptr<const Engine> twin_of_reordered(std::uint64_t seed) {
  const Tokenizer sample = sample_tokenizer(), reordered = reordered_tokenizer();
  const ModelConfig config = config_reading(reordered);
  auto model = create_model(config, seed);
  const at::NoGradGuard no_grad;
  for (at::Tensor& parameter : model->parameters()) {
    if (parameter.dim() > 1) parameter.mul_(2.0);
  }
  at::Tensor& embedding = model->named_parameters()["source_embedding.weight"];
  const at::Tensor before = embedding.clone();
  std::map<std::string, std::int32_t> ids;
  for (std::int32_t id = 0; id < sample.vocabulary_size(); ++id) ids[sample.piece(id)] = id;
  for (std::int32_t id = 0; id < reordered.vocabulary_size(); ++id)
    embedding[id].copy_(before[ids.at(reordered.piece(id))]);
  prepare_for_inference(*model);
  return engine_of(model, config, 1, {reordered, sample});
}

TEST(ModelEnsemble, ATwinThatReadsByAnotherVocabularyIsItself) {
  const std::vector<std::string> lines = sample_sentences(20);
  const auto engine = engine_reading(sample_tokenizer(), 3), twin = twin_of_reordered(3);
  ASSERT_NE(sample_tokenizer().encode(lines[5]), reordered_tokenizer().encode(lines[5]));
  const auto alone = Translator(engine, short_search()).translate(lines);
  expect_same(Translator(twin, short_search()).translate(lines), alone, "the twin");
  expect_same(Translator(std::vector{engine, twin}, short_search()).translate(lines), alone, "both");
  expect_same(Translator(std::vector{engine, twin, engine, twin}, short_search()).translate(lines), alone, "all");
  TranslatorOptions in_parts = short_search();
  in_parts.max_source_length = 12;
  expect_same(Translator(std::vector{engine, twin}, in_parts).translate(lines),
              Translator(engine, in_parts).translate(lines), "of a cut line");
}

// Of models that read by one vocabulary or by two, whichever comes first.
TEST(ModelEnsemble, TheShortestLengthHoldsAndIsReported) {
  const std::vector<std::string> lines{"the old dog", "the old dog sees a small cat under the green tree and my son"};
  ModelConfig with_positions = config_reading(sample_tokenizer()),
              of_short_lines = config_reading(reordered_tokenizer());
  with_positions.positions = "learned";
  with_positions.max_positions = 13;
  of_short_lines.trained_on.source_length_p999 = 12;
  const auto whole = engine_reading(sample_tokenizer(), 3),
             in_parts = engine_of(model_with(3, with_positions), with_positions),
             unused_to_length = engine_of(model_with(3, of_short_lines), of_short_lines, 1,
                                          {reordered_tokenizer(), sample_tokenizer()});
  const auto notices_of = [&](const std::vector<std::shared_ptr<const Engine>>& engines) {
    std::vector<std::string> notices;
    Translator(engines, {}).translate(lines, 1, [&](const std::string& text) {
      if (text.find("longer than") != std::string::npos) notices.push_back(text);
    });
    return notices;
  };
  const auto positions =
      ElementsAre("line 2: longer than the 12 tokens that one of the models has positions for, translated in parts");
  const auto unusual = ElementsAre(
      "line 2: a sentence is longer than 99.9 % of those that one of the models has learned from (12 tokens); the "
      "translation may lack parts");
  EXPECT_THAT(notices_of({whole, whole}), IsEmpty());
  EXPECT_THAT(notices_of({whole, in_parts}), positions);
  EXPECT_THAT(notices_of({in_parts, whole}), positions);
  EXPECT_THAT(notices_of({whole, unused_to_length}), unusual);
  EXPECT_THAT(notices_of({unused_to_length, whole}), unusual);
  EXPECT_THAT(notices_of({unused_to_length, in_parts}), positions) << "its parts are usual";
}

// The mean over models that read otherwise, as a search of one's own has it.
TEST(ModelEnsemble, EachModelReadsByItsOwnVocabulary) {
  const std::vector<std::string> lines = sample_sentences(12);
  const std::vector<Tokenizer> sources = {sample_tokenizer(), word_tokenizer()};
  const std::vector<std::shared_ptr<const Engine>> engines = {engine_reading(sources[0], 3),
                                                              engine_reading(sources[1], 4)};
  const TranslatorOptions options = short_search();
  const auto found = Translator(engines, options).translate(lines);
  const c10::InferenceMode no_gradients;
  const TextFrame frame = text_frame(engines[0]->config());
  const ForbiddenIds forbidden({0, 1, 3});
  SearchOptions search = options.search;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::vector<std::unique_ptr<ModelScorer>> scorers;
    std::vector<StepScorer*> all;
    for (std::size_t k = 0; k < engines.size(); ++k) {
      const std::vector<std::int32_t> ids = sources[k].encode(lines[i]);
      const std::vector<Engine::Ids> sentences = {ids};
      scorers.push_back(std::make_unique<ModelScorer>(engines[k]->model(), engines[k]->encode({}, frame, sentences),
                                                      engines[k]->output()));
      all.push_back(scorers.back().get());
    }
    EnsembleScorer mean(all, {});
    const std::vector<SearchedSentence> sentence = {{static_cast<std::int32_t>(sources[0].encode(lines[i]).size())}};
    const auto expected =
        beam_search(mean, sentence, {frame.target_before.back(), frame.end}, search, {&forbidden}).front();
    ASSERT_EQ(found[i].outputs.size(), expected.size());
    for (std::size_t n = 0; n < expected.size(); ++n) {
      EXPECT_EQ(ids_of(found[i].outputs[n]), expected[n].ids) << "line " << i;
      EXPECT_NEAR(found[i].outputs[n].score, expected[n].score, 1e-5);
    }
  }
}

TEST(ModelEnsemble, OfOtherVocabulariesSearchesInAnyBatchAndOrder) {
  std::vector<std::string> lines = sample_sentences(24);
  const auto translate = [&](TranslatorOptions options, int threads) {
    return Translator(std::vector{engine_reading(sample_tokenizer(), 3, threads),
                                  engine_reading(word_tokenizer(), 4, threads)},
                      options)
        .translate(lines);
  };
  const auto expected = translate(short_search(), 1);
  TranslatorOptions options = short_search();
  for (const bool drawn : {false, true}) {
    if (drawn) {
      options.search.beam_size = 3;
      options.sampling = SamplingOptions{.temperature = 1.5};
    }
    const auto whole = drawn ? translate(options, 1) : expected;
    options.batch_size = 2;
    options.batch_tokens = 40;
    std::ranges::reverse(lines);
    auto found = translate(options, 2);
    std::ranges::reverse(lines);
    std::ranges::reverse(found);
    expect_same(found, whole, "in another order");
    options = short_search();
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
  EXPECT_EQ(ensemble_obstacle(*engine, *reads), std::nullopt);
  EXPECT_EQ(ensemble_obstacle(*engine, *writes),
            "their target vocabularies differ; train the one with that of the other (--target-tokenizer of train)");
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
