#include "formats/ctranslate2/transformer_weights.h"

#include "formats/ctranslate2/transformer_facts.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstdint>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <stdexcept>
#include <string_view>

namespace dragoman {
namespace {

using torch::Tensor;

bool has_biases(const CTranslate2Variables& variables, std::string_view of) {
  return std::ranges::any_of(variables.all(), [&](const auto& entry) {
    return entry.first.ends_with("/bias") && entry.first.find(of) != std::string::npos;
  });
}

void take_norm(CTranslate2Variables& variables, const ModelConfig& config, const std::string& theirs,
               const std::string& ours, NamedTensors& taken) {
  taken.emplace_back(ours + ".weight", variables.take(theirs + "/gamma", {config.width}));
  if (config.normalisation == NormForm::layer)
    taken.emplace_back(ours + ".bias", variables.take(theirs + "/beta", {config.width}));
}

class LayerReader {
 public:
  LayerReader(CTranslate2Variables& variables, const ModelConfig& config, NamedTensors& taken, const std::string& stack,
              int number)
      : variables_(variables),
        config_(config),
        taken_(taken),
        is_first_(number == 0),
        theirs_(fmt::format("{}/layer_{}/", stack, number)),
        ours_(fmt::format("{}.layers.{}.", stack, number)) {}

  void take(bool in_decoder) {
    const std::int64_t width = config_.width, queries = config_.query_width(), keys = config_.key_value_width();
    linear("self_attention.qkv", "self_attention/linear_0", queries + 2 * keys, width, config_.projection_bias);
    linear("self_attention.output", "self_attention/linear_1", width, queries, config_.projection_bias);
    norm("self_attention_norm", "self_attention/layer_norm");
    take_distances();
    if (in_decoder) {
      linear("cross_attention.q", "attention/linear_0", queries, width, config_.projection_bias);
      linear("cross_attention.kv", "attention/linear_1", 2 * keys, width, config_.projection_bias);
      linear("cross_attention.output", "attention/linear_2", width, queries, config_.projection_bias);
      norm("cross_attention_norm", "attention/layer_norm");
    }
    take_feed_forward();
  }

 private:
  Tensor weight(const std::string& theirs, std::int64_t rows, std::int64_t columns) {
    return variables_.take(theirs_ + theirs + "/weight", {rows, columns});
  }

  // Where some have a bias and others none, it is one of zeros.
  Tensor bias(const std::string& theirs, std::int64_t rows) {
    return variables_.take_if_there(theirs_ + theirs + "/bias", {rows}).value_or(at::zeros({rows}));
  }

  void linear(const std::string& ours, const std::string& theirs, std::int64_t rows, std::int64_t columns,
              bool biased) {
    taken_.emplace_back(ours_ + ours + ".weight", weight(theirs, rows, columns));
    if (biased) taken_.emplace_back(ours_ + ours + ".bias", bias(theirs, rows));
  }

  void norm(const std::string& ours, const std::string& theirs) {
    take_norm(variables_, config_, theirs_ + theirs, ours_ + ours, taken_);
  }

  void take_feed_forward() {
    const std::int64_t inner = config_.feed_forward_width, width = config_.width;
    if (config_.feed_forward_gate) {
      const std::string gate = "ffn/linear_0", other = "ffn/linear_0_noact";
      taken_.emplace_back(ours_ + "feed_forward.inner.weight",
                          at::cat({weight(gate, inner, width), weight(other, inner, width)}));
      if (config_.feed_forward_bias)
        taken_.emplace_back(ours_ + "feed_forward.inner.bias", at::cat({bias(gate, inner), bias(other, inner)}));
    } else {
      linear("feed_forward.inner", "ffn/linear_0", inner, width, config_.feed_forward_bias);
    }
    linear("feed_forward.outer", "ffn/linear_1", width, inner, config_.feed_forward_bias);
    norm("feed_forward_norm", "ffn/layer_norm");
  }

