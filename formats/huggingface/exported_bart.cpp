#include "formats/foreign/exportable.h"
#include "formats/foreign/halved_positions.h"
#include "formats/huggingface/bart_weights.h"
#include "formats/huggingface/exported_network.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace dragoman {
namespace {

// A family of transformers, by what sets it apart.
struct BartKin {
  const char *model_type, *architecture;
  std::string_view positions;
  Norm norm;
  bool final_norm, embedding_norm;
  bool from_behind_padding = false;  // its sinusoids are tensor2tensor's, from behind the id of padding
  bool has_two_vocabularies = false;
  bool has_output_bias = true;
};

constexpr std::array kKin = {
    BartKin{.model_type = "marian",
            .architecture = "MarianMTModel",
            .positions = "sinusoidal",
            .norm = Norm::post,
            .final_norm = false,
            .embedding_norm = false,
            .has_two_vocabularies = true},
    BartKin{.model_type = "pegasus",
            .architecture = "PegasusForConditionalGeneration",
            .positions = "sinusoidal",
            .norm = Norm::pre,
            .final_norm = true,
            .embedding_norm = false},
    BartKin{.model_type = "m2m_100",
            .architecture = "M2M100ForConditionalGeneration",
            .positions = "sinusoidal",
            .norm = Norm::pre,
            .final_norm = true,
            .embedding_norm = false,
            .from_behind_padding = true,
            .has_output_bias = false},
    BartKin{.model_type = "bart",
            .architecture = "BartForConditionalGeneration",
            .positions = "learned",
            .norm = Norm::post,
            .final_norm = false,
            .embedding_norm = true},
    BartKin{.model_type = "mbart",
            .architecture = "MBartForConditionalGeneration",
            .positions = "learned",
            .norm = Norm::pre,
            .final_norm = true,
            .embedding_norm = true},
};

// The kin with these positions and norms, of those that the rest has to fit.
const BartKin& kin_of(const ModelConfig& config, const Exportable& model) {
  const bool offset = config.positions == "sinusoidal" && config.sinusoids == Sinusoids::tensor2tensor;
  const auto fits_positions = [&](const BartKin& kin) {
    return kin.positions == config.positions && kin.from_behind_padding == offset;
  };
  model.require(std::ranges::any_of(kKin, fits_positions), "positions", config.positions);
  const auto found =
      std::ranges::find_if(kKin, [&](const BartKin& kin) { return fits_positions(kin) && kin.norm == config.norm; });
  if (found == kKin.end() && offset) model.refuse("sinusoids tensor2tensor and norm", to_string(config.norm));
  model.require(found != kKin.end(), "norm", to_string(config.norm));
  return *found;
}

void require_kin(const ModelConfig& config, const BartKin& kin, const Exportable& model) {
  model.require(config.normalisation == NormForm::layer, "normalisation", to_string(config.normalisation));
  model.require(config.final_norm == kin.final_norm, "final-norm", config.final_norm);
  model.require(config.embedding_norm == kin.embedding_norm, "embedding-norm", config.embedding_norm);
  model.require(config.norm_epsilon == 1e-5, "norm-epsilon", config.norm_epsilon);
  model.require(!config.zero_start, "zero-start", config.zero_start);
  model.require(config.special_ids.pad != SpecialIds::kNone, "a vocabulary without", "<pad>");
  const int first = kin.from_behind_padding ? config.special_ids.pad + 1 : 0;
  if (config.positions == "sinusoidal")
    model.require(config.first_position == first, "first-position", config.first_position);
  model.require(kin.has_output_bias || !config.output_bias, "output-bias", config.output_bias);
  const TiedEmbeddings tied = config.tied_embeddings;
  model.require(tied == TiedEmbeddings::all || (kin.has_two_vocabularies && tied != TiedEmbeddings::inputs),
                "tied-embeddings", to_string(tied));
}

nlohmann::ordered_json config_of(const ModelConfig& config, const BartKin& kin) {
  nlohmann::ordered_json json = common_config(config, kin.model_type, kin.architecture);
  for (const std::string stack : {"encoder", "decoder"}) {
    json[stack + "_layers"] = stack == "encoder" ? config.encoder_layers : config.decoder_layers;
    json[stack + "_attention_heads"] = config.heads;
    json[stack + "_ffn_dim"] = config.feed_forward_width;
    json[stack + "_layerdrop"] = config.layer_dropout;
  }
  json["activation_function"] = activation_name(config.activation);
  json["scale_embedding"] = config.embedding_scale;
  json["max_position_embeddings"] = config.max_positions;
  json["dropout"] = config.dropout;
  json["attention_dropout"] = config.attention_dropout;
  json["activation_dropout"] = config.activation_dropout;
  json["tie_word_embeddings"] = config.ties_output();
  if (kin.has_two_vocabularies) {
    json["share_encoder_decoder_embeddings"] = config.ties_inputs();
    json["decoder_vocab_size"] = config.target_vocabulary;
  }
  // CTranslate2's converter asks for these.
  json["normalize_before"] = kin.norm == Norm::pre;
  json["normalize_embedding"] = kin.embedding_norm;
  return json;
}

void give_tables(const ModelConfig& config, const BartKin& kin, GivenWeights& given) {
  const std::vector<std::int64_t> source{config.source_vocabulary, config.width},
      target{config.target_vocabulary, config.width};
  if (config.ties_inputs()) {
    given.tensor("embedding.weight", {"model.shared.weight"}, target);
  } else {
    given.tensor("source_embedding.weight", {"model.encoder.embed_tokens.weight"}, source);
    given.tensor("target_embedding.weight", {"model.decoder.embed_tokens.weight"}, target);
  }
  if (!config.ties_output()) given.tensor("output_weight", {"lm_head.weight"}, target);
  if (kin.has_output_bias) {
    const at::Tensor bias = config.output_bias ? given.own("output_bias") : at::zeros({config.target_vocabulary});
    given.give("final_logits_bias", bias.unsqueeze(0));
  }
  if (config.positions != "learned") return;
  constexpr std::int64_t kUnused = 2;
  for (const std::string stack : {"encoder", "decoder"}) {
    const at::Tensor table = given.own(stack + "_input.positions");
    given.give("model." + stack + ".embed_positions.weight", at::cat({at::zeros({kUnused, config.width}), table}));
  }
}

}  // namespace

ExportedNetwork exported_bart(const ModelConfig& config, const SafetensorsFile& weights) {
  const Exportable model(config, "transformers");
  model.require_usual_transformer();
  model.require_plain_layers();
  const BartKin& kin = kin_of(config, model);
  require_kin(config, kin, model);
  ExportedNetwork network{kin.model_type, config_of(config, kin), {}, {}};
  const bool interleaved = config.positions == "sinusoidal" && config.positions_layout == PositionsLayout::interleaved;
  const std::optional<SafetensorsFile> halved =
      interleaved ? std::optional(with_halved_positions(config, weights)) : std::nullopt;
  if (halved) {
    network.notes.emplace_back(
        "positions here are interleaved, there in halves: the numbers of all vectors are in another order");
  }
  GivenWeights given(halved ? *halved : weights);
  give_tables(config, kin, given);
  name_bart_layers(config, given);
  network.weights = given.given();
  return network;
}

}  // namespace dragoman
