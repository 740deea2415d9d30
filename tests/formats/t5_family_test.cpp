// What is told and refused of T5's family; what its models compute: hugging_face_test.cpp.
#include "model/text_frame.h"
#include "tests/formats/changed_model.h"

#include <ATen/ATen.h>

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using torch::Tensor;

class ChangedT5 : public ChangedModel {
 protected:
  ChangedT5() : ChangedModel(DRAGOMAN_FIXTURES "/t5/") {}

  ImportedModel changed(const std::string& name, const std::string& key, const Json& value,
                        const std::string& file = "config.json") {
    copy(name);
    set(file, key, value);
    return import_model(folder_);
  }

  fs::path weights() const { return folder_ / "model.safetensors"; }
};

TEST_F(ChangedT5, IsWhatTheConfigSays) {
  copy("first");
  const ModelConfig first = import_model(folder_).config;
  EXPECT_EQ(first.head_width, 6);
  EXPECT_EQ(first.tied_embeddings, TiedEmbeddings::all);
  EXPECT_TRUE(first.output_scale);
  EXPECT_FALSE(first.feed_forward_gate);
  EXPECT_TRUE(first.shared_position_biases);
  copy("gated");
  const ImportedModel gated = import_model(folder_);
  EXPECT_EQ(gated.config.tied_embeddings, TiedEmbeddings::inputs);
  EXPECT_FALSE(gated.config.output_scale);
  EXPECT_EQ(gated.config.activation, Activation::gelu_tanh);
  EXPECT_TRUE(gated.config.feed_forward_gate);
  EXPECT_THAT(gated.notes, Not(Contains(HasSubstr("without effect")))) << "options of older versions";
  EXPECT_EQ(gated.family, "T5");
  copy("umt5");
  const ImportedModel umt5 = import_model(folder_);
  EXPECT_FALSE(umt5.config.shared_position_biases);
  EXPECT_EQ(umt5.family, "UMT5");
  EXPECT_EQ(changed("first", "feed_forward_proj", "gated-silu").config.activation, Activation::relu)
      << "dense_act_fn counts, which transformers derives from it";
}

TEST_F(ChangedT5, IsRefusedByTheOptionThatHasNoForm) {
  for (const auto& [key, value] : {std::pair<std::string, Json>{"relative_attention_num_buckets", 64},
                                   {"relative_attention_max_distance", 20},
                                   {"is_encoder_decoder", false},
                                   {"is_decoder", true},
                                   {"dense_act_fn", "gelu_10"},
                                   {"architectures", Json::array({"T5EncoderModel"})},
                                   {"quantization_config", Json{{"bits", 4}}},
                                   {"d_model", "wide"}})
    EXPECT_THAT(refusal_of("first", key, value), AllOf(HasSubstr("config.json: '"), HasSubstr("' is "))) << key;
  EXPECT_THAT(refusal_of("first", "sp_model_kwargs", Json{{"alpha", 1}}, "tokenizer_config.json"),
              HasSubstr("sp_model_kwargs"));
  EXPECT_THAT(refusal_of("first", "eos_token", "<end>", "tokenizer_config.json"), HasSubstr("but only </s>"));
  EXPECT_EQ(refusal_of("madlad", "pad_token", "<s>", "tokenizer_config.json"), "") << "its id counts, not its name";
}

