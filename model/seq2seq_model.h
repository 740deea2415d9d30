#pragma once

#include "model/layers/quantised_matrix.h"
#include "model/pass.h"
#include "model/shapes.h"
#include "model/weight_type.h"

#include <torch/nn/module.h>
#include <torch/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

namespace dragoman {

/// What an encoder leaves for the decoder.
struct Memory {
  torch::Tensor states;   ///< [B, S, D]
  torch::Tensor lengths;  ///< [B] int64 on the CPU, tokens of each source sentence; positions behind them are padding
};

/// The weights that turn decoder states into logits: states · weightᵀ + bias.
struct OutputLayer {
  torch::Tensor weight;                           ///< [V, D]
  torch::Tensor bias;                             ///< [V], or undefined
  std::optional<QuantisedMatrix> quantised = {};  ///< where the weight is kept in int8 alone, and `weight` is a shape
};

/// What a decoder remembers between steps; only the model that made it looks inside.
class DecoderState {
 public:
  virtual ~DecoderState() = default;
};

/// An encoder-decoder model of any architecture. It never forms logits: the loss and the search do, from
/// output_layer().
class Seq2SeqModel : public torch::nn::Module {
 public:
  /// source: [B, S] int64 ids, padded at the end; lengths: [B] int64 on the CPU.
  virtual Memory encode(const Pass& pass, const torch::Tensor& source, const torch::Tensor& lengths) const = 0;

  /// target: [B, T] int64 ids beginning with the start token. Returns the states [B, T, D] that predict the next
  /// tokens.
  virtual torch::Tensor decode(const Pass& pass, const Memory& memory, const torch::Tensor& target) const = 0;

  /// A decoder state with one row for each sentence of `memory`, before any token.
  virtual std::unique_ptr<DecoderState> start(const Pass& pass, const Memory& memory) const = 0;

  /// Takes one more token a row (previous: [R] int64) and returns the states [R, D] that predict the next.
  virtual torch::Tensor step(const Pass& pass, DecoderState& state, const torch::Tensor& previous) const = 0;

  /// Makes row i what row `rows[i]` was. Rows may repeat or vanish.
  virtual void reorder(DecoderState& state, std::span<const std::int64_t> rows) const = 0;

  /// Whether the rows of several searches may go on as one.
  virtual bool joins() const { return false; }

  /// The rows of `other` come behind those of `state`, with all that they have taken. std::logic_error if joins() is
  /// false.
  virtual void join(DecoderState& state, const DecoderState& other) const;

  virtual OutputLayer output_layer() const = 0;

  /// How the weights are kept that prepare_for_inference() has packed.
  WeightType weight_type() const { return weight_type_; }
  /// Said by who packs them.
  void set_weight_type(WeightType type) { weight_type_ = type; }

 private:
  WeightType weight_type_ = WeightType::fp32;
};

/// Puts `model` into evaluation mode and packs every Linear in it, with the weights as they are now.
void prepare_for_inference(Seq2SeqModel& model, WeightType type = WeightType::fp32);

}  // namespace dragoman
