// Models that go to the form of transformers: those of the fixtures, which transformers itself has written, back to
// what they were, and some of ours.
#include "formats/huggingface/hugging_face_export.h"

#include "base/atomic_file.h"
#include "formats/foreign/foreign_format.h"
#include "formats/foreign/foreign_weights.h"
#include "formats/foreign/halved_positions.h"
#include "formats/foreign/imported_model.h"
#include "formats/huggingface/hugging_face_folder.h"
#include "tests/formats/model_directory_fixture.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using SortedJson = nlohmann::json;

class ModelOfTransformers : public TemporaryFolderTest, public testing::WithParamInterface<std::string> {
 protected:
  std::string original() const { return DRAGOMAN_FIXTURES "/" + GetParam(); }

  void SetUp() override {
    TemporaryFolderTest::SetUp();
    export_hugging_face(folder_ / "back", imported_.config, {imported_.weights, {}}, imported_.tokenizers);
  }

  SortedJson json_in(const std::filesystem::path& file) const { return SortedJson::parse(read_file(file)); }

  const ImportedModel imported_ = import_model(original());
};

TEST_P(ModelOfTransformers, HasTheTensorsThatTransformersHasWritten) {
  HuggingFaceFolder folder(original());
  ForeignWeights theirs = folder.weights();
  const std::string file = folder_ / "back/model.safetensors";
  const SafetensorsFile back = load_safetensors(file);
  EXPECT_EQ(back.metadata.at("format"), "pt") << "transformers asks for it";
  for (const auto& [name, tensor] : back.tensors) {
    const auto original = theirs.take_if_there(name, tensor.sizes().vec());
    if (original && name.ends_with("embed_positions.weight")) {
      EXPECT_TRUE(original->narrow(0, 2, original->size(0) - 2).equal(tensor.narrow(0, 2, tensor.size(0) - 2)));
    } else if (original) {
      EXPECT_TRUE(original->equal(tensor)) << name;
    } else {
      EXPECT_TRUE(name == "lm_head.weight" || !tensor.any().item<bool>()) << name;
    }
  }
  // A pytorch_model.bin has tables that are one under each of their names.
  if (folder.has("pytorch_model.bin")) return;
  EXPECT_NO_THROW(theirs.require_all_taken("the export"));
}

// Types, what tells of ties by version, and an mT5, which is the same as a T5.
bool may_be_said_otherwise(const std::string& name, const SortedJson& theirs) {
  const bool of_type = name == "model_type" || name == "architectures";
  return name.ends_with("dtype") || name == "scale_decoder_outputs" || name == "tie_word_embeddings" ||
         name == "share_encoder_decoder_embeddings" || (of_type && theirs["model_type"] == "mt5");
}

TEST_P(ModelOfTransformers, SaysOfItselfWhatItSaid) {
  const SortedJson theirs = json_in(original() + "/config.json"), back = json_in(folder_ / "back/config.json");
  for (const auto& [name, value] : back.items()) {
    if (theirs.contains(name) && !may_be_said_otherwise(name, theirs)) {
      EXPECT_EQ(value, theirs[name]) << name;
    }
  }
  if (!std::filesystem::exists(original() + "/generation_config.json")) return;
  const SortedJson search = json_in(folder_ / "back/generation_config.json"),
                   before = json_in(original() + "/generation_config.json");
  for (const char* name :
       {"num_beams", "length_penalty", "max_length", "forced_bos_token_id", "decoder_start_token_id"}) {
    if (before.contains(name) && !before[name].is_null()) {
      EXPECT_EQ(search[name], before[name]) << name;
    }
  }
}

