#include "model/attention/forms/local_self_attention.h"

#include "model/architecture.h"
#include "tests/model/allocations.h"

#include <ATen/ATen.h>

#include <cstdint>
#include <gtest/gtest.h>

namespace dragoman {
namespace {

// As its documentation has it: nothing of the size [T, T] is ever made.
TEST(LocalSelfAttention, TakesMemoryByTheWindowNotTheSquareOfTheLength) {
  constexpr std::int64_t kLength = 2000;
  ModelConfig config;
  config.encoder_layers = config.decoder_layers = 1;
  config.width = config.feed_forward_width = 8;
  config.heads = 1;
  config.source_vocabulary = config.target_vocabulary = 20;
  config.encoder_self_attention = "local";
  config.attention_window = 4;
  const auto model = create_model(config, 1);
  model->eval();
  const torch::NoGradGuard no_grad;
  const torch::Tensor source = at::full({1, kLength}, 5, torch::kInt64),
                      lengths = at::full({1}, kLength, torch::kInt64);
  const Allocations made = allocations_of([&] { model->encode({}, source, lengths); });
  EXPECT_GT(made.largest, kLength * config.width);
  EXPECT_LT(made.largest, kLength * kLength);
}

}  // namespace
}  // namespace dragoman
