#include "formats/ctranslate2/ctranslate2_export.h"

#include "base/atomic_directory.h"
#include "base/atomic_file.h"
#include "formats/ctranslate2/exported_text.h"
#include "formats/ctranslate2/exported_variables.h"
#include "formats/foreign/exportable.h"
#include "formats/stored_weights.h"
#include "model/attention/positions/positional_encoding.h"

#include <ATen/ATen.h>

#include <cmath>
#include <cstdint>
#include <fmt/format.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

namespace fs = std::filesystem;
using torch::Tensor;

// CTranslate2's numbers.
std::int64_t activation_number(Activation activation) {
  switch (activation) {
    case Activation::relu:
      return 0;
    case Activation::gelu_tanh:
      return 1;
    case Activation::silu:
      return 2;
    case Activation::gelu:
      return 3;
    case Activation::gelu_sigmoid:
      return 4;
  }
  throw std::logic_error("an activation that the export does not know");
}

class Export {
 public:
  Export(const ModelConfig& config, const SafetensorsFile& weights, const ExportedText& text)
      : config_(config), weights_(weights), text_(text) {
    add_stack("encoder", config.encoder_layers);
    add_stack("decoder", config.decoder_layers);
    add_embeddings();
    add_positions();
    variables_.add_byte("encoder/embeddings_merge", 0);
    variables_.add_flag("encoder/multi_query_attention", false);
    variables_.add_short("decoder/alignment_heads", 1);
    variables_.add_short("decoder/alignment_layer", -1);
    for (const char* off : {"alibi", "alibi_use_positive_positions", "scale_alibi"})
      variables_.add_flag(fmt::format("decoder/{}", off), false);
    variables_.add_flag("decoder/start_from_zero_embedding", config.zero_start || text.drops_padding);
    if (config.output_scale) variables_.add_real("decoder/scale_outputs", 1 / std::sqrt(config.width));
  }

  const ExportedVariables& variables() const { return variables_; }

 private:
  Tensor weight(const std::string& name) const {
    return stored_weight(weights_, name, "model.safetensors").to(torch::kFloat32);
  }

  void add_linear(const std::string& name, const std::string& ours, bool bias) {
    variables_.add(name + "/weight", weight(ours + ".weight"));
    if (bias) variables_.add(name + "/bias", weight(ours + ".bias"));
  }

  void add_norm(const std::string& name, const std::string& ours) {
    variables_.add(name + "/gamma", weight(ours + ".weight"));
    if (config_.normalisation == NormForm::layer) variables_.add(name + "/beta", weight(ours + ".bias"));
  }

  void add_stack(const std::string& stack, int layers) {
    variables_.add_short(stack + "/num_heads", config_.heads);
    variables_.add_flag(stack + "/pre_norm", config_.norm == Norm::pre);
    variables_.add_byte(stack + "/activation", activation_number(config_.activation));
    variables_.add_flag(stack + "/scale_embeddings", config_.embedding_scale);
    for (int i = 0; i < layers; ++i) add_layer(stack, i);
    if (config_.final_norm) add_norm(stack + "/layer_norm", stack + ".final_norm");
    if (config_.embedding_norm) add_norm(stack + "/layernorm_embedding", stack + "_input.norm");
  }

  void add_layer(const std::string& stack, int number) {
    const bool bias = config_.projection_bias;
    const std::string layer = fmt::format("{}/layer_{}", stack, number);
    const std::string ours = fmt::format("{}.layers.{}", stack, number);
    add_norm(layer + "/self_attention/layer_norm", ours + ".self_attention_norm");
    add_linear(layer + "/self_attention/linear_0", ours + ".self_attention.qkv", bias);
    add_linear(layer + "/self_attention/linear_1", ours + ".self_attention.output", bias);
    add_heads(layer + "/self_attention", config_.self_attention_score);
    if (config_.positions == "rotary") add_rotation(layer + "/self_attention");
    if (config_.positions == "t5") add_biases(stack, number);
    if (stack == "decoder") {
      add_heads(layer + "/attention", config_.cross_attention_score);
      add_norm(layer + "/attention/layer_norm", ours + ".cross_attention_norm");
      add_linear(layer + "/attention/linear_0", ours + ".cross_attention.q", bias);
      add_linear(layer + "/attention/linear_1", ours + ".cross_attention.kv", bias);
      add_linear(layer + "/attention/linear_2", ours + ".cross_attention.output", bias);
    }
    add_norm(layer + "/ffn/layer_norm", ours + ".feed_forward_norm");
    if (config_.feed_forward_gate) {
      add_halves(layer + "/ffn/linear_0", layer + "/ffn/linear_0_noact", ours + ".feed_forward.inner");
    } else {
      add_linear(layer + "/ffn/linear_0", ours + ".feed_forward.inner", config_.feed_forward_bias);
    }
    add_linear(layer + "/ffn/linear_1", ours + ".feed_forward.outer", config_.feed_forward_bias);
  }

