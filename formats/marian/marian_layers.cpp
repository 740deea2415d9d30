#include "formats/marian/marian_layers.h"

#include <fmt/format.h>
#include <string>
#include <vector>

namespace dragoman {
namespace {

class MarianLayer {
 public:
  // theirs, ours: what the names of the layer's tensors begin with.
  MarianLayer(const MarianNetwork& network, MarianNames& names, std::string theirs, std::string ours)
      : network_(network),
        names_(names),
        width_(network.config.width),
        inner_(network.config.feed_forward_width),
        theirs_(std::move(theirs)),
        ours_(std::move(ours)) {}

  void name(bool in_decoder) {
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

  void norm(const std::string& ours, const std::string& theirs, const char* suffix) {
    const bool has_mean = network_.config.normalisation == NormForm::layer;
    const auto part = [&](const char* own, const std::string& name, double otherwise) {
      names_.vector(ours_ + ours + own, {theirs_ + theirs + name + suffix}, width_, otherwise, network_.affine);
    };
    part(".weight", has_mean ? "_ln_scale" : "_rms_scale", 1);
    if (has_mean) part(".bias", "_ln_bias", 0);
  }

 private:
  std::vector<std::string> named(const std::vector<std::string>& theirs) const {
    std::vector<std::string> whole;
    for (const std::string& name : theirs) whole.push_back(theirs_ + name);
    return whole;
  }

  void linear(const std::string& ours, const std::vector<std::string>& matrices, const std::vector<std::string>& biases,
              std::int64_t in, std::int64_t out) {
    names_.matrix(ours_ + ours + ".weight", named(matrices), in, out);
    bias(ours, biases, out, network_.biases);
  }

  void bias(const std::string& ours, const std::vector<std::string>& theirs, std::int64_t size, bool is_needed) {
    names_.vector(ours_ + ours + ".bias", named(theirs), size, 0, is_needed);
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
    names_.matrix(ours_ + "self_attention.gate.weight", named({"rnn_Wf"}), width_, width_);
    bias("self_attention.gate", {"rnn_bf"}, width_, true);
    names_.matrix(ours_ + "self_attention.input.weight", named({"rnn_W"}), width_, width_);
    norm("self_attention_norm", network_.config.norm == Norm::pre ? "rnn" : "rnn_ffn");
  }

  void average_attention() {
    feed_forward("self_attention.feed_forward.", "aan_");
    names_.gates(ours_ + "self_attention.gates.weight", theirs_ + "aan_Wi", theirs_ + "aan_Wf", width_);
    bias("self_attention.gates", {"aan_bi", "aan_bf"}, width_, network_.biases);
    norm("self_attention_norm", "aan_ffn");
  }

  const MarianNetwork& network_;
  MarianNames& names_;
  std::int64_t width_, inner_;
  std::string theirs_, ours_;
};

}  // namespace

void name_marian_layers(const MarianNetwork& network, MarianNames& names) {
  const ModelConfig& config = network.config;
  for (int i = 0; i < config.encoder_layers; ++i) {
    MarianLayer(network, names, fmt::format("encoder_l{}_", i + 1), fmt::format("encoder.layers.{}.", i)).name(false);
  }
  for (int i = 0; i < config.decoder_layers; ++i) {
    const int number = network.decoder_layers[static_cast<std::size_t>(i)];
    MarianLayer(network, names, fmt::format("decoder_l{}_", number), fmt::format("decoder.layers.{}.", i)).name(true);
  }
  MarianLayer around(network, names, "", "");
  for (const std::string stack : {"encoder", "decoder"}) {
    if (config.embedding_norm) around.norm(stack + "_input.norm", stack + "_emb", "_pre");
    if (config.final_norm) around.norm(stack + ".final_norm", stack + "_top", "");
    if (config.positions == "learned")
      names.table(stack + "_input.positions", "Wpos", config.max_positions, config.width);
  }
}

}  // namespace dragoman
