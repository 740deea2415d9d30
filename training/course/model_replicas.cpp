#include "training/course/model_replicas.h"

#include "model/architecture.h"

#include <ATen/ATen.h>

namespace dragoman {

using torch::Tensor;

ModelReplicas::ModelReplicas(Seq2SeqModel& model, const ModelConfig& config, std::size_t count)
    : model_(model), parameters_{model.parameters()} {
  for (std::size_t i = 1; i < count; ++i) {
    copies_.push_back(create_model(config, std::nullopt));
    copies_.back()->train();
    std::vector<Tensor>& shared = parameters_.emplace_back(copies_.back()->parameters());
    const std::vector<Tensor>& weights = parameters_[0];
    TORCH_CHECK(shared.size() == weights.size(), "the config describes a model of ", shared.size(),
                " parameters, not of ", weights.size());
    for (std::size_t k = 0; k < weights.size(); ++k) shared[k].set_data(weights[k].detach());
  }
}

void ModelReplicas::collect_gradients() {
  torch::NoGradGuard no_grad;
  for (std::size_t i = 1; i < parameters_.size(); ++i) {
    for (std::size_t k = 0; k < parameters_[i].size(); ++k) {
      Tensor& addend = parameters_[i][k].mutable_grad();
      if (!addend.defined()) continue;
      Tensor& sum = parameters_[0][k].mutable_grad();
      sum = sum.defined() ? sum.add_(addend) : addend;
      addend.reset();
    }
  }
}

void ModelReplicas::drop_gradients() {
  for (std::vector<Tensor>& parameters : parameters_) {
    for (Tensor& parameter : parameters) parameter.mutable_grad().reset();
  }
}

}  // namespace dragoman
