#include "formats/foreign/exportable.h"
#include "formats/huggingface/exported_network.h"
#include "formats/huggingface/t5_weights.h"

#include <ATen/ATen.h>

namespace dragoman {
namespace {

void require_t5(const ModelConfig& config) {
  const Exportable model(config, "transformers");
  model.require_usual_transformer();
  model.require(config.self_attention_score == "dot", "self-attention-score", config.self_attention_score);
  model.require(config.cross_attention_score == "dot", "cross-attention-score", config.cross_attention_score);
  model.require(config.normalisation == NormForm::rms, "normalisation", to_string(config.normalisation));
  model.require(config.norm == Norm::pre, "norm", to_string(config.norm));
  model.require(config.final_norm, "final-norm", config.final_norm);
  model.require(!config.embedding_norm, "embedding-norm", config.embedding_norm);
  model.require(!config.embedding_scale, "embedding-scale", config.embedding_scale);
  model.require(!config.projection_bias, "projection-bias", config.projection_bias);
  model.require(!config.feed_forward_bias, "feed-forward-bias", config.feed_forward_bias);
  model.require(!config.output_bias, "output-bias", config.output_bias);
  model.require(!config.zero_start, "zero-start", config.zero_start);
  model.require(config.ties_inputs(), "tied-embeddings", to_string(config.tied_embeddings));
  // What is called gated-gelu there is another one.
  model.require(!config.feed_forward_gate || config.activation != Activation::gelu, "activation",
                to_string(config.activation));
}

}  // namespace

ExportedNetwork exported_t5(const ModelConfig& config, const SafetensorsFile& weights) {
  require_t5(config);
  const bool one_table = config.shared_position_biases;
  ExportedNetwork network{one_table ? "t5" : "umt5", {}, {}, {}};
  nlohmann::ordered_json& json = network.config = common_config(
      config, one_table ? "t5" : "umt5", one_table ? "T5ForConditionalGeneration" : "UMT5ForConditionalGeneration");
  json["d_kv"] = config.width_of_head();
  json["d_ff"] = config.feed_forward_width;
  json["num_layers"] = config.encoder_layers;
  json["num_decoder_layers"] = config.decoder_layers;
  json["num_heads"] = config.heads;
  json["relative_attention_num_buckets"] = 32;
  json["relative_attention_max_distance"] = 128;
  json["feed_forward_proj"] =
      std::string(config.feed_forward_gate ? "gated-" : "") +
      (config.feed_forward_gate && config.activation == Activation::gelu_tanh ? "gelu"
                                                                              : activation_name(config.activation));
  json["layer_norm_epsilon"] = config.norm_epsilon;
  json["dropout_rate"] = config.dropout;
  // Up to version 4 a tied output is scaled, and one that is not has its own table; since then there is an option.
  json["tie_word_embeddings"] = config.output_scale;
  json["scale_decoder_outputs"] = config.output_scale;

  GivenWeights given(weights);
  const std::vector<std::int64_t> table{config.source_vocabulary, config.width};
  given.tensor("embedding.weight", {"shared.weight"}, table);
  name_t5_layers(config, given);
  if (!config.ties_output()) {
    given.tensor("output_weight", {"lm_head.weight"}, table);
  } else if (!config.output_scale) {
    given.tensor("embedding.weight", {"lm_head.weight"}, table);
  }
  network.weights = given.given();
  return network;
}

}  // namespace dragoman
