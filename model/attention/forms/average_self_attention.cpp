#include "model/attention/forms/self_attention_form.h"
#include "model/layers/feed_forward.h"
#include "model/layers/linear.h"

#include <ATen/ATen.h>

namespace dragoman {
namespace {

using torch::Tensor;

struct MeanState : SelfAttentionState {
  Tensor sum;  // [R, D]: of all inputs so far
};

/// The mean of the present and all earlier inputs through a feed-forward layer, mixed with the input by two gates
/// (Zhang et al. 2018, "Average Attention Network", equations 1, 2, 6 and 7). No weights to learn for whom to look at,
/// and a step costs the same at any position. Only causal.
class AverageSelfAttention : public SelfAttentionBase {
 public:
  AverageSelfAttention(const ModelConfig& config, RandomSites& sites)
      : feed_forward_(register_module("feed_forward", FeedForward(config, sites))),
        gates_(register_module("gates", Linear(2 * config.width, 2 * config.width, true))) {}

  Tensor forward(const Pass& pass, const Tensor& x, const Tensor&, Visibility visibility,
                 const Tensor& residual) const override {
    TORCH_CHECK(visibility == Visibility::causal, "average attention looks back only");
    const Tensor counts = at::arange(1, x.size(1) + 1, x.options().requires_grad(false)).view({1, -1, 1});
    return mix(pass, x, x.cumsum(1) / counts, residual);
  }

  std::unique_ptr<SelfAttentionState> start(std::optional<c10::ScalarType>) const override {
    return std::make_unique<MeanState>();
  }

  Tensor step(const Pass& pass, const Tensor& x, SelfAttentionState& opaque, const DecoderIndex& index,
              const Tensor& residual) const override {
    auto& state = static_cast<MeanState&>(opaque);
    state.sum = state.sum.defined() ? index.continued(state.sum) + x : x;
    return mix(pass, x, state.sum / static_cast<double>(index.position() + 1), residual);
  }

 private:
  Tensor mix(const Pass& pass, const Tensor& x, const Tensor& mean, const Tensor& residual) const {
    const Tensor context = feed_forward_->forward(pass, mean);
    const auto gates =
        at::sigmoid(gates_->forward(pass, at::cat({x.to(context.scalar_type()), context}, -1))).chunk(2, -1);
    const Tensor mixed = gates[0] * x + gates[1] * context;
    return residual.defined() ? residual + mixed : mixed;
  }

  FeedForward feed_forward_;
  Linear gates_;  // [2 · D, 2 · D]: for the input, for the mean
};

}  // namespace

std::shared_ptr<SelfAttentionBase> make_average_self_attention(const ModelConfig& config, RandomSites& sites,
                                                               const AttentionSite&) {
  return std::make_shared<AverageSelfAttention>(config, sites);
}

}  // namespace dragoman
