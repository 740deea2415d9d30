#include "model/model_config.h"

#include "formats/model_config_json.h"
#include "tests/model/tiny_config.h"

#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>

namespace dragoman {
namespace {

using Json = nlohmann::ordered_json;
using testing::HasSubstr;

ModelConfig valid_config() {
  ModelConfig config;
  config.source_vocabulary = config.target_vocabulary = 100;
  return config;
}

// A value other than the default in each field.
ModelConfig unusual_config() {
  ModelConfig config;
  config.architecture = "rnn";
  config.encoder_layers = 3;
  config.decoder_layers = 2;
  config.width = 48;
  config.feed_forward_width = 100;
  config.heads = 3;
  config.head_width = 24;
  config.source_vocabulary = 77;
  config.target_vocabulary = 88;
  config.special_ids = {5, 6, 7, 8};
  config.start_token = 5;
  config.tied_embeddings = TiedEmbeddings::target;
  config.embedding_scale = false;
  config.positions = "t5";
  config.shared_position_biases = true;
  config.positions_layout = PositionsLayout::halves;
  config.sinusoids = Sinusoids::tensor2tensor;
  config.first_position = 2;
  config.embedding_norm = true;
  config.zero_start = true;
  config.max_positions = 300;
  config.encoder_self_attention = "local";
  config.decoder_self_attention = "ssru";
  config.self_attention_score = "dot";
  config.cross_attention_score = "additive";
  config.cross_attention_selection = AttentionSelection::hard;
  config.monotonic_attention = true;
  config.key_value_heads = 1;
  config.attention_window = 5;
  config.largest_distance = 20;
  config.normalisation = NormForm::rms;
  config.feed_forward_gate = true;
  config.shared_layers = 3;
  config.layer_dropout = 0.25;
  config.norm = Norm::post;
  config.final_norm = false;
  config.norm_epsilon = 1e-6;
  config.activation = Activation::gelu_sigmoid;
  config.projection_bias = false;
  config.feed_forward_bias = false;
  config.output_bias = true;
  config.output_scale = true;
  config.decoding = {3, 0.5, 2, 90, {{0}}, true};
  config.alignment_layer = 0;
  config.alignment_head = 2;
  config.dropout = 0.3;
  config.embedding_dropout = 0.15;
  config.attention_dropout = 0.2;
  config.activation_dropout = 0.05;
  config.recurrent_cell = RecurrentCell::gru;
  config.input_feeding = false;
  config.kernel_width = 5;
  config.trained_on = {"en", "pt-BR", 0.5, 12.5, 40, 50, 60};
  return config;
}

std::string message_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const std::exception& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST(ModelConfig, JsonRoundTrip) {
  for (const ModelConfig& config : {valid_config(), unusual_config()}) {
    EXPECT_EQ(model_config_from_json(to_json(config), "config.json"), config);
  }
  // Every field is written: none of the unusual values is lost.
  const Json usual = Json::parse(to_json(ModelConfig())), unusual = Json::parse(to_json(unusual_config()));
  for (const auto& [key, value] : usual.items()) {
    EXPECT_EQ(value == unusual[key], key == "format") << key;
  }
}

// What came after the first models were written: their files say nothing of it, and new ones only what is unusual, so
// that fingerprints stay.
TEST(ModelConfig, JsonOfLaterFields) {
  const Json usual = Json::parse(to_json(ModelConfig())), unusual = Json::parse(to_json(unusual_config()));
  for (const char* key : {"encoder_self_attention",
                          "decoder_self_attention",
                          "self_attention_score",
                          "cross_attention_score",
                          "cross_attention_selection",
                          "monotonic_attention",
                          "key_value_heads",
                          "head_width",
                          "shared_position_biases",
                          "feed_forward_bias",
                          "output_scale",
                          "attention_window",
                          "largest_distance",
                          "normalisation",
                          "feed_forward_gate",
                          "shared_layers",
                          "layer_dropout",
                          "recurrent_cell",
                          "input_feeding",
                          "kernel_width",
                          "source_lang",
                          "target_lang",
                          "one_sentence_share",
                          "source_length_mean",
                          "source_length_p99",
                          "source_length_p999",
                          "source_length_max",
                          "beam_size",
                          "length_penalty",
                          "min_length",
                          "max_length",
                          "alignment_layer",
                          "alignment_head"}) {
    EXPECT_FALSE(usual.contains(key)) << key;
    EXPECT_TRUE(unusual.contains(key)) << key;
  }
  Json json = unusual;
  json.erase("kernel_width");
  ModelConfig expected = unusual_config();
  expected.kernel_width = 3;
  EXPECT_EQ(model_config_from_json(json.dump(), "config.json"), expected);
}

TEST(ModelConfig, TheOrderOfTargetsIsOneOfTheLaterFields) {
  ModelConfig config = valid_config();
  EXPECT_FALSE(Json::parse(to_json(config)).contains("target_order"));
  config.target_order = TokenOrder::right_to_left;
  EXPECT_EQ(Json::parse(to_json(config))["target_order"], "right-to-left");
  EXPECT_EQ(model_config_from_json(to_json(config), "config.json"), config);
  config.cross_attention_selection = AttentionSelection::hard;
  config.validate();
  config.monotonic_attention = true;
  EXPECT_THAT(message_of([&] { config.validate(); }), HasSubstr("target-order right-to-left from its end"));
}

std::string read_changed(const std::string& key, const Json& value) {
  Json json = Json::parse(to_json(valid_config()));
  json[key] = value;
  return message_of([&] { model_config_from_json(json.dump(), "m/config.json"); });
}

TEST(ModelConfig, JsonWithWrongValues) {
  const std::pair<const char*, Json> wrong[] = {{"architecture", "lstm"},
                                                {"architecture", 5},
                                                {"encoder_layers", 0},
                                                {"encoder_layers", true},
                                                {"encoder_layers", 1'000'000'000},
                                                {"decoder_layers", 1001},
                                                {"pad_id", std::uint64_t{18446744073709551615u}},
                                                {"width", 513},
                                                {"width", 128.5},
                                                {"width", "512"},
                                                {"width", 1099511627776},
                                                {"heads", 7},
                                                {"dropout", 1.0},
                                                {"dropout", "low"},
                                                {"embedding_dropout", 1.0},
                                                {"embedding_dropout", "low"},
                                                {"norm", "middle"},
                                                {"positions", Json()},
                                                {"positions", "spiral"},
                                                {"encoder_self_attention", "ssru"},
                                                {"decoder_self_attention", "telepathy"},
                                                {"self_attention_score", 3},
                                                {"cross_attention_selection", "firm"},
                                                {"key_value_heads", 3},
                                                {"key_value_heads", -1},
                                                {"attention_window", 0},
                                                {"largest_distance", 0},
                                                {"shared_layers", 0},
                                                {"layer_dropout", 1.0},
                                                {"start_token", 100},
                                                {"pad_id", -2},
                                                {"eos_id", -1},
                                                {"target_vocabulary", 9},
                                                {"final_norm", 1},
                                                {"source_lang", "english"},
                                                {"target_lang", "DE"},
                                                {"one_sentence_share", 1.5},
                                                {"source_length_mean", -1},
                                                {"source_length_p999", "long"},
                                                {"source_length_max", -1},
                                                {"norm_epsilon", 0},
                                                {"source_vocabulary", -1},
                                                {"max_positions", 0},
                                                {"feed_forward_width", -4},
                                                {"recurrent_cell", "rnn"},
                                                {"input_feeding", "yes"},
                                                {"kernel_width", 4}};
  for (const auto& [key, value] : wrong) {
    EXPECT_THAT(read_changed(key, value), HasSubstr("m/config.json: ")) << key << " " << value;
  }
  EXPECT_THAT(read_changed("norm", "middle"), HasSubstr("'middle' is none of pre, post"));
  EXPECT_THAT(read_changed("format", 2), HasSubstr("written in format 2, this program reads up to 1; use a newer"));
  EXPECT_THAT(read_changed("format", 4294967297), HasSubstr("written in format 4294967297, this program reads up to"));
  EXPECT_THAT(read_changed("format", 18446744073709551615u), HasSubstr("written in format 18446744073709551615"));
  for (const Json& format : {Json("one"), Json(1.0), Json(true), Json(0), Json(-4294967295)})
    EXPECT_THAT(read_changed("format", format), HasSubstr("not the config of a Dragoman model")) << format;
  EXPECT_EQ(read_changed("added_later", 3),
            "m/config.json: 'added_later' is no key that this program knows; take it out, or use the newer dragoman "
            "that wrote it");
}

TEST(ModelConfig, AHeadThatAlignsIsOneOfTheModel) {
  ModelConfig config = valid_config();  // of 6 layers and 8 heads
  const auto refusal = [&](std::optional<int> layer, std::optional<int> head) {
    config.alignment_layer = layer;
    config.alignment_head = head;
    return message_of([&] { config.validate(); });
  };
  EXPECT_EQ(refusal(5, 7), "nothing was thrown");
  EXPECT_EQ(refusal(6, 7), "alignment-layer is 6, but must be from 0 to 5");
  EXPECT_EQ(refusal(-1, 7), "alignment-layer is -1, but must be from 0 to 5");
  EXPECT_EQ(refusal(5, 8), "alignment-head is 8, but must be from 0 to 7");
  EXPECT_EQ(refusal(5, -1), "alignment-head is -1, but must be from 0 to 7");
  EXPECT_EQ(refusal(5, std::nullopt), "alignment-layer and alignment-head need each other");
  EXPECT_EQ(refusal(std::nullopt, 7), "alignment-layer and alignment-head need each other");
  config.architecture = "rnn";  // attends once
  EXPECT_EQ(refusal(1, 0), "alignment-layer is 1, but must be from 0 to 0");
  config.architecture = "language-model";
  EXPECT_THAT(refusal(0, 0), HasSubstr("no source"));
}

TEST(ModelConfig, JsonOfATextTemplate) {
  ModelConfig config = tiny_config();
  EXPECT_EQ(to_json(config).find("text_template"), std::string::npos) << "older programs do not know it";
  config.text_template.source_before = {TextTemplate::kSourceLang, 7};
  config.text_template.source_behind = {TextTemplate::kEnd, TextTemplate::kTargetLang};
  config.text_template.target_before = {TextTemplate::kTargetLang};
  config.text_template.languages = {{"fr", 5}, {"de", 6}};
  config.text_template.languages_optional = true;
  config.decoding.never_produced = {0, 5};
  config.decoding.forces_end = true;
  const std::string json = to_json(config);
  EXPECT_EQ(model_config_from_json(json, "config.json"), config);
  const auto refusal = [&](const std::string& from, const std::string& to) {
    std::string changed = json;
    changed.replace(changed.find(from), from.size(), to);
    try {
      model_config_from_json(changed, "config.json");
    } catch (const std::runtime_error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_EQ(refusal("\"fr\"", "\"fr\""), "");
  for (const auto& [from, to] : {std::pair{"\"source-lang\"", "\"source_lang\""},
                                 {"\"source-lang\"", "-1"},
                                 {"\"source-lang\"", "null"},
                                 {"\"source_before\"", "\"before\""},
                                 {"\"fr\": 5", "\"fr\": 5.5"},
                                 {"\"languages_optional\": true", "\"languages_optional\": 1"}})
    EXPECT_THAT(refusal(from, to), HasSubstr("config.json: 'text_template' has a wrong value")) << to;
  EXPECT_THAT(refusal("\"fr\": 5", "\"fr\": 500"), HasSubstr("token of a language is 500"));
  EXPECT_THAT(refusal("\"never_produced\": [", "\"never_produced\": [2.5, "),
              HasSubstr("'never_produced' has a wrong"));
  EXPECT_THAT(refusal("\"never_produced\": [", "\"never_produced\": [30, "),
              HasSubstr("id that is never produced is 30"));
}

TEST(ModelConfig, JsonWithMissingParts) {
  const Json whole = Json::parse(to_json(valid_config()));
  for (const auto& item : whole.items()) {
    Json json = whole;
    json.erase(item.key());
    EXPECT_THROW(model_config_from_json(json.dump(), "c"), std::runtime_error) << item.key();
  }
  const std::string text = to_json(valid_config());
  for (std::size_t length = 0; length + 2 < text.size(); length += 13) {
    EXPECT_THROW(model_config_from_json(text.substr(0, length), "c"), std::runtime_error) << length;
  }
  EXPECT_THROW(model_config_from_json("[1]", "c"), std::runtime_error);
  EXPECT_THAT(message_of([] { model_config_from_json(std::string(200'000, '['), "c"); }),
              HasSubstr("c: not valid JSON"));
}

TEST(ModelConfig, ValidateNamesTheField) {
  const auto message = [](const std::function<void(ModelConfig&)>& change) {
    ModelConfig config = valid_config();
    change(config);
    return message_of([&] { config.validate(); });
  };
  EXPECT_EQ(message([](ModelConfig&) {}), "nothing was thrown");
  EXPECT_EQ(message([](ModelConfig& c) { c.heads = 7; }), "width is 512, but must be a multiple of the 7 heads");
  EXPECT_EQ(message([](ModelConfig& c) {
              c.heads = 7;
              c.head_width = 64;
            }),
            "nothing was thrown");
  EXPECT_EQ(message([](ModelConfig& c) { c.head_width = -1; }), "head-width is -1, but must be at least 0");
  EXPECT_EQ(message([](ModelConfig& c) { c.shared_position_biases = true; }),
            "shared-position-biases needs positions t5");
  EXPECT_EQ(message([](ModelConfig& c) { c.heads = 0; }), "heads is 0, but must be at least 1");
  EXPECT_EQ(message([](ModelConfig& c) { c.decoder_layers = 0; }), "decoder-layers is 0, but must be 1 to 1000");
  EXPECT_EQ(message([](ModelConfig& c) { c.attention_dropout = 1.5; }),
            "attention-dropout is 1.5, but must be at least 0 and below 1");
  EXPECT_EQ(message([](ModelConfig& c) { c.key_value_heads = 3; }),
            "heads is 8, but must be a multiple of the 3 key-value-heads");
  EXPECT_EQ(message([](ModelConfig& c) { c.encoder_self_attention = "average"; }),
            "encoder-self-attention is average, which looks back only; that is for decoders");
  EXPECT_THAT(message([](ModelConfig& c) { c.cross_attention_score = "cosine"; }),
              HasSubstr("cross-attention-score: 'cosine' is none of scaled-dot, dot, general, additive"));
  EXPECT_THAT(message([](ModelConfig& c) {
                c.positions = "alibi";
                c.decoder_self_attention = "ssru";
              }),
              HasSubstr("positions is alibi, which acts in self-attention that weighs pairs"));
  EXPECT_THAT(message([](ModelConfig& c) {
                c.positions = "t5";
                c.architecture = "conv";
              }),
              HasSubstr("positions is t5, which acts in self-attention that weighs pairs"));
  EXPECT_EQ(message([](ModelConfig& c) {
              c.positions = "rotary";
              c.width = 24;
            }),
            "rotary positions need heads of an even width, not 24 / 8");
  EXPECT_EQ(message([](ModelConfig& c) {
              c.positions = "rotary";
              c.head_width = 5;
            }),
            "rotary positions need heads of an even width, not 5");
  EXPECT_EQ(message([](ModelConfig& c) { c.kernel_width = 2; }),
            "kernel-width is 2, but must be a positive odd number");
  EXPECT_EQ(message([](ModelConfig& c) { c.architecture = "lstm"; }),
            "architecture: 'lstm' is none of transformer, rnn, conv, language-model");
  EXPECT_THAT(message([](ModelConfig& c) { c.source_vocabulary = 50; }),
              HasSubstr("source has 50 and target 100 pieces"));
  EXPECT_THAT(message([](ModelConfig& c) {
                c.source_vocabulary = 50;
                c.tied_embeddings = TiedEmbeddings::inputs;
              }),
              HasSubstr("tied-embeddings inputs needs one joint vocabulary"));
  EXPECT_EQ(message([](ModelConfig& c) {
              c.source_vocabulary = 50;
              c.tied_embeddings = TiedEmbeddings::target;
            }),
            "nothing was thrown");
  EXPECT_EQ(message([](ModelConfig& c) { c.decoding.beam_size = 0; }), "beam-size is 0, but must be at least 1");
  EXPECT_THAT(message([](ModelConfig& c) { c.decoding.length_penalty = -1; }), HasSubstr("length-penalty is -1"));
  EXPECT_THAT(message([](ModelConfig& c) {
                c.decoding.min_length = 9;
                c.decoding.max_length = 8;
              }),
              HasSubstr("max-length is 8, but must be from min-length"));
}

TEST(ModelConfig, Presets) {
  struct Sizes {
    const char* name;
    int layers, width, feed_forward_width, heads;
  };
  std::vector<std::string> names;
  for (const Sizes& sizes : {Sizes{"tiny", 4, 128, 256, 4},
                             {"small", 4, 256, 1024, 4},
                             {"base", 6, 512, 2048, 8},
                             {"big", 6, 1024, 4096, 16}}) {
    ModelConfig config = valid_config();
    apply_preset(config, sizes.name);
    EXPECT_EQ(config.encoder_layers, sizes.layers);
    EXPECT_EQ(config.decoder_layers, sizes.layers);
    EXPECT_EQ(config.width, sizes.width);
    EXPECT_EQ(config.feed_forward_width, sizes.feed_forward_width);
    EXPECT_EQ(config.heads, sizes.heads);
    EXPECT_NO_THROW(config.validate());
    names.emplace_back(sizes.name);
  }
  EXPECT_EQ(preset_names(), names);
  ModelConfig config;
  EXPECT_EQ(message_of([&] { apply_preset(config, "huge"); }),
            "there is no preset 'huge'; choose one of tiny, small, base, big");
}

}  // namespace
}  // namespace dragoman
