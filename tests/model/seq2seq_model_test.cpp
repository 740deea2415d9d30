// What holds for a model of any architecture and form: each test runs for each of tested_models(), on each device.
#include "model/seq2seq_model.h"

#include "model/attention/attention_observer.h"
#include "tests/model/every_model.h"
#include "tests/model/tensors.h"

#include <ATen/ATen.h>

#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

namespace dragoman {
namespace {

using torch::Tensor;

std::string name_of(const testing::TestParamInfo<EveryModel::ParamType>& info) {
  return std::get<TestedModel>(info.param).name + (std::get<torch::Device>(info.param).is_cpu() ? "" : "_CUDA");
}

INSTANTIATE_TEST_SUITE_P(, EveryModel,
                         testing::Combine(testing::ValuesIn(tested_models()), testing::ValuesIn(tested_devices())),
                         name_of);

TEST_P(EveryModel, StepsEqualTheWholeDecode) {
  torch::NoGradGuard no_grad;
  const auto model = model_of(config(), torch::kFloat64);
  const Memory memory = model->encode({}, kSource, kLengths);
  const Tensor whole = model->decode({}, memory, kTarget);
  const auto state = model->start({}, memory);
  for (std::int64_t t = 0; t < kTarget.size(1); ++t) {
    EXPECT_LT(relative_error(model->step({}, *state, kTarget.select(1, t)), whole.select(1, t)), 1e-13) << t;
  }
}

// A search's rows, in plain terms: of which sentence each is, and which tokens it has taken.
struct Rows {
  std::vector<std::int64_t> sentence;
  std::vector<std::vector<std::int64_t>> tokens;

