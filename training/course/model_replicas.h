#pragma once

#include "model/model_config.h"
#include "model/seq2seq_model.h"

#include <torch/types.h>

#include <cstddef>
#include <memory>
#include <vector>

namespace dragoman {

/// Copies of one model for threads that each pass a share of a batch: they have the weights of the model itself, which
/// is the first of them, and gradients of their own.
class ModelReplicas {
 public:
  /// `model`, which `config` describes, must outlive this object; count: at least 1.
  ModelReplicas(Seq2SeqModel& model, const ModelConfig& config, std::size_t count);

  std::size_t size() const { return 1 + copies_.size(); }
  Seq2SeqModel& operator[](std::size_t i) { return i == 0 ? model_ : *copies_[i - 1]; }

  /// Adds all gradients to the model's, in the order of the replicas, and drops those of the copies.
  void collect_gradients();
  /// Drops all gradients.
  void drop_gradients();

  /// Of each replica, in the same order.
  const std::vector<std::vector<torch::Tensor>>& parameters() const { return parameters_; }

 private:
  Seq2SeqModel& model_;
  std::vector<std::shared_ptr<Seq2SeqModel>> copies_;
  std::vector<std::vector<torch::Tensor>> parameters_;
};

}  // namespace dragoman
