#include "formats/huggingface/bart_weights.h"

#include <cstdint>
#include <fmt/format.h>
#include <string>
#include <vector>

namespace dragoman {
namespace {

class BartLayer {
 public:
  BartLayer(const ModelConfig& config, WeightNames& names, const std::string& stack, int number)
      : names_(names),
        width_(config.width),
        inner_(config.feed_forward_width),
        theirs_(fmt::format("model.{}.layers.{}.", stack, number)),
        ours_(fmt::format("{}.layers.{}.", stack, number)) {}

  void name(bool in_decoder) {
    linear("self_attention.qkv", {"self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"}, width_, width_);
    linear("self_attention.output", {"self_attn.out_proj"}, width_, width_);
    norm("self_attention_norm", "self_attn_layer_norm");
    if (in_decoder) {
      linear("cross_attention.q", {"encoder_attn.q_proj"}, width_, width_);
      linear("cross_attention.kv", {"encoder_attn.k_proj", "encoder_attn.v_proj"}, width_, width_);
      linear("cross_attention.output", {"encoder_attn.out_proj"}, width_, width_);
      norm("cross_attention_norm", "encoder_attn_layer_norm");
    }
    linear("feed_forward.inner", {"fc1"}, inner_, width_);
    linear("feed_forward.outer", {"fc2"}, width_, inner_);
    norm("feed_forward_norm", "final_layer_norm");
  }

 private:
  // Linear layers over the same input are one of ours.
  void linear(const std::string& ours, const std::vector<std::string>& theirs, std::int64_t rows,
              std::int64_t columns) {
    part(ours, theirs, ".weight", {rows, columns});
    part(ours, theirs, ".bias", {rows});
  }

  void norm(const std::string& ours, const std::string& theirs) {
    for (const char* name : {".weight", ".bias"}) part(ours, {theirs}, name, {width_});
  }

  void part(const std::string& ours, const std::vector<std::string>& theirs, const std::string& name,
            const std::vector<std::int64_t>& shape) {
    std::vector<std::string> whole;
    for (const std::string& layer : theirs) whole.push_back(theirs_ + layer + name);
    names_.tensor(ours_ + ours + name, whole, shape);
  }

  WeightNames& names_;
  std::int64_t width_, inner_;
  std::string theirs_, ours_;
};

}  // namespace

void name_bart_layers(const ModelConfig& config, WeightNames& names) {
  for (int i = 0; i < config.encoder_layers; ++i) BartLayer(config, names, "encoder", i).name(false);
  for (int i = 0; i < config.decoder_layers; ++i) BartLayer(config, names, "decoder", i).name(true);
  const auto norm = [&](const std::string& ours, const std::string& theirs) {
    for (const char* part : {".weight", ".bias"}) names.tensor(ours + part, {"model." + theirs + part}, {config.width});
  };
  for (const std::string stack : {"encoder", "decoder"}) {
    if (config.embedding_norm) norm(stack + "_input.norm", stack + ".layernorm_embedding");
    if (config.final_norm) norm(stack + ".final_norm", stack + ".layer_norm");
  }
}

}  // namespace dragoman