  void reorder(const std::vector<std::int64_t>& rows) {
    Rows next;
    for (const std::int64_t row : rows) {
      next.sentence.push_back(sentence[static_cast<std::size_t>(row)]);
      next.tokens.push_back(tokens[static_cast<std::size_t>(row)]);
    }
    *this = next;
  }
};

TEST_P(EveryModel, ReorderedRowsEqualRecomputation) {
  torch::NoGradGuard no_grad;
  const std::vector<std::vector<std::int64_t>> orders = {
      {0, 0, 0, 1, 1, 1, 2, 2, 2},  // before any token: three beams a sentence
      {0, 1, 2, 3, 4, 5, 6, 7, 8},
      {2, 2, 0, 3, 3, 3, 8, 6, 7},  // rows repeat, vanish and change places
      {3, 5, 4, 8, 7, 6},           // the first sentence vanishes
      {0, 1, 2, 3},                 // sentences with different numbers of rows
      {0, 0, 1, 3},
      {3, 3, 0, 0, 1, 1},  // sentences in another order, even again
      {5, 2}};
  const auto model = model_of(config(), torch::kFloat64);
  const Memory memory = model->encode({}, kSource, kLengths);
  const auto state = model->start({}, memory);
  Rows rows{{0, 1, 2}, {{}, {}, {}}};
  std::int64_t token = 1;
  for (const auto& order : orders) {
    model->reorder(*state, order);
    rows.reorder(order);
    std::vector<std::int64_t> previous;
    for (auto& tokens : rows.tokens) {
      tokens.push_back(token = token * 31 % 47 + 1);
      previous.push_back(token);
    }
    const Tensor states = model->step({}, *state, torch::tensor(previous, torch::kInt64).to(device()));
    const Tensor index = torch::tensor(rows.sentence, torch::kInt64);
    const Memory of_rows{memory.states.index_select(0, index.to(device())), memory.lengths.index_select(0, index)};
    const Tensor recomputed = model->decode({}, of_rows, ids(rows.tokens).to(device())).select(1, -1);
    ASSERT_LT(relative_error(states, recomputed), 1e-13) << rows.tokens[0].size();
  }
}

TEST_P(EveryModel, BeamsAreQueriesToOneSentence) {
  torch::NoGradGuard no_grad;
  const auto model = model_of(config());
  const Memory memory = model->encode({}, kSource, kLengths);
  const auto single = model->start({}, memory), beams = model->start({}, memory);
  const std::vector<std::int64_t> twice = {0, 0, 1, 1, 2, 2};
  model->reorder(*beams, twice);
  for (std::int64_t t = 0; t < 3; ++t) {
    const Tensor expected = model->step({}, *single, kTarget.select(1, t));
    const Tensor both = model->step({}, *beams, kTarget.select(1, t).repeat_interleave(2)).view({3, 2, -1});
    EXPECT_LT(relative_error(both.select(1, 0), expected), 1e-6);
    EXPECT_LT(relative_error(both.select(1, 1), expected), 1e-6);
  }
}

TEST_P(EveryModel, TheFutureChangesNothing) {
  const auto model = model_of(config());
  const Memory memory = model->encode({}, kSource, kLengths);
  const Tensor before = model->decode({}, memory, kTarget);
  Tensor changed = kTarget.clone();
  changed.narrow(1, 3, 2).fill_(40);
  const Tensor after = model->decode({}, memory, changed);
  EXPECT_TRUE(before.narrow(1, 0, 3).equal(after.narrow(1, 0, 3)));
  EXPECT_FALSE(before.select(1, 3).equal(after.select(1, 3)));
}

TEST_P(EveryModel, PaddingChangesNothing) {
  if (!reads_source(config())) GTEST_SKIP() << "it reads no source";
  const auto model = model_of(config());
  const Memory memory = model->encode({}, kSource, kLengths);
  Tensor changed = kSource.clone();
  changed[1].narrow(0, 3, 3).fill_(30);
  changed[2][5] = 31;
  const Memory other = model->encode({}, changed, kLengths);
  for (std::int64_t i = 0; i < 3; ++i) {
    const auto length = kLengths[i].item<std::int64_t>();
    EXPECT_TRUE(memory.states[i].narrow(0, 0, length).equal(other.states[i].narrow(0, 0, length))) << i;
  }
  EXPECT_TRUE(model->decode({}, memory, kTarget).equal(model->decode({}, other, kTarget)));
  // As tokens, they would.
  const Tensor longer = torch::full({3}, 6, torch::kInt64);
  EXPECT_FALSE(model->encode({}, kSource, longer).states.equal(model->encode({}, changed, longer).states));
}

TEST_P(EveryModel, ABatchEqualsItsSentencesAlone) {
  torch::NoGradGuard no_grad;
  for (const bool packed : {false, true}) {
    const auto model = model_of(config());
    if (packed) prepare_for_inference(*model);
    const Memory memory = model->encode({}, kSource, kLengths);
    const Tensor states = model->decode({}, memory, kTarget);
    for (std::int64_t i = 0; i < 3; ++i) {
      const auto length = kLengths[i].item<std::int64_t>();
      const Memory alone = model->encode({}, kSource.narrow(0, i, 1).narrow(1, 0, length), kLengths.narrow(0, i, 1));
      if (reads_source(config())) {
        EXPECT_LT(relative_error(alone.states[0], memory.states[i].narrow(0, 0, length)), 1e-6);
      }
      EXPECT_LT(relative_error(model->decode({}, alone, kTarget.narrow(0, i, 1))[0], states[i]), 1e-6);
    }
  }
}

TEST_P(EveryModel, InferenceEqualsThePlainPath) {
  torch::NoGradGuard no_grad;
  const auto model = model_of(config());
  const Memory plain = model->encode({}, kSource, kLengths);
  const Tensor states = model->decode({}, plain, kTarget);
  prepare_for_inference(*model);
  const Memory packed = model->encode({}, kSource, kLengths);
  if (reads_source(config())) {
    EXPECT_LT(relative_error(packed.states, plain.states), 1e-6);
  }
  EXPECT_LT(relative_error(model->decode({}, packed, kTarget), states), 1e-6);
}

TEST_P(EveryModel, StepsWithPackedWeightsEqualTheWholeDecode) {
  torch::NoGradGuard no_grad;
  for (const auto& [type, tolerance] :
       {std::pair{WeightType::fp32, 1e-5}, std::pair{WeightType::bf16, 0.03}, std::pair{WeightType::int8, 0.03}}) {
    // What is best of all jumps where weights are rounded.
    if (config().cross_attention_selection != AttentionSelection::soft && type != WeightType::fp32) continue;
    const auto model = model_of(config());
    const Tensor whole = model->decode({}, model->encode({}, kSource, kLengths), kTarget);
    prepare_for_inference(*model, type);
    const auto state = model->start({}, model->encode({}, kSource, kLengths));
    for (std::int64_t t = 0; t < kTarget.size(1); ++t) {
      EXPECT_LT(relative_error(model->step({}, *state, kTarget.select(1, t)), whole.select(1, t)), tolerance)
          << to_string(type) << " at " << t;
    }
  }
}

TEST_P(EveryModel, TiesTheEmbeddingsItIsToldTo) {
  for (const auto& [tied, tables] : {std::pair{TiedEmbeddings::all, 1}, std::pair{TiedEmbeddings::target, 2},
                                     std::pair{TiedEmbeddings::inputs, 2}, std::pair{TiedEmbeddings::none, 3}}) {
    ModelConfig changed = config();
    changed.tied_embeddings = tied;
    if (!reads_source(changed) && !changed.ties_inputs()) continue;  // there is one table
    const auto model = model_of(changed);
    int found = 0;
    bool output_found = false;
    for (const auto& item : model->named_parameters()) {
      found += item.value().size(0) == 50;
      output_found |= item.value().is_same(model->output_layer().weight);
    }
    EXPECT_EQ(found, tables);
    EXPECT_TRUE(output_found);
    EXPECT_FALSE(model->output_layer().bias.defined());
  }
}

TEST_P(EveryModel, DropoutFollowsFromSeedAndBatch) {
  const auto model = model_of(config());
  model->train();
  const auto run = [&](std::uint64_t seed, std::uint64_t batch) {
    const Pass pass{.seed = seed, .batch = batch};
    return model->decode(pass, model->encode(pass, kSource, kLengths), kTarget);
  };
  const Tensor first = run(1, 1);
  EXPECT_TRUE(first.equal(run(1, 1)));
  EXPECT_GT(relative_error(run(1, 2), first), 0.05);
  EXPECT_GT(relative_error(run(2, 1), first), 0.05);
  model->eval();
  EXPECT_TRUE(run(1, 1).equal(run(2, 2)));
}

TEST_P(EveryModel, AShareOfABatchHasTheDropoutOfTheWhole) {
  const auto model = model_of(config());
  model->train();
  const Tensor whole = model->decode({}, model->encode({}, kSource, kLengths), kTarget);
  const std::int64_t sentences = kSource.size(0);
  for (std::int64_t first = 0; first < sentences; ++first) {
    const Pass pass{.first_sentence = first, .sentences = sentences - first};
    const auto rows = [&](const Tensor& all) { return all.narrow(0, first, pass.sentences); };
    const Tensor share = model->decode(pass, model->encode(pass, rows(kSource), rows(kLengths)), rows(kTarget));
    EXPECT_LT(relative_error(share, rows(whole)), 1e-5) << first;
  }
}

TEST_P(EveryModel, ComputesInBfloat16) {
  const auto model = model_of(config());
  const Tensor expected = model->decode({}, model->encode({}, kSource, kLengths), kTarget);
  const Pass pass{.compute_type = torch::kBFloat16};
  const Tensor states = model->decode(pass, model->encode(pass, kSource, kLengths), kTarget);
  const double error = relative_error(states, expected);
  EXPECT_LT(error, 0.02);
  EXPECT_GT(error, 1e-5);
  at::linear(states.to(torch::kFloat32), model->output_layer().weight).square().sum().backward();
  for (const auto& item : model->named_parameters()) {
    EXPECT_EQ(item.value().grad().scalar_type(), torch::kFloat32) << item.key();
  }
}

// Collects what queries see of the source, layer by layer.
class SourceAttention : public AttentionObserver {
 public:
  bool looks_at(const AttentionSite& site) const override { return site.kind == AttentionSite::Kind::cross; }

