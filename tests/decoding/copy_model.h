#pragma once

#include "model/model_config.h"
#include "model/seq2seq_model.h"

#include <ATen/ATen.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <vector>

namespace dragoman {

/// "Translates" every sentence by repeating it: the state for token t is that of source token t. It counts what it is
/// asked to do, and remembers the longest source.
class CopyModel : public Seq2SeqModel {
 public:
  explicit CopyModel(std::int64_t vocabulary) {
    const at::Tensor noise = at::sin(at::arange(vocabulary * vocabulary, at::kFloat)).view({vocabulary, vocabulary});
    weight_ = register_parameter("weight", at::eye(vocabulary) * 12.0 + noise * 0.5);
  }

  Memory encode(const Pass&, const at::Tensor& source, const at::Tensor& lengths) const override {
    sentences_ += source.size(0);
    for (std::int64_t seen = longest_; seen < source.size(1);) {
      if (longest_.compare_exchange_weak(seen, source.size(1))) break;
    }
    return {at::one_hot(source, weight_.size(0)).to(at::kFloat), lengths};
  }

  at::Tensor decode(const Pass&, const Memory&, const at::Tensor&) const override {
    throw std::logic_error("a search only takes steps");
  }

  std::unique_ptr<DecoderState> start(const Pass&, const Memory& memory) const override {
    auto state = std::make_unique<State>();
    state->rows = memory.states;
    return state;
  }

  at::Tensor step(const Pass&, DecoderState& opaque, const at::Tensor& previous) const override {
    auto& state = dynamic_cast<State&>(opaque);
    if (previous.size(0) != state.rows.size(0)) throw std::logic_error("a token a row");
    return state.rows.select(1, std::min(state.position++, state.rows.size(1) - 1)).contiguous();
  }

  void reorder(DecoderState& opaque, std::span<const std::int64_t> rows) const override {
    auto& state = dynamic_cast<State&>(opaque);
    state.rows = state.rows.index_select(0, at::tensor(std::vector<std::int64_t>(rows.begin(), rows.end())));
  }

  OutputLayer output_layer() const override { return {weight_, {}}; }

  std::int64_t sentences() const { return sentences_; }
  std::int64_t longest() const { return longest_; }

 private:
  struct State : DecoderState {
    at::Tensor rows;  // [R, S, V]
    std::int64_t position = 0;
  };

  at::Tensor weight_;
  mutable std::atomic<std::int64_t> sentences_{0};
  mutable std::atomic<std::int64_t> longest_{0};
};

}  // namespace dragoman
