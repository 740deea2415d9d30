#pragma once

#include "model/named_tensors.h"

#include <torch/nn/module.h>
#include <torch/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace dragoman {

/// The exponential moving average of a model's weights (Polyak and Juditsky 1992; in the form of Kingma and Ba 2015,
/// section 7.2): after each update, average ← d · average + (1 − d) · weights, with d = min(decay, (1 + t) / (10 + t))
/// so that the first steps are forgotten soon.
class MovingAverage {
 public:
  /// decay: in [0, 1). Begins with the model's weights as they are.
  MovingAverage(const torch::nn::Module& model, double decay);

  /// Takes in the weights after update number `step`, counted from 1.
  void update(std::int64_t step);

  /// Puts the average into the model for the scope of this object, and the weights aside.
  class InModel {
   public:
    explicit InModel(MovingAverage& average) : average_(average) { average_.exchange(); }
    ~InModel() { average_.exchange(); }
    InModel(const InModel&) = delete;
    InModel& operator=(const InModel&) = delete;

   private:
    MovingAverage& average_;
  };

  /// Named `prefix` + the parameter's name, referring to the average's own tensors.
  NamedTensors state(const std::string& prefix) const;

 private:
  void exchange();

  double decay_;
  std::vector<std::string> names_;
  std::vector<torch::Tensor> weights_, averages_;
};

}  // namespace dragoman
