#include "formats/stored_weights.h"

#include <ATen/ATen.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>

namespace dragoman {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

TEST(QuantisedWeights, EachRowHasItsScale) {
  const at::Tensor matrix = at::tensor({1.27F, -0.635F, 0.0F, 0.0F, 0.0F, 0.0F, -2540.0F, 9.9F, 10.1F}).view({3, 3});
  const auto [values, scales] = quantise(matrix);
  EXPECT_EQ(values.scalar_type(), at::kChar);
  EXPECT_TRUE(values[0].equal(at::tensor({127, -64, 0}, at::kChar)) ||
              values[0].equal(at::tensor({127, -63, 0}, at::kChar)));
  EXPECT_TRUE(values[1].equal(at::zeros({3}, at::kChar)));
  EXPECT_TRUE(values[2].equal(at::tensor({-127, 0, 1}, at::kChar)));
  EXPECT_FLOAT_EQ(scales[0].item<float>(), 0.01F);
  EXPECT_FLOAT_EQ(scales[2].item<float>(), 20.0F);
}

NamedTensors weights() {
  return {{"layer.weight", at::sin(at::arange(600, at::kFloat)).view({20, 30})},
          {"layer.bias", at::arange(20, at::kFloat)},
          {"encoder_input.positions", at::cos(at::arange(40, at::kFloat)).view({10, 4})},
          {"encoder.layers.0.self_attention.position_biases", at::cos(at::arange(64, at::kFloat)).view({32, 2})}};
}

TEST(QuantisedWeights, VectorsAndPositionsStayAsTheyAre) {
  for (const WeightType type : {WeightType::bf16, WeightType::int8}) {
    const SafetensorsFile file{stored_as(type, weights()), {}};
    EXPECT_EQ(stored_type(file), type);
    for (const auto& [name, weight] : weights()) {
      const at::Tensor stored = stored_weight(file, name, "file").to(at::kFloat);
      if (name == "layer.weight") {
        EXPECT_LT((stored - weight).abs().max().item<float>(), type == WeightType::int8 ? 0.5F / 127 + 1e-6F : 0.004F);
        EXPECT_GT((stored - weight).abs().max().item<float>(), 0.0F);
      } else {
        EXPECT_TRUE(stored.equal(weight)) << name;
      }
    }
  }
  EXPECT_EQ(stored_type({stored_as(WeightType::fp32, weights()), {}}), WeightType::fp32);
}

// A model is computed in int8 from what its file says, not from that rounded once more.
TEST(QuantisedWeights, QuantisingAgainChangesNothing) {
  const at::Tensor matrix = at::sin(at::arange(6000, at::kFloat).square()).view({60, 100});
  const auto [values, scales] = quantise(matrix);
  const auto again = quantise(values.to(at::kFloat) * scales.unsqueeze(1));
  EXPECT_TRUE(again.values.equal(values));
  EXPECT_TRUE(again.scales.allclose(scales, 1e-6, 0));
}

TEST(QuantisedWeights, AWeightHasTheValuesThatItWouldBeStoredWith) {
  const SafetensorsFile plain{weights(), {}};
  for (const WeightType type : {WeightType::fp32, WeightType::bf16, WeightType::int8}) {
    const SafetensorsFile stored{stored_as(type, weights()), {}};
    for (const auto& [name, weight] : weights()) {
      const at::Tensor expected = stored_weight(stored, name, "file").to(at::kFloat);
      EXPECT_TRUE(weight_as(type, plain, name, "file").to(at::kFloat).equal(expected)) << name;
      EXPECT_TRUE(weight_as(type, stored, name, "file").to(at::kFloat).equal(expected)) << name;
    }
  }
}

TEST(QuantisedWeights, OtherTypesAreNoWeights) {
  const auto message_of = [](NamedTensors tensors) -> std::string {
    try {
      require_weights({std::move(tensors), {}}, "some/file");
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "accepted";
  };
  for (const WeightType type : {WeightType::fp32, WeightType::bf16, WeightType::int8})
    EXPECT_EQ(message_of(stored_as(type, weights())), "accepted");
  EXPECT_EQ(message_of({{"w", at::zeros({2, 3}, at::kDouble)}, {"v", at::zeros({2}, at::kHalf)}}), "accepted");
  EXPECT_THAT(message_of({{"w", at::zeros({2, 3}, at::kInt)}}), HasSubstr("some/file: 'w' holds numbers of type Int"));
  EXPECT_THAT(message_of({{"w", at::zeros({2}, at::kByte)}}), HasSubstr("'w' holds numbers of type Byte"));
  const at::Tensor matrix = at::zeros({2, 3}, at::kChar);
  EXPECT_THAT(message_of({{"w", matrix}}), HasSubstr("there is no tensor 'w.scale'"));
  for (const at::Tensor& scales : {at::ones({3}), at::ones({2, 1}), at::ones({2}, at::kDouble)})
    EXPECT_THAT(message_of({{"w", matrix}, {"w.scale", scales}}), HasSubstr("'w' does not fit its scales, 'w.scale'"));
  EXPECT_THAT(message_of({{"w", matrix[0]}, {"w.scale", at::ones({3})}}), HasSubstr("'w' does not fit its scales"));
}

TEST(QuantisedWeights, AMissingScaleIsNamed) {
  SafetensorsFile file{stored_as(WeightType::int8, weights()), {}};
  std::erase_if(file.tensors, [](const auto& item) { return item.first == "layer.weight.scale"; });
  EXPECT_THAT([&] { stored_weight(file, "layer.weight", "some/file"); },
              ThrowsMessage<std::runtime_error>(AllOf(HasSubstr("some/file"), HasSubstr("layer.weight.scale"))));
}

}  // namespace
}  // namespace dragoman
