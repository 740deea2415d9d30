// Models of transformers beside what transformers makes of them: see tests/fixtures/marian_golden.py and t5_golden.py.
#include "formats/foreign/finite_logits.h"
#include "formats/foreign/foreign_format.h"
#include "formats/foreign/imported_model.h"
#include "tests/formats/changed_model.h"
#include "tests/formats/transformers_golden.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace dragoman {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;
using torch::Tensor;

const std::string kFixtures = DRAGOMAN_FIXTURES "/marian/";

class HuggingFaceGolden : public testing::TestWithParam<std::string> {
 protected:
  const std::string folder_ = DRAGOMAN_FIXTURES "/" + GetParam();
  const ImportedModel imported_ = import_model(folder_);
};

TEST_P(HuggingFaceGolden, ComputesWhatTransformersDoes) {
  expect_golden_numbers(imported_, folder_);
}

TEST_P(HuggingFaceGolden, MakesTheSameIdsOfText) {
  for (const Json& line : json_of(folder_ + "/golden.json")) {
    const auto text = line["source"].get<std::string>();
    std::vector<std::int32_t> ids = imported_.tokenizers.source.encode(text);
    ids.push_back(imported_.config.special_ids.eos);
    EXPECT_EQ(ids, line["ids"].get<std::vector<std::int32_t>>()) << text;
    const auto translation = line["beam"]["ids"].get<std::vector<std::int32_t>>();
    EXPECT_EQ(imported_.tokenizers.target.decode(translation), line["beam"]["text"].get<std::string>());
  }
}