TEST_F(ChangedT5, IsRefusedWhereSizesDoNotFit) {
  EXPECT_THAT(refusal_of("first", "d_kv", 8), HasSubstr("SelfAttention.q.weight' has shape"));
  EXPECT_THAT(refusal_of("first", "vocab_size", 2'000'000'000), HasSubstr("'shared.weight' has shape"));
  EXPECT_THAT(refusal_of("first", "num_layers", 1'000'000'000), HasSubstr("is missing"));
  EXPECT_THAT(refusal_of("first", "num_decoder_layers", 1), HasSubstr("no place for the tensor 'decoder.block.1."));
  EXPECT_THAT(refusal_of("first", "d_ff", nullptr), HasSubstr("'d_ff' is missing"));
  for (const int outside : {-1, 120}) {
    EXPECT_THAT(refusal_of("first", "pad_token_id", outside), HasSubstr("but there are 120 tokens"));
    EXPECT_THAT(refusal_of("first", "eos_token_id", outside), HasSubstr("but there are 120 tokens"));
  }
}

TEST_F(ChangedT5, TellsItsTablesApart) {
  copy("first");
  const Tensor shared = load_safetensors(weights()).at("shared.weight", weights()).clone();
  change_tensor(weights(), "lm_head.weight", [&](const Tensor&) { return shared + 1; });
  const ImportedModel of_its_own = import_model(folder_);
  EXPECT_EQ(of_its_own.config.tied_embeddings, TiedEmbeddings::inputs) << "transformers 5 ties what is not there";
  EXPECT_TRUE(of_its_own.config.output_scale);
  set("config.json", "scale_decoder_outputs", nullptr);
  const ImportedModel older = import_model(folder_);
  EXPECT_EQ(older.config.tied_embeddings, TiedEmbeddings::all);
  EXPECT_THAT(older.notes, Contains(HasSubstr("'lm_head.weight' differs from 'shared.weight'")));
  EXPECT_TRUE(older.weights.front().second.equal(shared));
  change_tensor(weights(), "shared.weight", [](const Tensor&) { return Tensor(); });
  change_tensor(weights(), "lm_head.weight", [](const Tensor&) { return Tensor(); });
  EXPECT_THAT(refusal(), HasSubstr("'shared.weight' is missing"));
}

TEST_F(ChangedT5, IsScaledAsTheVersionDidThatWroteIt) {
  EXPECT_FALSE(changed("mt5", "tie_word_embeddings", true).config.output_scale);
  set("config.json", "transformers_version", "4.57.1");
  EXPECT_TRUE(import_model(folder_).config.output_scale);
  set("config.json", "tie_word_embeddings", false);
  EXPECT_FALSE(import_model(folder_).config.output_scale);
}

TEST_F(ChangedT5, LeavesOutATableThatNobodyReads) {
  copy("first");
  const std::string name = "decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight";
  change_tensor(weights(), name, [](const Tensor&) { return at::ones({32, 3}); });
  EXPECT_THAT(import_model(folder_).notes, Contains("'" + name + "' has no effect"));
}

TEST_F(ChangedT5, HasTokensBehindThePieces) {
  copy("first");
  const Tokenizer tokenizer = import_model(folder_).tokenizers.source;
  EXPECT_EQ(tokenizer.vocabulary_size(), 120);
  EXPECT_EQ(tokenizer.piece(0), "<pad>");
  EXPECT_EQ(tokenizer.piece(1), "</s>");
  EXPECT_EQ(tokenizer.piece(110), "<extra_id_5>");
  EXPECT_EQ(tokenizer.piece(115), "<extra_id_0>");
  EXPECT_EQ(tokenizer.piece(116), "<id-116>");
  set("tokenizer_config.json", "added_tokens_decoder",
      {{"115", {{"content", "<extra_id_0>"}}}, {"117", {{"content", "<formal>"}}}, {"4000", {{"content", "<far>"}}}});
  const ImportedModel added = import_model(folder_);
  EXPECT_EQ(added.tokenizers.source.piece(117), "<formal>");
  EXPECT_THAT(added.notes, Contains(EndsWith("a text here cannot hold: <formal>")));
  for (const Json& extra : {Json(-5), Json(2'000'000'000)}) {
    set("tokenizer_config.json", "extra_ids", extra);
    EXPECT_EQ(refusal(), "") << extra.dump();
  }
}

TEST_F(ChangedT5, TellsHowALineBegins) {
  copy("madlad");
  const ImportedModel madlad = import_model(folder_);
  EXPECT_EQ(madlad.sample, "<2de> Hello, world!");
  EXPECT_THAT(madlad.notes, Contains(HasSubstr("one of <2de> <2fr>, or --target-lang names it")));
  const TextTemplate& form = madlad.config.text_template;
  EXPECT_TRUE(form.languages_optional);
  ASSERT_EQ(form.languages.size(), 2U);
  EXPECT_EQ(form.languages[1].code, "fr");
  EXPECT_EQ(madlad.tokenizers.source.piece(form.languages[1].token), "<2fr>");
  std::vector<std::int32_t> before = text_frame(madlad.config, {std::nullopt, "fr"}).source_before;
  EXPECT_EQ(before, madlad.tokenizers.source.encode("<2fr>")) << "with the space before it";
  EXPECT_TRUE(text_frame(madlad.config).source_before.empty());
  EXPECT_EQ(madlad.tokenizers.source.piece(1), "<pad>") << "whatever the pieces call it";
  EXPECT_EQ(madlad.tokenizers.source.count_instructions("<2de> How are you?"), 2U) << "with the space before it";
  EXPECT_EQ(madlad.tokenizers.source.count_instructions("  <2fr> x"), 2U);
  EXPECT_EQ(madlad.tokenizers.source.count_instructions("How <2de> are you?"), 0U);
  EXPECT_EQ(madlad.tokenizers.source.count_instructions("<2xy> How"), 0U);
  const ImportedModel tasks = changed("first", "task_specific_params",
                                      {{"summarization", {{"prefix", "summarize: "}}},
                                       {"translation_en_to_de", {{"prefix", "translate to German: "}}}});
  EXPECT_EQ(tasks.sample, "translate to German: Hello, world!");
  EXPECT_THAT(tasks.notes, Contains("a line begins with what is to be done: 'translate to German: '"));
}

// As transformers 5 writes a tokenizer, and as 4 wrote what it had converted.
TEST_F(ChangedT5, ReadsATokenizerThatTransformersHasConverted) {
  for (const char* version : {"4", "5"}) {
    copy("first");
    const Tokenizer own = import_model(folder_).tokenizers.source;
    const std::string converted = std::string(DRAGOMAN_FIXTURES "/t5_tokenizer_") + version + ".json";
    fs::copy_file(converted, folder_ / "tokenizer.json");
    fs::remove(folder_ / "spiece.model");
    const ImportedModel imported = import_model(folder_);
    const Tokenizer& tokenizer = imported.tokenizers.source;
    ASSERT_EQ(tokenizer.vocabulary_size(), own.vocabulary_size());
    for (std::int32_t id = 0; id < own.vocabulary_size(); ++id) EXPECT_EQ(tokenizer.piece(id), own.piece(id));
    for (const Json& line : json_of(folder_ / "golden.json")) {
      const auto text = line["source"].get<std::string>();
      EXPECT_EQ(tokenizer.encode(text), own.encode(text)) << text;
    }
    EXPECT_EQ(tokenizer.special_ids(), own.special_ids());
  }
  Json json = json_of(folder_ / "tokenizer.json");
  json["added_tokens"].push_back({{"id", 119}, {"content", "<formal>"}});
  std::ofstream(folder_ / "tokenizer.json") << json.dump();
  const ImportedModel added = import_model(folder_);
  EXPECT_EQ(added.tokenizers.source.piece(119), "<formal>");
  EXPECT_THAT(added.notes, Contains(HasSubstr("a text here cannot hold: <formal>")));
}

TEST_F(ChangedT5, MayHaveLanguagesWithTheSpaceBeforeThem) {
  copy("first");
  fs::remove(folder_ / "spiece.model");
  Json json = json_of(DRAGOMAN_FIXTURES "/t5_tokenizer_5.json");
  json["model"]["vocab"][20] = {"▁<2de>", -1};
  std::ofstream(folder_ / "tokenizer.json") << json.dump();
  const ImportedModel imported = import_model(folder_);
  EXPECT_EQ(imported.sample, "<2de> Hello, world!");
  EXPECT_EQ(imported.tokenizers.source.encode("<2de> s").front(), 20);
  EXPECT_EQ(imported.tokenizers.source.count_instructions("<2de> s"), 1U);
}

TEST_F(ChangedT5, RefusesATokenizerThatSentencePieceHasNoFormFor) {
  copy("first");
  fs::remove(folder_ / "spiece.model");
  const Json whole = json_of(DRAGOMAN_FIXTURES "/t5_tokenizer_5.json");
  const auto refused = [&](const std::function<void(Json&)>& change) {
    Json json = whole;
    change(json);
    std::ofstream(folder_ / "tokenizer.json") << json.dump();
    return refusal();
  };
  EXPECT_THAT(refused([](Json& json) { json["model"]["type"] = "WordPiece"; }),
              HasSubstr("tokenizer.json: 'model' is \"WordPiece\", for which SentencePiece has no form"));
  EXPECT_THAT(refused([](Json& json) { json["model"]["type"] = "BPE"; }),
              HasSubstr("tokenizer.json: 'vocab' is [[\"<pad>"));
  EXPECT_THAT(refused([](Json& json) { json["model"]["byte_fallback"] = true; }), HasSubstr("'byte_fallback' is true"));
  EXPECT_THAT(refused([](Json& json) { json["model"]["unk_id"] = nullptr; }), HasSubstr("'unk_id' is null"));
  EXPECT_THAT(refused([](Json& json) { json["model"]["vocab"][3] = "the"; }), HasSubstr("'vocab' is \"the\""));
  EXPECT_THAT(refused([](Json& json) { json["model"]["vocab"][4][0] = ""; }), HasSubstr("tokenizer.json"));
  EXPECT_THAT(refused([](Json& json) { json["normalizer"] = {{"type", "Lowercase"}}; }), HasSubstr("'normalizer' is"));
  EXPECT_THAT(refused([](Json& json) {
                json["normalizer"] = {{"type", "Precompiled"}, {"precompiled_charsmap", "?"}};
              }),
              HasSubstr("'precompiled_charsmap' is \"?\""));
  EXPECT_THAT(refused([](Json& json) {
                json["pre_tokenizer"] = {{"type", "ByteLevel"}};
              }),
              HasSubstr("'pre_tokenizer' is"));
  EXPECT_THAT(refused([](Json& json) { json["pre_tokenizer"]["pretokenizers"][1]["prepend_scheme"] = "never"; }),
              HasSubstr("'pre_tokenizer' is"));
  EXPECT_THAT(refused([](Json& json) { json["added_tokens"][0].erase("id"); }), HasSubstr("'added_tokens' is"));
  EXPECT_THAT(refused([](Json& json) { json = Json::array(); }), HasSubstr("not valid JSON"));
}

TEST_F(ChangedT5, NeedsItsPieces) {
  copy("first");
  fs::remove(folder_ / "spiece.model");
  EXPECT_THAT(refusal(), AllOf(HasSubstr("spiece.model"), HasSubstr("lacks this file")));
  std::ofstream(folder_ / "spiece.model") << "no model";
  EXPECT_THAT(refusal(), HasSubstr("spiece.model"));
  copy("first");
  fs::copy_file(DRAGOMAN_FIXTURES "/foreign_default.model", folder_ / "spiece.model",
                fs::copy_options::overwrite_existing);
  EXPECT_THAT(refusal(), HasSubstr("spiece.model"));
}

}  // namespace
}  // namespace dragoman
