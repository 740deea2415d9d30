#include "formats/huggingface/t5_weights.h"

#include <cstdint>
#include <fmt/format.h>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman {
namespace {

constexpr std::int64_t kPositionBuckets = 32;

class T5Stack {
 public:
  T5Stack(const ModelConfig& config, WeightNames& names, std::string_view name)
      : names_(names), config_(config), name_(name) {}

  void name(int layers) {
    for (int i = 0; i < layers; ++i) name_layer(i);
    norm(fmt::format("{}.final_norm", name_), fmt::format("{}.final_layer_norm", name_));
  }

 private:
  // Matrices of the same input are one of ours.
  void matrix(const std::string& ours, const std::vector<std::string>& theirs, std::int64_t rows,
              std::int64_t columns) {
    std::vector<std::string> whole;
    for (const std::string& name : theirs) whole.push_back(name + ".weight");
    names_.tensor(ours + ".weight", whole, {rows, columns});
  }

  void norm(const std::string& ours, const std::string& theirs) {
    names_.tensor(ours + ".weight", {theirs + ".weight"}, {config_.width});
  }

  void name_layer(int number) {
    const std::string ours = fmt::format("{}.layers.{}", name_, number);
    const std::string theirs = fmt::format("{}.block.{}.layer", name_, number);
    const std::int64_t width = config_.width, inner = config_.query_width(), wide = config_.feed_forward_width;
    const std::string own = theirs + ".0.SelfAttention";
    norm(ours + ".self_attention_norm", theirs + ".0.layer_norm");
    if (number == 0 || !config_.shared_position_biases) {
      names_.tensor(ours + ".self_attention.position_biases", {own + ".relative_attention_bias.weight"},
                    {kPositionBuckets, config_.heads});
    }
    matrix(ours + ".self_attention.qkv", {own + ".q", own + ".k", own + ".v"}, inner, width);
    matrix(ours + ".self_attention.output", {own + ".o"}, width, inner);
    const bool decodes = name_ == "decoder";
    if (decodes) {
      const std::string cross = theirs + ".1.EncDecAttention";
      norm(ours + ".cross_attention_norm", theirs + ".1.layer_norm");
      matrix(ours + ".cross_attention.q", {cross + ".q"}, inner, width);
      matrix(ours + ".cross_attention.kv", {cross + ".k", cross + ".v"}, inner, width);
      matrix(ours + ".cross_attention.output", {cross + ".o"}, width, inner);
    }
    const std::string last = theirs + (decodes ? ".2" : ".1"), dense = last + ".DenseReluDense";
    norm(ours + ".feed_forward_norm", last + ".layer_norm");
    const std::vector<std::string> entering =
        config_.feed_forward_gate ? std::vector{dense + ".wi_0", dense + ".wi_1"} : std::vector{dense + ".wi"};
    matrix(ours + ".feed_forward.inner", entering, wide, width);
    matrix(ours + ".feed_forward.outer", {dense + ".wo"}, width, wide);
  }

  WeightNames& names_;
  const ModelConfig& config_;
  std::string_view name_;
};

}  // namespace

void name_t5_layers(const ModelConfig& config, WeightNames& names) {
  T5Stack(config, names, "encoder").name(config.encoder_layers);
  T5Stack(config, names, "decoder").name(config.decoder_layers);
}

}  // namespace dragoman
