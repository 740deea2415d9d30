#pragma once

#include "model/architecture.h"
#include "model/seq2seq_model.h"
#include "tests/model/devices.h"
#include "tests/model/tensors.h"
#include "tests/model/tested_models.h"

#include <gtest/gtest.h>
#include <memory>
#include <tuple>

namespace dragoman {

/// What holds for a model of any architecture and form: its tests run for each of tested_models(), on each device.
class EveryModel : public testing::TestWithParam<std::tuple<TestedModel, torch::Device>> {
 protected:
  const ModelConfig& config() const { return std::get<TestedModel>(GetParam()).config; }
  torch::Device device() const { return std::get<torch::Device>(GetParam()); }

  std::shared_ptr<Seq2SeqModel> model_of(const ModelConfig& config, torch::ScalarType type = torch::kFloat32) const {
    auto model = create_model(config, 3);
    model->to(device(), type);
    model->eval();
    return model;
  }

  const torch::Tensor kSource = ids({{4, 5, 6, 7, 8, 2}, {9, 10, 2, 0, 0, 0}, {11, 12, 13, 14, 2, 0}}).to(device());
  const torch::Tensor kLengths = torch::tensor({6, 3, 5}, torch::kInt64);
  const torch::Tensor kTarget = ids({{1, 20, 21, 22, 23}, {1, 24, 25, 0, 0}, {1, 26, 27, 28, 0}}).to(device());
};

}  // namespace dragoman