TEST_P(ModelOfTransformers, ComesBackAsItWas) {
  const ImportedModel again = import_model(folder_ / "back");
  ASSERT_EQ(again.weights.size(), imported_.weights.size());
  for (std::size_t i = 0; i < again.weights.size(); ++i) {
    EXPECT_EQ(again.weights[i].first, imported_.weights[i].first);
    EXPECT_TRUE(again.weights[i].second.equal(imported_.weights[i].second)) << again.weights[i].first;
  }
  ModelConfig config = again.config;
  EXPECT_EQ(config.decoding.beam_size, imported_.config.decoding.beam_size);
  EXPECT_EQ(config.decoding.forces_end, imported_.config.decoding.forces_end);
  config.decoding = imported_.config.decoding;
  EXPECT_EQ(config, imported_.config);
  for (const char* text : {"The old man laughs.", ">>deu<< A cat (12 €)!", "<2de> x", ""}) {
    EXPECT_EQ(again.tokenizers.source.encode(text), imported_.tokenizers.source.encode(text));
    EXPECT_EQ(again.tokenizers.target.encode(text), imported_.tokenizers.target.encode(text));
  }
}

INSTANTIATE_TEST_SUITE_P(, ModelOfTransformers,
                         testing::Values("bart/json", "bart/plain", "marian/shared", "marian/untied", "marian/separate",
                                         "marian/shards", "multilingual/m2m100", "multilingual/nllb",
                                         "multilingual/nllb_legacy", "multilingual/mbart50", "multilingual/mbart",
                                         "t5/first", "t5/gated", "t5/madlad", "t5/mt5", "t5/umt5"),
                         [](const auto& info) {
                           std::string name = info.param;
                           name[name.find('/')] = '_';
                           return name;
                         });

class HuggingFaceExport : public TemporaryFolderTest {
 protected:
  ModelConfig config_ = [] {
    ModelConfig config = tiny_config();
    config.source_vocabulary = config.target_vocabulary = 100;
    return config;
  }();

  std::vector<std::string> exported(const ModelConfig& config) {
    const Transformer model(config, 5);
    return export_hugging_face(folder_ / "theirs", config, {named_weights(model), {}},
                               {tokenizer_of(config.source_vocabulary), tokenizer_of(config.target_vocabulary)});
  }

  std::string refusal_of(const std::function<void(ModelConfig&)>& change) {
    ModelConfig config = config_;
    change(config);
    try {
      exported(config);
    } catch (const std::runtime_error& error) {
      EXPECT_FALSE(std::filesystem::exists(folder_ / "theirs"));
      return error.what();
    }
    return "exported";
  }

  SortedJson theirs(const std::string& file) { return SortedJson::parse(read_file(folder_ / "theirs" / file)); }
};

TEST_F(HuggingFaceExport, MakesPegasusOfWhatIsTrainedHere) {
  EXPECT_THAT(exported(config_), Contains(HasSubstr("PegasusForConditionalGeneration with MarianTokenizer")));
  const SortedJson search = theirs("generation_config.json");
  EXPECT_EQ(search["decoder_start_token_id"], config_.start_token);
  EXPECT_EQ(search["max_length"], 512) << "20 without it";
  EXPECT_EQ(search["bad_words_ids"], (SortedJson{{0}, {1}, {3}})) << "<pad>, <s> and <unk>";
  const SortedJson ids = theirs("vocab.json");
  EXPECT_EQ(ids.size(), 100u);
  EXPECT_EQ(ids["</s>"], 2);
}

TEST_F(HuggingFaceExport, MakesMarianMTOfTwoVocabularies) {
  ModelConfig config = config_;
  config.source_vocabulary = 110;
  config.tied_embeddings = TiedEmbeddings::target;
  config.norm = Norm::post;
  config.final_norm = false;
  config.positions_layout = PositionsLayout::halves;
  config.trained_on.source_lang = "en";
  exported(config);
  const ImportedModel back = import_model(folder_ / "theirs");
  EXPECT_EQ(back.config.source_vocabulary, 110);
  EXPECT_EQ(back.config.trained_on.source_lang, "en");
  EXPECT_EQ(back.config.start_token, config.start_token);
  const std::string text = "The old man laughs.";
  EXPECT_EQ(back.tokenizers.source.encode(text), tokenizer_of(110).encode(text));
  Transformer model(config, 5), again(back.config, 6);
  assign_weights(again, {back.weights, {}}, "theirs");
  for (Transformer* each : {&model, &again}) each->eval();
  EXPECT_TRUE(states_of(again).equal(states_of(model)));
}

