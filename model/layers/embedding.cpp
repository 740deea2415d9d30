#include "model/layers/embedding.h"

#include <ATen/ATen.h>

#include <cmath>
#include <utility>
#include <vector>

namespace dragoman {

using torch::Tensor;

EmbeddingTableImpl::EmbeddingTableImpl(std::int64_t vocabulary, std::int64_t width) {
  weight = register_parameter("weight", torch::empty({vocabulary, width}));
}

Tensor EmbeddingTableImpl::forward(const Pass& pass, const Tensor& ids) const {
  if (pass.cuts_tokens) return at::embedding(weight, ids.clamp_min(0)).masked_fill((ids == kCutToken).unsqueeze(-1), 0);
  if (!quantised) return at::embedding(weight, ids);
  const Tensor rows = ids.flatten();
  const Tensor scales = quantised->scales.index_select(0, rows).unsqueeze(1);
  std::vector<std::int64_t> shape = ids.sizes().vec();
  shape.push_back(weight.size(1));
  return quantised->values.index_select(0, rows).to(torch::kFloat32).mul_(scales).view(shape);
}

void EmbeddingTableImpl::keep_only(QuantisedMatrix matrix) {
  quantised = std::move(matrix);
  weight.set_data(at::zeros({1}, weight.options()).expand(weight.sizes()));
}

InputLayerImpl::InputLayerImpl(const ModelConfig& config, EmbeddingTable table, Side side, RandomSites& sites)
    : scale_(config.embedding_scale ? std::sqrt(static_cast<double>(config.width)) : 1.0),
      zero_start_(config.zero_start && side == Side::target),
      table_(std::move(table)),
      positions_(form_named(position_forms(), config.positions).make(*this, config, {false, Visibility::all})),
      dropout_(config.embedding_dropout.value_or(config.dropout), sites) {
  if (config.embedding_norm) norm_ = register_module("norm", LayerNorm(config));
}

Tensor InputLayerImpl::embedded(const Pass& pass, const Tensor& ids, std::int64_t first) const {
  const Tensor vectors = table_->forward(pass, ids);
  if (!zero_start_ || first > 0 || ids.size(1) == 0) return vectors;
  return at::cat({at::zeros_like(vectors.narrow(1, 0, 1)), vectors.narrow(1, 1, ids.size(1) - 1)}, 1);
}

Tensor InputLayerImpl::forward(const Pass& pass, const Tensor& ids, std::int64_t first) const {
  TORCH_CHECK(ids.dim() == 2, "InputLayer: ids must have shape [B, T], not ", ids.sizes());
  const Tensor vectors = embedded(pass, ids, first);
  return entering(pass, vectors, positions_ ? positions_->embedding(first, ids.size(1), vectors) : Tensor());
}

Tensor InputLayerImpl::step(const Pass& pass, const Tensor& ids, const Tensor& positions) const {
  TORCH_CHECK(ids.dim() == 1 && ids.sizes() == positions.sizes(), "InputLayer: ids ", ids.sizes(), " and positions ",
              positions.sizes(), " must have shape [R]");
  Tensor vectors = table_->forward(pass, ids);
  if (zero_start_) vectors = vectors.masked_fill((positions == 0).unsqueeze(1).to(vectors.device()), 0);
  return entering(pass, vectors, positions_ ? positions_->embedding_of_rows(positions, vectors) : Tensor());
}

// at_position: of the shape of vectors' last dimensions, or undefined
Tensor InputLayerImpl::entering(const Pass& pass, const Tensor& vectors, const Tensor& at_position) const {
  // One pass: positions + scale · embedding.
  const Tensor placed = at_position.defined() ? at::add(at_position, vectors, scale_) : vectors * scale_;
  return dropout_(pass, norm_ ? norm_->forward(placed) : placed, is_training());
}

}  // namespace dragoman
