#include "tests/model/tested_models.h"

#include "model/attention/forms/self_attention_form.h"
#include "model/attention/positions/position_scheme.h"
#include "model/attention/scores/attention_score.h"

#include <algorithm>
#include <string_view>

namespace dragoman {
namespace {

ModelConfig small_config() {
  ModelConfig config;
  config.encoder_layers = config.decoder_layers = 2;
  config.width = 32;
  config.feed_forward_width = 48;
  config.heads = 4;
  config.source_vocabulary = config.target_vocabulary = 50;
  return config;
}

std::string name_of(const std::string& kind, std::string_view form) {
  std::string name = kind + "_" + std::string(form);
  std::ranges::replace(name, '-', '_');
  return name;
}

}  // namespace

std::vector<TestedModel> tested_models() {
  std::vector<TestedModel> models;
  const auto add = [&](const std::string& name, auto&& change) {
    models.push_back({name, small_config()});
    change(models.back().config);
  };
  add("pre_norm", [](ModelConfig&) {});
  add("post_norm", [](ModelConfig& config) {
    config.norm = Norm::post;
    config.final_norm = false;
    config.positions = "learned";
    config.max_positions = 20;
    config.tied_embeddings = TiedEmbeddings::none;
  });
  add("zero_start", [](ModelConfig& config) {
    config.zero_start = true;
    config.embedding_norm = true;
    config.sinusoids = Sinusoids::tensor2tensor;
    config.first_position = 2;
  });
  for (const PositionForm& form : position_forms())
    add(name_of("positions", form.name), [&](ModelConfig& config) { config.positions = form.name; });
  for (const AttentionScoreForm& form : attention_scores()) {
    add(name_of("score", form.name), [&](ModelConfig& config) {
      config.self_attention_score = config.cross_attention_score = form.name;
      config.key_value_heads = 2;
      config.positions = "rotary";
    });
  }
  for (const SelfAttentionForm& form : self_attention_forms()) {
    for (const char* positions : {"sinusoidal", "alibi"}) {
      if (!form.takes_positions && positions == std::string("alibi")) continue;
      add(name_of("self_attention", form.name) + "_" + positions, [&](ModelConfig& config) {
        config.decoder_self_attention = form.name;
        if (form.in_encoder) config.encoder_self_attention = form.name;
        config.attention_window = 2;
        config.positions = positions;
      });
    }
  }
  add("multi_query", [](ModelConfig& config) { config.key_value_heads = 1; });
  for (const AttentionSelection selection : {AttentionSelection::hard, AttentionSelection::sampled}) {
    add(std::string(to_string(selection)), [&](ModelConfig& config) { config.cross_attention_selection = selection; });
  }
  add("monotonic", [](ModelConfig& config) {
    config.cross_attention_selection = AttentionSelection::hard;
    config.monotonic_attention = true;
  });
  add("blocks", [](ModelConfig& config) {
    config.normalisation = NormForm::rms;
    config.feed_forward_gate = true;
    config.activation = Activation::silu;
    config.shared_layers = 2;
    config.layer_dropout = 0.4;
    config.encoder_layers = 5;
  });
  add("t5_shared", [](ModelConfig& config) {
    config.positions = "t5";
    config.shared_position_biases = true;
    config.self_attention_score = config.cross_attention_score = "dot";
    config.heads = 3;
    config.head_width = 6;
    config.projection_bias = config.feed_forward_bias = false;
    config.feed_forward_gate = true;
    config.activation = Activation::gelu_tanh;
    config.normalisation = NormForm::rms;
    config.tied_embeddings = TiedEmbeddings::inputs;
    config.encoder_layers = 3;
  });
  for (const SelfAttentionForm& form : self_attention_forms()) {
    if (!form.in_encoder) continue;
    add(name_of("head_width", form.name), [&](ModelConfig& config) {
      config.encoder_self_attention = config.decoder_self_attention = form.name;
      config.attention_window = 2;
      config.head_width = 10;
      config.output_scale = true;
    });
  }
  add("rnn_lstm", [](ModelConfig& config) { config.architecture = "rnn"; });
  add("rnn_gru", [](ModelConfig& config) {
    config.architecture = "rnn";
    config.recurrent_cell = RecurrentCell::gru;
    config.norm = Norm::post;
    config.final_norm = false;
    config.tied_embeddings = TiedEmbeddings::none;
  });
  add("rnn_without_input_feeding", [](ModelConfig& config) {
    config.architecture = "rnn";
    config.input_feeding = false;
    config.head_width = 16;
    config.output_scale = true;
  });
  add("rnn_additive_monotonic", [](ModelConfig& config) {
    config.architecture = "rnn";
    config.cross_attention_score = "additive";
    config.cross_attention_selection = AttentionSelection::hard;
    config.monotonic_attention = true;
    config.heads = 1;
  });
  add("conv", [](ModelConfig& config) { config.architecture = "conv"; });
  add("conv_general_multi_query", [](ModelConfig& config) {
    config.architecture = "conv";
    config.cross_attention_score = "general";
    config.key_value_heads = 1;
    config.head_width = 6;
    config.output_scale = true;
  });
  add("conv_wide", [](ModelConfig& config) {
    config.architecture = "conv";
    config.kernel_width = 5;
    config.final_norm = false;
    config.positions = "learned";
    config.max_positions = 20;
    config.tied_embeddings = TiedEmbeddings::none;
  });
  add("language_model", [](ModelConfig& config) {
    config.architecture = "language-model";
    config.positions = "rotary";
  });
  add("language_model_t5", [](ModelConfig& config) {
    config.architecture = "language-model";
    config.positions = "t5";
    config.shared_position_biases = true;
    config.shared_layers = 2;
    config.norm = Norm::post;
    config.final_norm = false;
    config.tied_embeddings = TiedEmbeddings::inputs;
  });
  add("language_model_ssru", [](ModelConfig& config) {
    config.architecture = "language-model";
    config.decoder_self_attention = "ssru";
    config.positions = "learned";
    config.max_positions = 20;
  });
  return models;
}

}  // namespace dragoman
