#include "tests/model/every_model.h"

#include <ATen/ATen.h>

#include <gtest/gtest.h>
#include <utility>

namespace dragoman {
namespace {

using torch::Tensor;

// A token of which there is a row of zeros is as good as one that is cut off.
TEST_P(EveryModel, ACutTokenIsAVectorOfZeros) {
  constexpr std::int64_t kOfZeros = 40;
  const auto model = model_of(config());
  model->train();
  for (const auto& item : model->named_parameters()) {
    if (item.key().ends_with("embedding.weight")) item.value().detach()[kOfZeros].zero_();
  }
  const auto states = [&](const Pass& pass, std::int64_t cut) {
    Tensor source = kSource.clone(), target = kTarget.clone();
    source[0][1] = source[0][5] = source[2][3] = target[0][0] = target[1][2] = target[2][3] = cut;
    const Memory memory = model->encode(pass, source, kLengths);
    return std::pair(memory.states, model->decode(pass, memory, target));
  };
  const auto [memory, decoded] = states({.cuts_tokens = true}, kCutToken);
  const auto [expected_memory, expected] = states({}, kOfZeros);
  EXPECT_TRUE(memory.equal(expected_memory));
  EXPECT_TRUE(decoded.equal(expected));
  EXPECT_FALSE(decoded.equal(states({}, 39).second));
}

}  // namespace
}  // namespace dragoman
