#include "formats/huggingface/exported_network.h"

#include <stdexcept>

namespace dragoman {

const char* activation_name(Activation activation) {
  switch (activation) {
    case Activation::relu:
      return "relu";
    case Activation::gelu:
      return "gelu";
    case Activation::gelu_tanh:
      return "gelu_new";
    case Activation::gelu_sigmoid:
      return "quick_gelu";
    case Activation::silu:
      return "swish";
  }
  throw std::logic_error("an activation that the export does not know");
}

nlohmann::ordered_json common_config(const ModelConfig& config, const char* model_type, const char* architecture) {
  nlohmann::ordered_json json{{"model_type", model_type},
                              {"architectures", {architecture}},
                              {"is_encoder_decoder", true},
                              {"vocab_size", config.source_vocabulary},
                              {"d_model", config.width}};
  const SpecialIds& special = config.special_ids;
  json["pad_token_id"] = special.pad;
  json["eos_token_id"] = special.eos;
  if (special.bos != SpecialIds::kNone) json["bos_token_id"] = special.bos;
  json["decoder_start_token_id"] = config.start_token;
  json["dtype"] = "float32";
  json["torch_dtype"] = "float32";
  return json;
}

ExportedNetwork exported_network(const ModelConfig& config, const SafetensorsFile& weights) {
  return config.positions == "t5" ? exported_t5(config, weights) : exported_bart(config, weights);
}

}  // namespace dragoman
