// A recurrent decoder that trains from position to position.
#include "model/architecture.h"
#include "model/attention/attention_observer.h"
#include "tests/model/tensors.h"
#include "tests/model/tiny_config.h"

#include <ATen/ATen.h>

#include <gtest/gtest.h>
#include <set>
#include <vector>

namespace dragoman {
namespace {

using torch::Tensor;

constexpr std::int64_t kSentences = 6, kSource = 40, kTarget = 9;

ModelConfig config_that_draws() {
  ModelConfig config = tiny_config();
  config.architecture = "rnn";
  config.dropout = 0;
  config.cross_attention_selection = AttentionSelection::sampled;
  return config;
}

// Where each query looks if it looks at one key alone, else -1.
class Looks : public AttentionObserver {
 public:
  Tensor see(const AttentionSite&, const Tensor& weights, const Tensor& heads) override {
    EXPECT_EQ(weights.size(2), 1);
    const Tensor is_one = weights.detach().amax(-1) == 1;                                         // [B, H, 1]
    looks.push_back(at::where(is_one, weights.detach().argmax(-1), -1).select(1, 0).squeeze(1));  // of the first head
    return heads;
  }

  std::vector<Tensor> looks;  // by position, [B]
};

TEST(InputFeeding, DrawsAtEachPositionForItself) {
  const auto model = create_model(config_that_draws(), 1);
  model->train();
  const Tensor source = torch::arange(kSentences * kSource).view({kSentences, kSource}) % 26 + 4;
  const Tensor lengths = torch::full({kSentences}, kSource), target = source.narrow(1, 0, kTarget);
  Looks looks;
  Tensor drawn;
  const Pass pass{.observer = &looks, .drawn_log_probability = &drawn};
  model->decode(pass, model->encode(pass, source, lengths), target);
  EXPECT_EQ(drawn.sizes(), (std::vector<std::int64_t>{kSentences, kTarget}));
  int sentences = 0;
  for (std::int64_t sentence = 0; sentence < kSentences; ++sentence) {
    std::set<std::int64_t> places;
    for (const Tensor& at_position : looks.looks) places.insert(at_position[sentence].item<std::int64_t>());
    if (places.contains(-1)) {
      EXPECT_EQ(places.size(), 1U) << "a sentence is drawn for as a whole";
      EXPECT_EQ(drawn[sentence].abs().sum().item<float>(), 0);
      continue;
    }
    ++sentences;
    EXPECT_GT(places.size(), 3U) << "of the " << kTarget << " positions with nearly even weights over 40 keys";
    EXPECT_LT(drawn[sentence].max().item<float>(), -1);
  }
  EXPECT_GT(sentences, 0);
}

}  // namespace
}  // namespace dragoman
