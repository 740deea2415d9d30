#include "model/attention/positions/position_scheme.h"
#include "model/model_config.h"

#include <ATen/ATen.h>

namespace dragoman {
namespace {

using torch::Tensor;

/// Gehring et al. 2017, section 3.1.
class LearnedPositions : public PositionScheme {
 public:
  LearnedPositions(torch::nn::Module& owner, const ModelConfig& config)
      : table_(owner.register_parameter("positions", torch::zeros({config.max_positions, config.width}))) {}

  Tensor embedding(std::int64_t first, std::int64_t count, const Tensor&) const override {
    check(first + count);
    return table_.narrow(0, first, count);
  }

  Tensor embedding_of_rows(const Tensor& positions, const Tensor&) const override {
    check(positions.max().item<std::int64_t>() + 1);
    return table_.index_select(0, positions.to(table_.device()));
  }

 private:
  void check(std::int64_t tokens) const {
    TORCH_CHECK(tokens <= table_.size(0), "the sentence has ", tokens,
                " tokens, but the model has learned positions for ", table_.size(0), " only");
  }

  Tensor table_;  // [max_positions, D]
};

}  // namespace

std::unique_ptr<PositionScheme> make_learned_positions(torch::nn::Module& owner, const ModelConfig& config,
                                                       const PositionPlace& place) {
  return place.in_attention ? nullptr : std::make_unique<LearnedPositions>(owner, config);
}

}  // namespace dragoman
