#pragma once

#include "model/attention/cross_attention.h"
#include "model/decoder_index.h"
#include "model/layers/dropout.h"
#include "model/layers/layer_norm.h"
#include "model/recurrent/recurrence.h"
#include "model/seq2seq_model.h"

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>
#include <torch/types.h>

#include <span>
#include <vector>

namespace dragoman {

/// A recurrence of width D with residual connection, dropout and layer norm as in a Transformer's sublayer, in parts:
/// a decoder with input feeding has to go from position to position through all layers.
class RecurrentDecoderLayerImpl : public torch::nn::Module {
 public:
  RecurrentDecoderLayerImpl(const ModelConfig& config, RandomSites& sites);

  /// All positions. x: [B, T, D] → [B, T, D]
  torch::Tensor forward(const Pass& pass, const torch::Tensor& x, const RecurrentState& state) const;

  /// x: [..., D] → what the recurrence takes in of it
  torch::Tensor enter(const Pass& pass, const torch::Tensor& x) const {
    return recurrence->enter(pass, pre_norm_ ? norm_->forward(x) : x);
  }

  /// The layer's result for its input x and the recurrence's output, both [R, D]. kept: [R, D], factors of dropout, or
  /// undefined
  torch::Tensor leave(const torch::Tensor& x, const torch::Tensor& output, const torch::Tensor& kept) const;

  /// Dropout's factors for a tensor like x; undefined where nothing is dropped.
  torch::Tensor kept(const Pass& pass, const torch::Tensor& x) const;

  Recurrence recurrence;

 private:
  bool pre_norm_;
  LayerNorm norm_;
  Dropout dropout_;
};
TORCH_MODULE(RecurrentDecoderLayer);

/// What the decoder keeps during a search: as the rows of the last step left it.
struct RecurrentDecoderState {
  std::vector<RecurrentState> layers;
  torch::Tensor attended;  ///< [R, D], of the position before
  CrossAttentionState memory;
  DecoderIndex index;

  /// Gives each row of `index` its own layers and what it attended to.
  void take_rows();
};

/// Recurrent layers, and attention to the memory by the output h of the last (Luong et al. 2015): what comes out is
///   tanh(W_c [attention(h); h])                                                  (equation 5)
/// where the half of W_c that belongs to the attention is its own output projection. With input feeding (section 3.3)
/// it is a part of the first layer's input at the next position. Each layer begins with the hidden state tanh(W · mean
/// of the memory's states) (after Bahdanau et al. 2015, appendix A.2.2, who take one of the states) and a cell of
/// zeros.
class RecurrentDecoderImpl : public torch::nn::Module {
 public:
  RecurrentDecoderImpl(const ModelConfig& config, RandomSites& sites);

  /// x: [B, T, D]; bias: [B, 1, 1, S] → [B, T, D]
  torch::Tensor forward(const Pass& pass, const torch::Tensor& x, const Memory& memory,
                        const torch::Tensor& bias) const;

  RecurrentDecoderState start(const Pass& pass, const Memory& memory, std::optional<c10::ScalarType> cache_type) const;

  /// One token more: x: [R, D] → [R, D]
  torch::Tensor step(const Pass& pass, const torch::Tensor& x, RecurrentDecoderState& state) const;

 private:
  std::vector<RecurrentState> begin(const Pass& pass, const Memory& memory) const;
  torch::Tensor advance(const Pass& pass, torch::Tensor x, torch::Tensor entered, const torch::Tensor& attended,
                        std::vector<RecurrentState>& states, std::span<const torch::Tensor> kept) const;
  torch::Tensor attend_at(const Pass& pass, std::int64_t position, const torch::Tensor& output,
                          const torch::Tensor& keys_values, const torch::Tensor& bias, torch::Tensor& reached,
                          std::vector<torch::Tensor>& drawn) const;
  torch::Tensor forward_fed(const Pass& pass, const torch::Tensor& x, const torch::Tensor& keys_values,
                            const torch::Tensor& bias, std::vector<RecurrentState> states) const;
  torch::Tensor finish(const Pass& pass, const torch::Tensor& attended) const;

  std::vector<RecurrentDecoderLayer> layers_;
  Linear initial_;        // [layers · D, D]
  Linear feed_{nullptr};  // [G · D, D], with input feeding
  CrossAttention attention_;
  Linear combine_;  // [D, D]: the half of W_c that belongs to h
  Dropout dropout_;
  LayerNorm final_norm_{nullptr};
};
TORCH_MODULE(RecurrentDecoder);

}  // namespace dragoman
