#include "formats/huggingface/bart_weights.h"

#include <ATen/ATen.h>

#include <cstdint>
#include <fmt/format.h>
#include <string>
#include <vector>

namespace dragoman {
namespace {

class Layer {
 public:
  Layer(ForeignWeights& weights, const ModelConfig& config, NamedTensors& taken, const std::string& stack, int number)
      : weights_(weights),
        width_(config.width),
        inner_(config.feed_forward_width),
        taken_(taken),
        theirs_(fmt::format("model.{}.layers.{}.", stack, number)),
        ours_(fmt::format("{}.layers.{}.", stack, number)) {}

  // Linear layers over the same input are one of ours, the rows of each behind those of the one before.
  void linear(const std::string& ours, const std::vector<std::string>& theirs, std::int64_t rows,
              std::int64_t columns) {
    std::vector<torch::Tensor> matrices, biases;
    for (const std::string& name : theirs) {
      matrices.push_back(weights_.take(theirs_ + name + ".weight", {rows, columns}));
      biases.push_back(weights_.take(theirs_ + name + ".bias", {rows}));
    }
    taken_.emplace_back(ours_ + ours + ".weight", matrices.size() == 1 ? matrices[0] : at::cat(matrices));
    taken_.emplace_back(ours_ + ours + ".bias", biases.size() == 1 ? biases[0] : at::cat(biases));
  }

  void projection(const std::string& ours, const std::vector<std::string>& theirs) {
    linear(ours, theirs, width_, width_);
  }

  void norm(const std::string& ours, const std::string& theirs) {
    for (const char* part : {".weight", ".bias"})
      taken_.emplace_back(ours_ + ours + part, weights_.take(theirs_ + theirs + part, {width_}));
  }

  void take(bool in_decoder) {
    projection("self_attention.qkv", {"self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"});
    projection("self_attention.output", {"self_attn.out_proj"});
    norm("self_attention_norm", "self_attn_layer_norm");
    if (in_decoder) {
      projection("cross_attention.q", {"encoder_attn.q_proj"});
      projection("cross_attention.kv", {"encoder_attn.k_proj", "encoder_attn.v_proj"});
      projection("cross_attention.output", {"encoder_attn.out_proj"});
      norm("cross_attention_norm", "encoder_attn_layer_norm");
    }
    linear("feed_forward.inner", {"fc1"}, inner_, width_);
    linear("feed_forward.outer", {"fc2"}, width_, inner_);
    norm("feed_forward_norm", "final_layer_norm");
  }

 private:
  ForeignWeights& weights_;
  std::int64_t width_, inner_;
  NamedTensors& taken_;
  std::string theirs_, ours_;
};

}  // namespace

void take_bart_layers(ForeignWeights& weights, const ModelConfig& config, NamedTensors& taken) {
  for (int i = 0; i < config.encoder_layers; ++i) Layer(weights, config, taken, "encoder", i).take(false);
  for (int i = 0; i < config.decoder_layers; ++i) Layer(weights, config, taken, "decoder", i).take(true);
}

}  // namespace dragoman
