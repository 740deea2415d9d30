#include "formats/marian/marian_layers.h"

#include <ATen/ATen.h>

#include <cstdint>
#include <fmt/format.h>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using torch::Tensor;

class LayerTaker {
 public:
  LayerTaker(ForeignWeights& weights, const MarianNetwork& network, NamedTensors& taken)
      : weights_(weights),
        network_(network),
        width_(network.config.width),
        inner_(network.config.feed_forward_width),
        taken_(taken) {}

  // theirs, ours: what the names of the layer's tensors begin with.
  void take(const std::string& theirs, const std::string& ours, bool in_decoder) {
    theirs_ = theirs;
    ours_ = ours;
    self_attention(in_decoder ? network_.config.decoder_self_attention : network_.config.encoder_self_attention);
    if (in_decoder) {
      linear("cross_attention.q", {"context_Wq"}, {"context_bq"}, width_, width_);
      linear("cross_attention.kv", {"context_Wk", "context_Wv"}, {"context_bk", "context_bv"}, width_, width_);
      linear("cross_attention.output", {"context_Wo"}, {"context_bo"}, width_, width_);
      norm("cross_attention_norm", "context_Wo");
    }
    feed_forward("feed_forward.", "ffn_");
    norm("feed_forward_norm", "ffn_ffn");
  }

  // The norm of a stack's input, in front of it, or of its output.
  void stack_norm(const std::string& theirs, const std::string& ours, const char* suffix) {
    theirs_ = ours_ = "";
    norm(ours, theirs, suffix);
  }

 private:
  Tensor matrix(const std::string& name, std::int64_t in, std::int64_t out) {
    return weights_.take(theirs_ + name, {in, out}).t();
  }

  Tensor taken_or(bool must_be, const std::string& name, const Tensor& otherwise) {
    if (!must_be && !weights_.contains(name)) return otherwise;
    return weights_.take(name, {1, otherwise.size(0)}).flatten();
  }

  Tensor vector(const std::string& name, std::int64_t size) {
    return taken_or(network_.biases, theirs_ + name, at::zeros({size}));
  }

  void keep(const std::string& ours, const Tensor& weight, const Tensor& bias) {
    taken_.emplace_back(ours_ + ours + ".weight", weight.contiguous());
    taken_.emplace_back(ours_ + ours + ".bias", bias);
  }

  // Linear layers over the same input are one of ours, the rows of each behind those of the one before.
  void linear(const std::string& ours, const std::vector<std::string>& matrices, const std::vector<std::string>& biases,
              std::int64_t in, std::int64_t out) {
    std::vector<Tensor> weights, shifts;
    for (const std::string& name : matrices) weights.push_back(matrix(name, in, out));
    for (const std::string& name : biases) shifts.push_back(vector(name, out));
    keep(ours, at::cat(weights), at::cat(shifts));
  }

  void norm(const std::string& ours, const std::string& theirs, const char* suffix) {
    const bool has_mean = network_.config.normalisation == NormForm::layer;
    const auto part = [&](const char* name, const Tensor& otherwise) {
      return taken_or(network_.affine, theirs_ + theirs + name + suffix, otherwise);
    };
    taken_.emplace_back(ours_ + ours + ".weight", part(has_mean ? "_ln_scale" : "_rms_scale", at::ones({width_})));
    if (has_mean) taken_.emplace_back(ours_ + ours + ".bias", part("_ln_bias", at::zeros({width_})));
  }

  void norm(const std::string& ours, const std::string& theirs) {
    norm(ours, theirs, network_.config.norm == Norm::pre ? "_pre" : "");
  }

  void feed_forward(const std::string& ours, const std::string& theirs) {
    linear(ours + "inner", {theirs + "W1"}, {theirs + "b1"}, width_, inner_);
    linear(ours + "outer", {theirs + "W2"}, {theirs + "b2"}, inner_, width_);
  }

  void self_attention(const std::string& form) {
    if (form == "ssru") return recurrent_unit();
    if (form == "average") return average_attention();
    linear("self_attention.qkv", {"self_Wq", "self_Wk", "self_Wv"}, {"self_bq", "self_bk", "self_bv"}, width_, width_);
    linear("self_attention.output", {"self_Wo"}, {"self_bo"}, width_, width_);
    norm("self_attention_norm", "self_Wo");
  }

  void recurrent_unit() {
    keep("self_attention.gate", matrix("rnn_Wf", width_, width_),
         weights_.take(theirs_ + "rnn_bf", {1, width_}).flatten());
    taken_.emplace_back(ours_ + "self_attention.input.weight", matrix("rnn_W", width_, width_).contiguous());
    norm("self_attention_norm", network_.config.norm == Norm::pre ? "rnn" : "rnn_ffn");
  }

  // Each gate looks at what it lets through alone; ours would look at both.
  void average_attention() {
    feed_forward("self_attention.feed_forward.", "aan_");
    const Tensor zeros = at::zeros({width_, width_});
    keep("self_attention.gates",
         at::cat({at::cat({matrix("aan_Wi", width_, width_), zeros}, 1),
                  at::cat({zeros, matrix("aan_Wf", width_, width_)}, 1)}),
         at::cat({vector("aan_bi", width_), vector("aan_bf", width_)}));
    norm("self_attention_norm", "aan_ffn");
  }

  ForeignWeights& weights_;
  const MarianNetwork& network_;
  std::int64_t width_, inner_;
  NamedTensors& taken_;
  std::string theirs_, ours_;
};

}  // namespace

void take_marian_layers(ForeignWeights& weights, const MarianNetwork& network, NamedTensors& taken) {
  const ModelConfig& config = network.config;
  LayerTaker layers(weights, network, taken);
  for (int i = 0; i < config.encoder_layers; ++i)
    layers.take(fmt::format("encoder_l{}_", i + 1), fmt::format("encoder.layers.{}.", i), false);
  for (int i = 0; i < config.decoder_layers; ++i) {
    layers.take(fmt::format("decoder_l{}_", network.decoder_layers[static_cast<std::size_t>(i)]),
                fmt::format("decoder.layers.{}.", i), true);
  }
  for (const std::string stack : {"encoder", "decoder"}) {
    if (config.embedding_norm) layers.stack_norm(stack + "_emb", stack + "_input.norm", "_pre");
    if (config.final_norm) layers.stack_norm(stack + "_top", stack + ".final_norm", "");
    if (config.positions == "learned")
      taken.emplace_back(stack + "_input.positions", weights.take("Wpos", {config.max_positions, config.width}));
  }
}

}  // namespace dragoman
