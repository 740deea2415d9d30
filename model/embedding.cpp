#include "model/embedding.h"

#include "model/positional_encoding.h"

#include <ATen/ATen.h>

#include <cmath>
#include <utility>
#include <vector>

namespace dragoman {

using torch::Tensor;

EmbeddingTableImpl::EmbeddingTableImpl(std::int64_t vocabulary, std::int64_t width) {
  weight = register_parameter("weight", torch::empty({vocabulary, width}));
}

Tensor EmbeddingTableImpl::forward(const Tensor& ids) const {
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

InputLayerImpl::InputLayerImpl(const ModelConfig& config, EmbeddingTable table, const ForwardContextPtr& context)
    : width_(config.width),
      max_positions_(config.max_positions),
      layout_(config.positions_layout),
      scale_(config.embedding_scale ? std::sqrt(static_cast<double>(config.width)) : 1.0),
      table_(std::move(table)),
      dropout_(config.embedding_dropout.value_or(config.dropout), context) {
  if (config.positions == Positions::learned) {
    learned_ = register_parameter("positions", torch::zeros({max_positions_, width_}));
  } else {
    sinusoidal_ = sinusoidal_positions(max_positions_, width_, layout_);
  }
}

Tensor InputLayerImpl::positions(std::int64_t first, std::int64_t count, const Tensor& like) {
  if (learned_.defined()) {
    TORCH_CHECK(first + count <= max_positions_, "the sentence has ", first + count,
                " tokens, but the model has learned positions for ", max_positions_, " only");
    return learned_.narrow(0, first, count);
  }
  // Workers share the model, so the table is never grown in place: what lies beyond it is computed for this call alone.
  const Tensor table =
      first + count <= sinusoidal_.size(0) ? sinusoidal_ : sinusoidal_positions(first + count, width_, layout_);
  return table.narrow(0, first, count).to(like.options());
}

Tensor InputLayerImpl::forward(const Tensor& ids, std::int64_t first) {
  TORCH_CHECK(ids.dim() == 2, "InputLayer: ids must have shape [B, T], not ", ids.sizes());
  const Tensor embedded = table_->forward(ids);
  const Tensor at_position = positions(first, ids.size(1), embedded);
  // One pass: positions + scale · embedding.
  return dropout_(at::add(at_position.unsqueeze(0), embedded, scale_), is_training());
}

}  // namespace dragoman
