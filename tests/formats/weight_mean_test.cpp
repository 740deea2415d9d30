#include "formats/weight_mean.h"

#include <ATen/ATen.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>

namespace dragoman {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

SafetensorsFile weights_of(float a, float b) {
  return {{{"one", at::full({2}, a)}, {"other", at::full({1, 2}, b)}}, {}};
}

TEST(WeightMean, IsTheMeanBySharesInDoubles) {
  WeightMean mean;
  mean.add(weights_of(1e8F, 2), "a");
  mean.add(weights_of(1, 4), "b");
  mean.add(weights_of(-1e8F, 6), "c");
  const NamedTensors result = mean.result();
  EXPECT_EQ(result.at(0).first, "one");
  EXPECT_EQ(result.at(0).second.scalar_type(), torch::kFloat32);
  EXPECT_FLOAT_EQ(result.at(0).second[0].item<float>(), 1.0F / 3) << "in fp32 it would be lost";
  EXPECT_TRUE(result.at(1).second.equal(at::full({1, 2}, 4.0F)));

  WeightMean weighted;
  weighted.add(weights_of(1, 10), "a", 1);
  weighted.add(weights_of(5, 20), "b", 3);
  EXPECT_TRUE(weighted.result().at(0).second.equal(at::full({2}, 4.0F)));
  EXPECT_TRUE(weighted.result().at(1).second.equal(at::full({1, 2}, 17.5F)));
}

TEST(WeightMean, NamesWhatIsOfAnotherShape) {
  EXPECT_THROW(WeightMean().result(), std::logic_error);
  WeightMean mean;
  mean.add(weights_of(1, 2), "first");
  EXPECT_THAT(
      [&] {
        mean.add({{{"one", at::ones({3})}, {"other", at::ones({1, 2})}}, {}}, "longer");
      },
      ThrowsMessage<std::runtime_error>(AllOf(HasSubstr("longer: 'one' has shape [3]"), HasSubstr("first"))));
  EXPECT_THAT(
      [&] {
        mean.add({{{"one", at::ones({2})}, {"another", at::ones({1, 2})}}, {}}, "renamed");
      },
      ThrowsMessage<std::runtime_error>(AllOf(HasSubstr("renamed"), HasSubstr("'other'"))));
  EXPECT_THAT(
      [&] {
        mean.add({{{"one", at::ones({2})}}, {}}, "fewer");
      },
      ThrowsMessage<std::runtime_error>(HasSubstr("fewer: has 1 tensors, but first has 2")));
}

}  // namespace
}  // namespace dragoman