  Tensor see(const AttentionSite& site, const Tensor& weights, const Tensor& heads) override {
    EXPECT_EQ(site.kind, AttentionSite::Kind::cross);
    auto& parts = weights_[site.layer];
    parts.push_back(weights);
    return heads * factor;
  }

  // [B, H, T, S] of each layer
  std::vector<Tensor> weights() const {
    std::vector<Tensor> all;
    for (const auto& [layer, parts] : weights_) all.push_back(at::cat(parts, 2));
    return all;
  }

  double factor = 1;

 private:
  std::map<int, std::vector<Tensor>> weights_;
};

TEST_P(EveryModel, AnObserverSeesEveryAttentionToTheSourceAndMayChangeIt) {
  if (!reads_source(config())) GTEST_SKIP() << "it attends to no source";
  torch::NoGradGuard no_grad;
  const auto model = model_of(config());
  const Memory memory = model->encode({}, kSource, kLengths);
  const Tensor states = model->decode({}, memory, kTarget);
  SourceAttention observer;
  const Pass pass{.observer = &observer};
  EXPECT_LT(relative_error(model->decode(pass, memory, kTarget), states), 1e-6);
  const std::vector<Tensor> layers = observer.weights();
  ASSERT_EQ(static_cast<int>(layers.size()), config().attending_layers() / config().shared_layers);
  for (const Tensor& weights : layers) {
    const std::int64_t queries = 5 * config().shared_layers;
    ASSERT_EQ(weights.sizes(), (std::vector<std::int64_t>{3, config().heads, queries, 6}));
    EXPECT_LT(relative_error(weights.sum(3), torch::ones({3, config().heads, queries}, device())), 1e-6);
    EXPECT_EQ(weights[1].narrow(2, 3, 3).abs().max().item<float>(), 0);
  }
  observer.factor = 0;
  EXPECT_GT(relative_error(model->decode(pass, memory, kTarget), states), 0.05);
}

TEST_P(EveryModel, RefusesShapesThatDoNotFit) {
  const auto model = model_of(config());
  EXPECT_THROW(model->encode({}, kSource[0], kLengths), c10::Error);
  EXPECT_THROW(model->encode({}, kSource, kLengths.narrow(0, 0, 2)), c10::Error);
  const Memory memory = model->encode({}, kSource, kLengths);
  EXPECT_THROW(model->decode({}, memory, kTarget.narrow(0, 0, 2)), c10::Error);
  const auto state = model->start({}, memory);
  EXPECT_THROW(model->step({}, *state, torch::tensor({1, 2}, torch::kInt64).to(device())), c10::Error);
  const std::vector<std::int64_t> beyond = {0, 3};
  EXPECT_THROW(model->reorder(*state, beyond), std::out_of_range);
  ModelConfig wrong = config();
  wrong.heads = 5;
  wrong.head_width = 0;
  EXPECT_THROW(create_model(wrong, 1), std::invalid_argument);
}

}  // namespace
}  // namespace dragoman
