#include "model/attention/forms/self_attention_form.h"
#include "model/layers/linear.h"

#include <ATen/ATen.h>

#include <vector>

namespace dragoman {
namespace {

using torch::Tensor;

struct CellState : SelfAttentionState {
  Tensor cell;  // [R, D]
};

/// The simplified simple recurrent unit: f = σ(W_f x + b), c' = f · c + (1 - f) · W x, out = relu(c') (Kim et al. 2019,
/// "From Research to Production and Back", section 2.3). A step costs the same at any position. Only causal.
class Ssru : public SelfAttentionBase {
 public:
  explicit Ssru(const ModelConfig& config)
      : gate_(register_module("gate", Linear(config.width, config.width, true))),
        input_(register_module("input", Linear(config.width, config.width, false))) {}

  Tensor forward(const Pass& pass, const Tensor& x, const Tensor&, Visibility visibility,
                 const Tensor& residual) const override {
    TORCH_CHECK(visibility == Visibility::causal, "a recurrent unit looks back only");
    const auto gates = at::sigmoid(gate_->forward(pass, x)).unbind(1);
    const auto inputs = input_->forward(pass, x).unbind(1);
    std::vector<Tensor> cells;
    for (std::size_t t = 0; t < gates.size(); ++t)
      cells.push_back(next(t > 0 ? cells.back() : Tensor(), gates[t], inputs[t]));
    const Tensor out = at::relu(at::stack(cells, 1));
    return residual.defined() ? residual + out : out;
  }

  std::unique_ptr<SelfAttentionState> start(std::optional<c10::ScalarType>) const override {
    return std::make_unique<CellState>();
  }

  Tensor step(const Pass& pass, const Tensor& x, SelfAttentionState& opaque, const DecoderIndex& index,
              const Tensor& residual) const override {
    auto& state = static_cast<CellState&>(opaque);
    const Tensor before = state.cell.defined() ? index.continued(state.cell) : Tensor();
    state.cell = next(before, at::sigmoid(gate_->forward(pass, x)), input_->forward(pass, x));
    const Tensor out = at::relu(state.cell);
    return residual.defined() ? residual + out : out;
  }

 private:
  static Tensor next(const Tensor& cell, const Tensor& gate, const Tensor& input) {
    return cell.defined() ? at::lerp(input, cell, gate) : input * (1 - gate);
  }

  Linear gate_;   // [D, D]
  Linear input_;  // [D, D]
};

}  // namespace

std::shared_ptr<SelfAttentionBase> make_ssru(const ModelConfig& config, RandomSites&, const AttentionSite&) {
  return std::make_shared<Ssru>(config);
}

}  // namespace dragoman