  // The rows of a gate, and those of what it lets through.
  void add_halves(const std::string& gate, const std::string& other, const std::string& ours) {
    for (const std::string part : {"weight", "bias"}) {
      if (part == "bias" && !config_.feed_forward_bias) continue;
      const auto halves = weight(ours + "." + part).chunk(2);
      variables_.add(gate + "/" + part, halves[0]);
      variables_.add(other + "/" + part, halves[1]);
    }
  }

  // A table of biases by distance; a stack may have one alone.
  void add_biases(const std::string& stack, int number) {
    const auto name = [&](int layer) {
      return fmt::format("{}/layer_{}/self_attention/relative_attention_bias", stack, layer);
    };
    if (number > 0 && config_.shared_position_biases) {
      variables_.add_alias(name(number), name(0));
    } else {
      variables_.add(name(number), weight(fmt::format("{}.layers.{}.self_attention.position_biases", stack, number)));
    }
    constexpr int kFarthest = 128;
    variables_.add_int(fmt::format("{}/layer_{}/self_attention/relative_attention_max_distance", stack, number),
                       kFarthest);
  }

  // What is otherwise than their usual width and scale.
  void add_heads(const std::string& attention, const std::string& score) {
    if (config_.head_width != 0) variables_.add_int(attention + "/head_dim", config_.head_width);
    if (score == "dot") variables_.add_real(attention + "/queries_scale", 1);
  }

  void add_rotation(const std::string& attention) {
    variables_.add_int(attention + "/rotary_dim", config_.width_of_head());
    variables_.add_flag(attention + "/rotary_interleave", false);
    variables_.add_real(attention + "/rotary_base", 10'000);
  }

  Tensor rows(const std::string& name, std::int32_t count) const { return weight(name).narrow(0, 0, count); }

  void add_embeddings() {
    const bool one = config_.ties_inputs();
    variables_.add("decoder/embeddings/weight",
                   rows(one ? "embedding.weight" : "target_embedding.weight", text_.target_size));
    if (one) {
      variables_.add_alias("encoder/embeddings_0/weight", "decoder/embeddings/weight");
    } else {
      variables_.add("encoder/embeddings_0/weight", rows("source_embedding.weight", text_.source_size));
    }
    if (!config_.ties_output()) {
      variables_.add("decoder/projection/weight", rows("output_weight", text_.target_size));
    } else {
      variables_.add_alias("decoder/projection/weight", "decoder/embeddings/weight");
    }
    if (config_.output_bias) variables_.add("decoder/projection/bias", rows("output_bias", text_.target_size));
  }

  // Tables that are added to the embeddings.
  void add_positions() {
    if (config_.positions == "rotary" || config_.positions == "t5") return;
    constexpr const char* kEncoder = "encoder/position_encodings/encodings";
    constexpr const char* kDecoder = "decoder/position_encodings/encodings";
    if (config_.positions == "learned") {
      variables_.add(kEncoder, weight("encoder_input.positions"));
      variables_.add(kDecoder, weight("decoder_input.positions"));
      return;
    }
    const Tensor table = sinusoidal_positions(kExportedPositions + config_.first_position, config_.width,
                                              config_.positions_layout, config_.sinusoids);
    variables_.add(kEncoder, table.narrow(0, config_.first_position, kExportedPositions).to(torch::kFloat32));
    variables_.add_alias(kDecoder, kEncoder);
  }

  const ModelConfig& config_;
  const SafetensorsFile& weights_;
  const ExportedText& text_;
  ExportedVariables variables_;
};

// What is otherwise than here has no form in CTranslate2, or none that this program writes.
void require_exportable(const ModelConfig& config) {
  const Exportable model(config, "CTranslate2");
  model.require_usual_transformer();
  const bool has_table = config.positions == "sinusoidal" || config.positions == "learned";
  model.require(has_table || config.positions == "rotary" || config.positions == "t5", "positions", config.positions);
}

}  // namespace

std::vector<std::string> export_ctranslate2(const fs::path& path, const ModelConfig& config,
                                            const SafetensorsFile& weights, const Tokenizers& tokenizers,
                                            const StopCheck& stop) {
  require_exportable(config);
  const ExportedText text = exported_text(config, weights, tokenizers);
  const Export exported(config, weights, text);
  AtomicDirectory whole(path, "dragoman export", stop);
  const fs::path& folder = whole.folder();
  write_file_atomically(folder / "config.json", exported_config(config, text, tokenizers.target));
  const std::string of_target = exported_vocabulary(tokenizers.target, text.target_size);
  if (text.one_vocabulary) {
    write_file_atomically(folder / "shared_vocabulary.json", of_target);
  } else {
    write_file_atomically(folder / "source_vocabulary.json", exported_vocabulary(tokenizers.source, text.source_size));
    write_file_atomically(folder / "target_vocabulary.json", of_target);
  }
  write_tokenizers(folder, tokenizers);
  AtomicFile file(folder / "model.bin");
  exported.variables().write(file, whole);
  file.commit();
  whole.commit();
  return exported_usage(config, text, tokenizers);
}

}  // namespace dragoman
