#include "formats/foreign/exportable.h"

#include <algorithm>

namespace dragoman {

void Exportable::require_usual_transformer(std::initializer_list<std::string_view> in_decoder) const {
  const ModelConfig usual;
  require(config_.architecture == usual.architecture, "architecture", config_.architecture);
  require(config_.encoder_self_attention == "softmax", "encoder-self-attention", config_.encoder_self_attention);
  require(std::ranges::find(in_decoder, config_.decoder_self_attention) != in_decoder.end(), "decoder-self-attention",
          config_.decoder_self_attention);
  for (const auto& [option, member] : {std::pair{"self-attention-score", &ModelConfig::self_attention_score},
                                       {"cross-attention-score", &ModelConfig::cross_attention_score}})
    require(config_.*member == usual.*member || config_.*member == "dot", option, config_.*member);
  require(config_.cross_attention_selection == usual.cross_attention_selection, "cross-attention-selection",
          to_string(config_.cross_attention_selection));
  require(config_.number_of_key_value_heads() == config_.heads, "key-value-heads", config_.key_value_heads);
  require(config_.shared_layers == 1, "shared-layers", config_.shared_layers);
  require(config_.target_order == usual.target_order, "target-order", to_string(config_.target_order));
}

void Exportable::require_plain_layers() const {
  require(config_.self_attention_score == "scaled-dot", "self-attention-score", config_.self_attention_score);
  require(config_.cross_attention_score == "scaled-dot", "cross-attention-score", config_.cross_attention_score);
  require(config_.head_width == 0, "head-width", config_.head_width);
  require(!config_.feed_forward_gate, "feed-forward-gate", config_.feed_forward_gate);
  require(config_.projection_bias, "projection-bias", config_.projection_bias);
  require(config_.feed_forward_bias, "feed-forward-bias", config_.feed_forward_bias);
  require(!config_.output_scale, "output-scale", config_.output_scale);
}

}  // namespace dragoman
