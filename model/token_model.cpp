#include "model/token_model.h"

#include "model/attention/scaled_dot_product.h"

#include <ATen/ATen.h>

#include <cmath>

namespace dragoman {

using torch::Tensor;

TokenModel::TokenModel(const ModelConfig& config)
    : state_scale_(config.output_scale ? 1 / std::sqrt(static_cast<double>(config.width)) : 1.0) {
  config.validate();
  if (config.ties_inputs()) {
    source_embedding_ = target_embedding_ =
        register_module("embedding", EmbeddingTable(config.target_vocabulary, config.width));
  } else {
    source_embedding_ = register_module("source_embedding", EmbeddingTable(config.source_vocabulary, config.width));
    target_embedding_ = register_module("target_embedding", EmbeddingTable(config.target_vocabulary, config.width));
  }
  if (!config.ties_output()) {
    output_weight_ = register_parameter("output_weight", torch::zeros({config.target_vocabulary, config.width}));
  }
  if (config.output_bias) output_bias_ = register_parameter("output_bias", torch::zeros({config.target_vocabulary}));
}

OutputLayer TokenModel::output_layer() const {
  if (output_weight_.defined()) return {output_weight_, output_bias_};
  return {target_embedding_->weight, output_bias_, target_embedding_->quantised};
}

Tensor TokenModel::leaving(const Tensor& states) const {
  return state_scale_ == 1.0 ? states : states * state_scale_;
}

// The attention's operator wants queries, keys and bias to have one type.
Tensor TokenModel::bias_of(const Pass& pass, const Memory& memory) const {
  const auto type = pass.compute_type.value_or(memory.states.scalar_type());
  return padding_bias(memory.lengths, memory.states.size(1), memory.states.options().dtype(type));
}

std::optional<c10::ScalarType> TokenModel::cache_type(const Memory& memory) const {
  const bool halves = weight_type() != WeightType::fp32 && memory.states.is_cpu();
  return halves ? std::optional(c10::ScalarType::BFloat16) : std::nullopt;
}

void TokenModel::check_source(const Tensor& source, const Tensor& lengths) {
  TORCH_CHECK(source.dim() == 2 && lengths.dim() == 1 && lengths.size(0) == source.size(0),
              "encode: the source must have shape [B, S] and the lengths [B], not ", source.sizes(), " and ",
              lengths.sizes());
}

void TokenModel::check_target(const Memory& memory, const Tensor& target) {
  TORCH_CHECK(target.dim() == 2 && target.size(0) == memory.states.size(0),
              "decode: the target must have shape [B, T] with B = ", memory.states.size(0), ", not ", target.sizes());
}

void TokenModel::check_previous(const Tensor& previous, std::int64_t rows) {
  TORCH_CHECK(previous.dim() == 1 && previous.size(0) == rows, "step: one id for each of ", rows,
              " rows is needed, not ", previous.sizes());
}

}  // namespace dragoman