at::Tensor logits_of(Transformer& model) {
  const torch::NoGradGuard no_grad;
  model.eval();
  return at::matmul(states_of(model), model.output_layer().weight.t());
}

TEST_F(HuggingFaceExport, ComputesTheSameWithPositionsInHalves) {
  ModelConfig halves = config_;
  halves.positions_layout = PositionsLayout::halves;
  Transformer model(config_, 5), again(halves, 6);
  assign_weights(again, with_halved_positions(config_, {named_weights(model), {}}), "halved");
  EXPECT_LT(relative_error(logits_of(again), logits_of(model)), 1e-5);
  EXPECT_GT(relative_error(states_of(again), states_of(model)), 0.1) << "in another order";
}

TEST_F(HuggingFaceExport, ComesBackAsWhatComputesTheSame) {
  exported(config_);
  const ImportedModel back = import_model(folder_ / "theirs");
  EXPECT_EQ(back.config.positions_layout, PositionsLayout::halves);
  EXPECT_EQ(back.config.start_token, config_.start_token);
  const std::string text = "The old man laughs.";
  EXPECT_EQ(back.tokenizers.source.encode(text), tokenizer_of(100).encode(text));
  Transformer model(config_, 5), again(back.config, 6);
  assign_weights(again, {back.weights, {}}, "theirs");
  EXPECT_LT(relative_error(logits_of(again), logits_of(model)), 1e-5);
}

TEST_F(HuggingFaceExport, RefusesWhatHasNoForm) {
  const auto changed = [&](auto member, auto value) {
    return refusal_of([&](ModelConfig& config) { config.*member = value; });
  };
  EXPECT_THAT(changed(&ModelConfig::positions, "rotary"),
              HasSubstr("a model with positions rotary cannot be exported: transformers has no form for it"));
  EXPECT_THAT(changed(&ModelConfig::zero_start, true), HasSubstr("zero-start true"));
  EXPECT_THAT(changed(&ModelConfig::final_norm, false), HasSubstr("final-norm false"));
  EXPECT_THAT(changed(&ModelConfig::norm_epsilon, 1e-6), HasSubstr("norm-epsilon 1e-06"));
  EXPECT_THAT(changed(&ModelConfig::tied_embeddings, TiedEmbeddings::target), HasSubstr("tied-embeddings target"));
  EXPECT_THAT(changed(&ModelConfig::normalisation, NormForm::rms), HasSubstr("normalisation rms"));
  EXPECT_THAT(changed(&ModelConfig::key_value_heads, 1), HasSubstr("key-value-heads 1"));
  EXPECT_THAT(changed(&ModelConfig::first_position, 1), HasSubstr("first-position 1"));
  EXPECT_THAT(refusal_of([](ModelConfig& config) {
                config.sinusoids = Sinusoids::tensor2tensor;
                config.norm = Norm::post;
              }),
              HasSubstr("sinusoids tensor2tensor and norm post"));
}

// tests/fixtures/multilingual_golden.py: what transformers makes of the SentencePiece model.
TEST_F(HuggingFaceExport, JoinsPiecesAsTransformersDoes) {
  const std::string folder = DRAGOMAN_FIXTURES "/multilingual/nllb";
  const ImportedModel imported = import_model(folder);
  export_hugging_face(folder_ / "theirs", imported.config, {imported.weights, {}}, imported.tokenizers);
  const SortedJson made = theirs("tokenizer.json")["model"];
  EXPECT_EQ(made["merges"], SortedJson::parse(read_file(folder + "/merges.json")));
  EXPECT_EQ(made["vocab"]["deu_Latn"], imported.config.text_template.languages[41].token);
}

}  // namespace
}  // namespace dragoman
