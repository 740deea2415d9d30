#include "model/quantised_weights.h"

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
          {"encoder_input.positions", at::cos(at::arange(40, at::kFloat)).view({10, 4})}};
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

TEST(QuantisedWeights, AMissingScaleIsNamed) {
  SafetensorsFile file{stored_as(WeightType::int8, weights()), {}};
  std::erase_if(file.tensors, [](const auto& item) { return item.first == "layer.weight.scale"; });
  EXPECT_THAT([&] { stored_weight(file, "layer.weight", "some/file"); },
              ThrowsMessage<std::runtime_error>(AllOf(HasSubstr("some/file"), HasSubstr("layer.weight.scale"))));
}

}  // namespace
}  // namespace dragoman
