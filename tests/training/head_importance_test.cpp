#include "training/loss/head_importance.h"

#include "model/architecture.h"
#include "tests/model/tiny_config.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

using torch::Tensor;
using Ids = std::vector<std::int32_t>;
using Kind = AttentionSite::Kind;
using ::testing::ElementsAre;

ModelConfig small_config() {
  ModelConfig config = tiny_config();
  config.encoder_layers = 2;
  config.heads = 4;
  return config;
}

const std::vector<std::pair<Ids, Ids>> kPairs{
    {{4, 5, 6}, {7, 8}}, {{9}, {10, 11, 12, 13}}, {{14, 15, 16, 17, 18}, {19}}};

TokenizedCorpus corpus_of(const std::vector<std::pair<Ids, Ids>>& pairs) {
  TokenizedCorpus corpus;
  for (const auto& [source, target] : pairs) corpus.append(source, target);
  return corpus;
}

// In double precision, with weights that are far from where everything is linear.
std::shared_ptr<Seq2SeqModel> made() {
  auto model = create_model(small_config(), 5);
  const at::NoGradGuard no_grad;
  for (Tensor& parameter : model->parameters()) {
    if (parameter.dim() > 1) parameter.mul_(1.7);
  }
  model->to(torch::kFloat64);
  model->eval();
  return model;
}

// Multiplies what one head puts out.
struct Scaled : AttentionObserver {
  Head head;
  double factor;

  Scaled(Head scaled, double by) : head(scaled), factor(by) {}
  Tensor see(const AttentionSite& site, const Tensor&, const Tensor& heads) override {
    if (site != head.site) return heads;
    Tensor changed = heads.clone();
    changed.select(1, head.number).mul_(factor);
    return changed;
  }
};

// -log P(target | source), the pair alone, by the plain operators.
double loss(Seq2SeqModel& model, const std::pair<Ids, Ids>& pair, AttentionObserver* observer) {
  const at::NoGradGuard no_grad;
  const ModelConfig config = small_config();
  std::vector<std::int64_t> source(pair.first.begin(), pair.first.end()),
      wanted(pair.second.begin(), pair.second.end());
  std::vector<std::int64_t> input = wanted;
  source.push_back(config.special_ids.eos);
  wanted.push_back(config.special_ids.eos);
  input.insert(input.begin(), config.start_token);
  const Pass pass{.observer = observer};
  const Memory memory = model.encode(pass, at::tensor(source).unsqueeze(0), at::tensor({std::ssize(source)}));
  const Tensor states = model.decode(pass, memory, at::tensor(input).unsqueeze(0)).squeeze(0);
  const Tensor log_probs = at::log_softmax(at::linear(states, model.output_layer().weight), 1);
  return -log_probs.gather(1, at::tensor(wanted).unsqueeze(1)).sum().item<double>();
}

TEST(HeadImportanceTest, IsTheSlopeOfTheLoss) {
  const auto model = made();
  const TokenizedCorpus corpus = corpus_of(kPairs);
  for (const int batch_tokens : {1, 1000}) {
    const auto importance = head_importance(*model, text_frame(small_config()), corpus.pairs(), batch_tokens);
    ASSERT_EQ(importance.size(), 4U);
    EXPECT_EQ(importance[1].site, (AttentionSite{Kind::encoder_self, 1}));
    EXPECT_EQ(importance[3].site, (AttentionSite{Kind::cross, 0}));
    for (const HeadImportance& site : importance) {
      ASSERT_EQ(site.heads.size(), 4U);
      for (int number = 0; number < 4; ++number) {
        constexpr double kStep = 1e-4;
        double mean = 0;
        for (const auto& pair : kPairs) {
          Scaled more({site.site, number}, 1 + kStep), less({site.site, number}, 1 - kStep);
          mean += std::abs(loss(*model, pair, &more) - loss(*model, pair, &less)) / (2 * kStep) / 3;
        }
        EXPECT_GT(mean, 1e-3);
        EXPECT_NEAR(site.heads[static_cast<std::size_t>(number)], mean, 1e-5 * mean + 1e-7);
      }
    }
  }
}

TEST(HeadImportanceTest, NeedsPairsAndAModelThatDoesNotTrain) {
  const auto model = made();
  EXPECT_THROW(head_importance(*model, text_frame(small_config()), {}, 100), std::invalid_argument);
  model->train();
  EXPECT_THROW(head_importance(*model, text_frame(small_config()), corpus_of(kPairs).pairs(), 100), std::logic_error);
}

TEST(LeastImportantHeads, AreThoseWithTheSmallestShareOfTheirAttention) {
  // Norms 5 and 0.5: the shares are 0.6, 0.8 and 1, 0.
  const std::vector<HeadImportance> importance{{{Kind::cross, 0}, {3, 4}}, {{Kind::encoder_self, 1}, {0.5, 0}}};
  EXPECT_DOUBLE_EQ(importance[0].norm(), 5);
  EXPECT_THAT(least_important(importance, 3),
              ElementsAre(Head{{Kind::encoder_self, 1}, 1}, Head{{Kind::cross, 0}, 0}, Head{{Kind::cross, 0}, 1}));
  EXPECT_THROW(least_important(importance, 4), std::invalid_argument);
}

void expect_silence(const ModelConfig& config, const std::vector<Head>& heads) {
  const auto model = create_model(config, 5);
  model->eval();
  NamedTensors weights;
  for (const auto& item : model->named_parameters()) weights.emplace_back(item.key(), item.value().detach());
  const NamedTensors pruned = without_heads(weights, heads, config);
  const auto other = create_model(config, 6);
  other->eval();
  {
    const at::NoGradGuard no_grad;
    for (const auto& [name, weight] : pruned) other->named_parameters()[name].copy_(weight);
  }
  // What a factor of zero on each of them does.
  struct Silenced : AttentionObserver {
    std::vector<Head> heads;
    Tensor see(const AttentionSite& site, const Tensor&, const Tensor& put_out) override {
      Tensor changed = put_out.clone();
      for (const Head& head : heads) {
        if (head.site == site) changed.select(1, head.number).zero_();
      }
      return changed;
    }
  } silenced;
  silenced.heads = heads;
  for (const auto& pair : kPairs) {
    EXPECT_NEAR(loss(*other, pair, nullptr), loss(*model, pair, &silenced), 1e-4);
    EXPECT_GT(std::abs(loss(*model, pair, nullptr) - loss(*model, pair, &silenced)), 1e-3);
  }
  const std::vector<Head> foreign{{{Kind::cross, 7}, 0}};
  EXPECT_THROW(without_heads(weights, foreign, config), std::runtime_error);
}

TEST(PrunedHeads, PutOutNothing) {
  const std::vector<Head> heads{{{Kind::encoder_self, 1}, 2}, {{Kind::cross, 0}, 0}, {{Kind::decoder_self, 0}, 3}};
  expect_silence(small_config(), heads);
}

// Layers 2 and 3 are one, which is the second that has weights.
TEST(PrunedHeads, AreFoundInLayersThatShareTheirWeights) {
  ModelConfig config = small_config();
  config.encoder_layers = 6;
  config.shared_layers = 2;
  expect_silence(config, {{{Kind::encoder_self, 2}, 1}, {{Kind::encoder_self, 4}, 3}});
}

}  // namespace
}  // namespace dragoman
