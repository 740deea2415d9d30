#pragma once

#include "model/layers/dropout.h"
#include "model/layers/layer_norm.h"
#include "model/recurrent/recurrence.h"

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>
#include <torch/types.h>

#include <vector>

namespace dragoman {

/// Two recurrences of width D / 2 side by side, one in each direction (Schuster and Paliwal 1997), with residual
/// connection, dropout and layer norm as in a Transformer's sublayer.
class RecurrentEncoderLayerImpl : public torch::nn::Module {
 public:
  RecurrentEncoderLayerImpl(const ModelConfig& config, RandomSites& sites);

  /// x: [B, S, D]; lengths: [B] int64 on the CPU → [B, S, D]
  torch::Tensor forward(const Pass& pass, const torch::Tensor& x, const torch::Tensor& lengths) const;

 private:
  bool pre_norm_;
  Recurrence forward_;
  Recurrence backward_;
  LayerNorm norm_;
  Dropout dropout_;
};
TORCH_MODULE(RecurrentEncoderLayer);

class RecurrentEncoderImpl : public torch::nn::Module {
 public:
  RecurrentEncoderImpl(const ModelConfig& config, RandomSites& sites);

  /// x: [B, S, D]; lengths: [B] int64 on the CPU → [B, S, D]
  torch::Tensor forward(const Pass& pass, torch::Tensor x, const torch::Tensor& lengths) const;

 private:
  std::vector<RecurrentEncoderLayer> layers_;
  LayerNorm final_norm_{nullptr};
};
TORCH_MODULE(RecurrentEncoder);

}  // namespace dragoman
