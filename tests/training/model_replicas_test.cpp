#include "training/course/model_replicas.h"

#include "model/architecture.h"

#include <ATen/ATen.h>

#include <cstddef>
#include <gtest/gtest.h>
#include <memory>

namespace dragoman {
namespace {

using torch::Tensor;

class ModelReplicasTest : public testing::Test {
 protected:
  static ModelConfig small_config() {
    ModelConfig config;
    apply_preset(config, "tiny");
    config.source_vocabulary = config.target_vocabulary = 30;
    return config;
  }

  ModelConfig config_ = small_config();
  std::shared_ptr<Seq2SeqModel> model_ = create_model(config_, 1);
  ModelReplicas replicas_{*model_, config_, 3};
};

TEST_F(ModelReplicasTest, HaveTheModelsWeights) {
  ASSERT_EQ(replicas_.size(), 3u);
  EXPECT_EQ(&replicas_[0], model_.get());
  {
    torch::NoGradGuard no_grad;
    for (Tensor& parameter : model_->parameters()) parameter.fill_(0.5);
  }
  for (std::size_t i = 1; i < replicas_.size(); ++i) {
    EXPECT_TRUE(replicas_[i].is_training());
    for (const auto& parameter : replicas_[i].named_parameters()) {
      EXPECT_TRUE(parameter->eq(0.5).all().item<bool>()) << parameter.key();
      EXPECT_TRUE(parameter->requires_grad()) << parameter.key();
    }
  }
}

TEST_F(ModelReplicasTest, CollectTheGradientsThatAreThere) {
  const auto gradient = [&](std::size_t replica, std::size_t parameter) -> Tensor& {
    return replicas_[replica].parameters()[parameter].mutable_grad();
  };
  const auto give = [&](std::size_t replica, std::size_t parameter, double value) {
    gradient(replica, parameter) = at::full_like(replicas_[replica].parameters()[parameter], value);
  };
  give(0, 0, 1), give(1, 0, 2), give(2, 0, 4);
  give(1, 1, 3), give(2, 1, 5);
  replicas_.collect_gradients();
  EXPECT_TRUE(gradient(0, 0).eq(7).all().item<bool>());
  EXPECT_TRUE(gradient(0, 1).eq(8).all().item<bool>());
  EXPECT_FALSE(gradient(0, 2).defined());
  for (const std::size_t copy : {1, 2}) {
    for (const std::size_t parameter : {0, 1, 2}) EXPECT_FALSE(gradient(copy, parameter).defined());
  }
}

}  // namespace
}  // namespace dragoman