TEST_P(HuggingFaceGolden, HasTheSearchOfTheModel) {
  const DecodingDefaults& decoding = imported_.config.decoding;
  EXPECT_EQ(decoding.beam_size, 4);
  EXPECT_EQ(decoding.length_penalty, 0.8);
  const bool forces_end = GetParam().starts_with("marian");
  EXPECT_EQ(decoding.max_length, forces_end ? 58 : 59) << "60, with the start, and perhaps the end";
  EXPECT_EQ(decoding.min_length, std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(, HuggingFaceGolden,
                         testing::Values("marian/shared", "marian/separate", "marian/untied", "marian/shards",
                                         "t5/first", "t5/gated", "t5/mt5", "t5/madlad", "t5/umt5"),
                         [](const auto& info) {
                           std::string name = info.param;
                           std::ranges::replace(name, '/', '_');
                           return name;
                         });

TEST(HuggingFace, SaysWhatElseIsToBeKnown) {
  const auto notes = [](const char* name) { return import_model(kFixtures + name).notes; };
  EXPECT_THAT(notes("shared"), Contains(HasSubstr("one of >>deu<< >>fra<<")));
  EXPECT_THAT(notes("shared"), Contains("weights: fp32, kept in fp32"));
  EXPECT_THAT(notes("shards"), Contains("weights: fp16, kept in fp32"));
  EXPECT_EQ(import_model(kFixtures + "shared").sample, ">>deu<< Hello, world!");
  EXPECT_EQ(import_model(kFixtures + "shared").config.trained_on.source_lang, "en");
}

class ChangedMarian : public ChangedModel {
 protected:
  ChangedMarian() : ChangedModel(kFixtures) {}
};

TEST_F(ChangedMarian, IsRefusedByTheOptionThatHasNoForm) {
  for (const auto& [key, value] : {std::pair<std::string, Json>{"normalize_before", true},
                                   {"normalize_embedding", true},
                                   {"add_final_layer_norm", true},
                                   {"static_position_embeddings", false},
                                   {"activation_function", "gelu_10"},
                                   {"decoder_attention_heads", 2},
                                   {"encoder_ffn_dim", 24},
                                   {"decoder_vocab_size", 17},
                                   {"is_encoder_decoder", false},
                                   {"architectures", Json::array({"MarianForCausalLM"})},
                                   {"quantization_config", Json{{"bits", 4}}},
                                   {"d_model", "wide"},
                                   {"model_type", "marian2"}})
    EXPECT_THAT(refusal_of("shared", key, value), AllOf(HasSubstr("config.json: '"), HasSubstr("' is "))) << key;
  EXPECT_THAT(refusal_of("shared", "normalize_before", true),
              HasSubstr("'normalize_before' is true, for which Dragoman has no form"));
  EXPECT_THAT(refusal_of("shared", "eos_token", "<end>", "tokenizer_config.json"),
              HasSubstr("'eos_token' is \"<end>\", but only </s>"));
  EXPECT_EQ(refusal_of("shared", "eos_token", Json{{"content", "</s>"}}, "tokenizer_config.json"), "");
  EXPECT_THAT(refusal_of("shared", "eos_token", Json{{"content", 5}}, "tokenizer_config.json"),
              HasSubstr("but only </s>"));
  EXPECT_THAT(refusal_of("shared", "sp_model_kwargs", Json{{"alpha", 1}}, "tokenizer_config.json"),
              HasSubstr("sp_model_kwargs"));
  EXPECT_THAT(refusal_of("shared", "eos_token_id", 3), HasSubstr("</s> has the id 0, but config.json says 3"));
}

TEST_F(ChangedMarian, HasTheActivationsOfTransformersByTheirNames) {
  for (const auto& [name, activation] : {std::pair{"relu", Activation::relu},
                                         {"gelu", Activation::gelu},
                                         {"gelu_new", Activation::gelu_tanh},
                                         {"quick_gelu", Activation::gelu_sigmoid},
                                         {"silu", Activation::silu}}) {
    copy("shared");
    set("config.json", "activation_function", name);
    EXPECT_EQ(import_model(folder_).config.activation, activation) << name;
  }
}

TEST_F(ChangedMarian, IsRefusedWhereSizesDoNotFit) {
  EXPECT_THAT(refusal_of("shared", "d_model", 1 << 30), HasSubstr("'model.shared.weight' has shape"));
  EXPECT_THAT(refusal_of("shared", "vocab_size", 2'000'000'000), HasSubstr("config.json"));
  EXPECT_THAT(refusal_of("shared", "encoder_layers", 1'000'000'000), HasSubstr("config.json"));
  EXPECT_THAT(refusal_of("shared", "encoder_layers", 3),
              HasSubstr("'model.encoder.layers.2.self_attn.q_proj.weight' is missing"));
  EXPECT_THAT(refusal_of("shared", "encoder_layers", 1), HasSubstr("no place for the tensor 'model.encoder.layers.1."));
  EXPECT_THAT(refusal_of("shared", "pad_token_id", 1000), HasSubstr("special id"));
}

TEST_F(ChangedMarian, TellsWhatASearchHereDoesNotDo) {
  copy("shared");
  set("generation_config.json", "encoder_no_repeat_ngram_size", 3);
  set("generation_config.json", "repetition_penalty", 1.0);
  set("generation_config.json", "num_beams", 7);
  set("config.json", "num_beams", 2);
  set("config.json", "house_style", "plain");
  const ImportedModel model = import_model(folder_);
  EXPECT_THAT(model.notes, Contains(HasSubstr("'encoder_no_repeat_ngram_size' is 3, which a search here does not do")));
  EXPECT_THAT(model.notes, Not(Contains(HasSubstr("repetition_penalty"))));
  EXPECT_THAT(model.notes, Contains(HasSubstr("without effect: house_style")));
  EXPECT_EQ(model.config.decoding.beam_size, 7) << "generation_config.json counts";
}

TEST_F(ChangedMarian, IsRefusedWhereAFileIsMissingOrAnother) {
  for (const char* name : {"source.spm", "target.spm", "vocab.json"}) {
    copy("shared");
    fs::remove(folder_ / name);
    EXPECT_THAT(refusal(), AllOf(HasSubstr(name), HasSubstr("lacks this file"))) << name;
  }
  copy("shared");
  fs::remove(folder_ / "model.safetensors");
  EXPECT_THAT(refusal(), HasSubstr("there are no weights"));
  std::ofstream(folder_ / "pytorch_model.bin") << "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n";
  EXPECT_THAT(refusal(), HasSubstr("stand-in of Git LFS"));
  copy("shared");
  set("vocab.json", "again", 0);
  EXPECT_THAT(refusal(), HasSubstr("have the same id, 0"));
  set("vocab.json", "again", 4'000'000'000);
  EXPECT_THAT(refusal(), HasSubstr("'again' has the id 4000000000"));
  set("vocab.json", "again", "x");
  EXPECT_THAT(refusal(), HasSubstr("vocab.json: is no table of tokens"));
}

TEST_F(ChangedMarian, OfShardsThatLeaveTheFolderIsRefused) {
  copy("shards");
  Json index = json_of(folder_ / "model.safetensors.index.json");
  index["weight_map"]["model.shared.weight"] = "../model.safetensors";
  std::ofstream(folder_ / "model.safetensors.index.json") << index.dump();
  EXPECT_THAT(refusal(), HasSubstr("\"../model.safetensors\", which is no file of the model"));
  index["weight_map"]["model.shared.weight"] = "none.safetensors";
  std::ofstream(folder_ / "model.safetensors.index.json") << index.dump();
  EXPECT_THAT(refusal(), HasSubstr("none.safetensors: the model lacks this file"));
}

TEST_F(ChangedMarian, TakesTheSharedTableWhereTheOutputDiffers) {
  copy("shared");
  const fs::path file = folder_ / "model.safetensors";
  const Tensor shared = load_safetensors(file).at("model.shared.weight", file).clone();
  change_tensor(file, "lm_head.weight", [&](const Tensor&) { return shared + 1; });
  const ImportedModel model = import_model(folder_);
  EXPECT_THAT(model.notes, Contains(HasSubstr("'lm_head.weight' differs from 'model.shared.weight'")));
  EXPECT_TRUE(model.weights.front().second.equal(shared));
}

TEST_F(ChangedMarian, IsRefusedByTheTensorThatCannotBeRead) {
  const auto refused = [&](const std::string& name, const std::function<Tensor(Tensor)>& change) {
    copy("shared");
    change_tensor(folder_ / "model.safetensors", name, change);
    return refusal();
  };
  const std::string norm = "model.decoder.layers.0.final_layer_norm.weight";
  EXPECT_THAT(refused(norm, [](const Tensor& t) { return t / 0; }),
              HasSubstr("'" + norm + "' holds numbers that are not finite"));
  EXPECT_THAT(refused(norm, [](const Tensor& t) { return t.to(torch::kInt8); }), HasSubstr("is in"));
  EXPECT_THAT(refused(norm, [](const Tensor&) { return Tensor(); }), HasSubstr("'" + norm + "' is missing"));
  EXPECT_THAT(refused("model.encoder.layer_norm.weight", [](const Tensor&) { return at::ones({32}); }),
              HasSubstr("no place for the tensor 'model.encoder.layer_norm.weight'"));
  EXPECT_THAT(refused("model.encoder.embed_positions.weight",
                      [](const Tensor&) {
                        return at::ones({128, 32});
                      }),
              HasSubstr("is no table of sinusoids"));
}

TEST_F(ChangedMarian, IsNotKeptWhereItComputesNothingFinite) {
  copy("shared");
  change_tensor(folder_ / "model.safetensors", "model.shared.weight", [](const Tensor& t) { return t * 1e38; });
  const ImportedModel model = import_model(folder_);
  const auto write = [&](const std::string& text) {
    write_model_directory(folder_ / "new", "a test", model.config, model.tokenizers, model.weights, true, {},
                          [&](const fs::path& made) {
                            const LoadedModel loaded = load_model(made);
                            require_finite_logits(loaded, text_frame(loaded.config), text);
                          });
  };
  EXPECT_THAT([&] { write(model.sample); },
              ThrowsMessage<std::runtime_error>(HasSubstr("not finite for '>>deu<< Hello, world!'")));
  EXPECT_FALSE(fs::exists(folder_ / "new"));
}

TEST_F(ChangedMarian, WithoutABiasHasNone) {
  copy("shared");
  change_tensor(folder_ / "model.safetensors", "final_logits_bias", [](const Tensor& t) { return at::zeros_like(t); });
  EXPECT_FALSE(import_model(folder_).config.output_bias);
  change_tensor(folder_ / "model.safetensors", "final_logits_bias", [](const Tensor&) { return Tensor(); });
  EXPECT_FALSE(import_model(folder_).config.output_bias);
}

}  // namespace
}  // namespace dragoman