  // What distances between positions add.
  void take_distances() {
    const std::string attention = theirs_ + "self_attention/";
    if (config_.positions == "relative") {
      const std::vector<std::int64_t> shape{2 * config_.largest_distance + 1, config_.width_of_head()};
      for (const char* of : {"keys", "values"}) {
        const std::string theirs = fmt::format("{}relative_position_{}", attention, of);
        taken_.emplace_back(fmt::format("{}self_attention.relative_{}", ours_, of), variables_.take(theirs, shape));
      }
    } else if (config_.positions == "t5") {
      take_biases(attention);
    } else if (config_.positions == "rotary") {
      const std::string dim = attention + "rotary_dim";
      if (const auto value = variables_.number(dim); value != 0 && value != config_.width_of_head())
        variables_.refuse(dim, "but Dragoman turns whole heads");
      const std::string interleave = attention + "rotary_interleave";
      if (variables_.number(interleave).value_or(1) != 0) {
        throw std::runtime_error(
            fmt::format("{}: '{}' is 1, for which Dragoman has no form: it turns the halves of heads",
                        variables_.file().name(), interleave));
      }
      variables_.require(attention + "rotary_base", 10000);
    }
  }

  void take_biases(const std::string& attention) {
    const std::string name = attention + "relative_attention_bias";
    variables_.require(attention + "relative_attention_max_distance", kFarthest);
    if (is_first_ || !config_.shared_position_biases) {
      taken_.emplace_back(ours_ + "self_attention.position_biases", variables_.take(name, {kBuckets, config_.heads}));
    } else {
      variables_.ignore(name);
    }
  }

  static constexpr std::int64_t kBuckets = 32, kFarthest = 128;

  CTranslate2Variables& variables_;
  const ModelConfig& config_;
  NamedTensors& taken_;
  bool is_first_;
  std::string theirs_, ours_;
};

}  // namespace

void take_embeddings(CTranslate2Variables& variables, ModelConfig& config, NamedTensors& taken) {
  const std::string source = source_embedding_of(variables), target = "decoder/embeddings/weight",
                    output = "decoder/projection/weight";
  const auto rows = [&](const std::string& name) { return variables.shape(name).front(); };
  const std::vector<std::int64_t> of_target{rows(target), config.width}, of_source{rows(source), config.width};
  config.source_vocabulary = static_cast<std::int32_t>(of_source[0]);
  config.target_vocabulary = static_cast<std::int32_t>(of_target[0]);
  const bool ties_output = variables.same(target, output), ties_source = ties_output && variables.same(target, source);
  config.tied_embeddings = ties_source   ? TiedEmbeddings::all
                           : ties_output ? TiedEmbeddings::target
                                         : TiedEmbeddings::none;
  taken.emplace_back(ties_source ? "embedding.weight" : "target_embedding.weight", variables.take(target, of_target));
  if (!ties_source) taken.emplace_back("source_embedding.weight", variables.take(source, of_source));
  if (!ties_output) taken.emplace_back("output_weight", variables.take(output, of_target));
  if (ties_source) variables.ignore(source);
  if (ties_output) variables.ignore(output);
  if (config.output_bias)
    taken.emplace_back("output_bias", variables.take("decoder/projection/bias", {config.target_vocabulary}));
  if (!config.embedding_norm) return;
  for (const std::string stack : {"encoder", "decoder"})
    take_norm(variables, config, stack + "/layernorm_embedding", stack + "_input.norm", taken);
}

void take_layers(CTranslate2Variables& variables, ModelConfig& config, NamedTensors& taken) {
  config.projection_bias = has_biases(variables, "attention/linear_");
  config.feed_forward_bias = has_biases(variables, "/ffn/linear_");
  for (int i = 0; i < config.encoder_layers; ++i) LayerReader(variables, config, taken, "encoder", i).take(false);
  for (int i = 0; i < config.decoder_layers; ++i) LayerReader(variables, config, taken, "decoder", i).take(true);
  if (!config.final_norm) return;
  for (const std::string stack : {"encoder", "decoder"})
    take_norm(variables, config, stack + "/layer_norm", stack + ".final_norm", taken);
}

}  // namespace dragoman
