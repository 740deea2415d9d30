// Ten updates beside a PyTorch script, from id sequences to weights: see tests/fixtures/training_golden.py; of imported
// models beside transformers: tuning_golden.py.
#include "data/parallel_corpus.h"
#include "formats/foreign/foreign_format.h"
#include "formats/foreign/imported_model.h"
#include "formats/model_config_json.h"
#include "formats/weight_assignment.h"
#include "model/architecture.h"
#include "tests/model/tensors.h"
#include "tests/model/tiny_config.h"
#include "training/course/learning_rate.h"
#include "training/course/optimiser.h"
#include "training/data/batch.h"
#include "training/loss/label_smoothed_loss.h"

#include <ATen/ATen.h>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <numeric>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using torch::Tensor;

constexpr const char* kFile = DRAGOMAN_FIXTURES "/training_golden.safetensors";

const SafetensorsFile& golden() {
  static const SafetensorsFile file = load_safetensors(kFile);
  return file;
}

// The first `length` ids of a row, without the eos that ends it.
std::vector<std::int32_t> ids_of(const Tensor& row, std::int64_t length) {
  const Tensor narrow = row.narrow(0, 0, length - 1).to(torch::kInt32);
  return {narrow.const_data_ptr<std::int32_t>(), narrow.const_data_ptr<std::int32_t>() + narrow.numel()};
}

TokenizedCorpus corpus_of(const std::string& step) {
  const Tensor& source = golden().at(step + ".source", kFile);
  const Tensor& target = golden().at(step + ".target_out", kFile);
  TokenizedCorpus corpus;
  for (std::int64_t i = 0; i < source.size(0); ++i) {
    corpus.append(ids_of(source[i], (source[i] != 0).sum().item<std::int64_t>()),
                  ids_of(target[i], (target[i] != 0).sum().item<std::int64_t>()));
  }
  return corpus;
}

Batch batch_of(const TokenizedCorpus& corpus, std::uint32_t begin, std::uint32_t end) {
  std::vector<std::uint32_t> pairs(end - begin);
  std::iota(pairs.begin(), pairs.end(), begin);
  return make_batch(corpus.pairs(), pairs, text_frame(tiny_config()), torch::kCPU);
}

std::shared_ptr<Seq2SeqModel> golden_model(torch::ScalarType type = torch::kFloat32) {
  const auto model = create_model(model_config_from_json(golden().metadata.at("config"), kFile), 1);
  assign_weights(*model, golden(), kFile, "start.");
  model->to(type);
  return model;
}

LabelSmoothedLoss loss_of(Seq2SeqModel& model, const Batch& batch, double normaliser) {
  const Tensor states = model.decode({}, model.encode({}, batch.source, batch.source_lengths), batch.target_in);
  return label_smoothed_loss(states.flatten(0, 1), model.output_layer(), batch.target_out.flatten(), 0, 0.1,
                             normaliser);
}

// The bias of the keys adds the same to all scores of a query, so its gradient is 0 but for rounding errors; Adam makes
// whole steps of these.
Tensor without_key_bias(const std::string& name, const Tensor& value) {
  if (name.ends_with("qkv.bias")) return torch::cat({value.narrow(0, 0, 16), value.narrow(0, 32, 16)});
  return name.ends_with("kv.bias") ? value.narrow(0, 16, 16) : value;
}

TEST(Batch, IsThatOfThePythonScript) {
  for (int step = 0; step < 10; ++step) {
    const std::string prefix = std::to_string(step) + ".";
    const TokenizedCorpus corpus = corpus_of(std::to_string(step));
    const Batch batch = batch_of(corpus, 0, static_cast<std::uint32_t>(corpus.size()));
    EXPECT_TRUE(batch.source.equal(golden().at(prefix + "source", kFile)));
    EXPECT_TRUE(batch.source_lengths.equal(golden().at(prefix + "source_lengths", kFile)));
    EXPECT_TRUE(batch.target_in.equal(golden().at(prefix + "target_in", kFile)));
    EXPECT_TRUE(batch.target_out.equal(golden().at(prefix + "target_out", kFile)));
    EXPECT_EQ(batch.target_tokens, (batch.target_out != 0).sum().item<std::int64_t>());
  }
}

TEST(Batch, TakesTheIdsItIsTold) {
  TokenizedCorpus corpus;
  corpus.append(std::vector<std::int32_t>{7}, std::vector<std::int32_t>{8, 9, 10});
  corpus.append(std::vector<std::int32_t>{11, 12}, std::vector<std::int32_t>{13});
  const std::vector<std::uint32_t> pairs = {1, 0};
  const Batch batch = make_batch(corpus.pairs(), pairs, {{}, {92}, {94}, 92, 90, 90}, torch::kCPU);
  EXPECT_TRUE(batch.source.equal(ids({{11, 12, 92}, {7, 92, 90}})));
  EXPECT_TRUE(batch.source_lengths.equal(torch::tensor({3, 2}, torch::kInt64)));
  EXPECT_TRUE(batch.target_in.equal(ids({{94, 13, 90, 90}, {94, 8, 9, 10}})));
  EXPECT_TRUE(batch.target_out.equal(ids({{13, 92, 90, 90}, {8, 9, 10, 92}})));
  EXPECT_EQ(batch.target_tokens, 6);
}

TEST(TrainingGolden, TenUpdatesEqualPyTorchs) {
  const auto training = nlohmann::json::parse(golden().metadata.at("training"));
  OptimiserOptions optimiser_options;
  optimiser_options.beta1 = training["beta1"];
  optimiser_options.beta2 = training["beta2"];
  optimiser_options.epsilon = training["epsilon"];
  optimiser_options.clip_norm = training["clip"];
  LearningRateOptions rate;
  rate.learning_rate = training["peak"];
  rate.warmup_steps = training["warmup"];
  const auto model = golden_model();
  Optimiser optimiser(*model, optimiser_options);
  double worst_loss = 0, worst_norm = 0, worst_weight = 0;
  for (std::int64_t step = 0; step < 10; ++step) {
    const TokenizedCorpus corpus = corpus_of(std::to_string(step));
    const Batch batch = batch_of(corpus, 0, static_cast<std::uint32_t>(corpus.size()));
    const LabelSmoothedLoss loss = loss_of(*model, batch, static_cast<double>(batch.target_tokens));
    loss.value.backward();
    const double norm = optimiser.step(learning_rate_at(step + 1, 0, rate));
    const double expected = golden().at("losses", kFile)[step].item<double>();
    const double loss_error = std::abs(loss.sums().smoothed / static_cast<double>(batch.target_tokens) / expected - 1);
    EXPECT_LT(loss_error, 1e-6) << "step " << step + 1;
    worst_loss = std::max(worst_loss, loss_error);
    worst_norm = std::max(worst_norm, std::abs(norm / golden().at("norms", kFile)[step].item<double>() - 1));
  }
  for (const auto& item : model->named_parameters()) {
    const Tensor& expected = golden().at("end." + item.key(), kFile);
    const double error =
        relative_error(without_key_bias(item.key(), item.value()), without_key_bias(item.key(), expected));
    EXPECT_LT(error, 1e-4) << item.key();
    worst_weight = std::max(worst_weight, error);
  }
  EXPECT_LT(worst_norm, 1e-5);
  RecordProperty("worst_loss", testing::PrintToString(worst_loss));
  RecordProperty("worst_norm", testing::PrintToString(worst_norm));
  RecordProperty("worst_weight", testing::PrintToString(worst_weight));
}

TEST(TrainingGolden, TenUpdatesOfImportedModelsEqualTransformers) {
  for (const std::string name :
       {"t5/first", "t5/gated", "t5/mt5", "t5/madlad", "t5/umt5", "bart/plain", "bart/pegasus"}) {
    const std::string folder = DRAGOMAN_FIXTURES "/" + name, file = folder + "/tuning.safetensors";
    const SafetensorsFile tuning = load_safetensors(file);
    const ImportedModel imported = import_model(folder);
    const auto model = create_model(imported.config, std::nullopt);
    assign_weights(*model, {imported.weights, {}}, folder);
    OptimiserOptions options;
    options.beta1 = 0.9;
    options.beta2 = 0.98;
    options.epsilon = 1e-9;
    options.clip_norm = 0;
    Optimiser optimiser(*model, options);
    const std::int32_t pad = imported.config.special_ids.pad;
    for (int update = 0; update < 10; ++update) {
      const auto of_batch = [&](const char* part) { return tuning.at(std::to_string(update) + part, file); };
      const Tensor ids = of_batch(".target_out");
      const Memory memory = model->encode({}, of_batch(".source"), of_batch(".source_lengths"));
      const Tensor states = model->decode({}, memory, of_batch(".target_in"));
      const auto tokens = (ids != pad).sum().item<double>();
      const LabelSmoothedLoss loss =
          label_smoothed_loss(states.flatten(0, 1), model->output_layer(), ids.flatten(), pad, 0, tokens);
      loss.value.backward();
      EXPECT_NEAR(loss.sums().plain / tokens / tuning.at("losses", file)[update].item<double>(), 1, 1e-5)
          << name << update;
      optimiser.step(1e-3);
    }
  }
}

// What accumulation relies on: parts of a batch, each divided by the tokens of the whole, add up to it.
TEST(TrainingGolden, PartsOfABatchAddUp) {
  const auto whole_model = golden_model(torch::kFloat64), parts_model = golden_model(torch::kFloat64);
  const TokenizedCorpus corpus = corpus_of("0");
  const Batch whole = batch_of(corpus, 0, 6), first = batch_of(corpus, 0, 3), second = batch_of(corpus, 3, 6);
  const auto tokens = static_cast<double>(whole.target_tokens);
  const LabelSmoothedLoss loss = loss_of(*whole_model, whole, tokens);
  loss.value.backward();
  LossSums sums;
  for (const Batch* part : {&first, &second}) {
    const LabelSmoothedLoss of_part = loss_of(*parts_model, *part, tokens);
    of_part.value.backward();
    sums += of_part.sums();
  }
  EXPECT_EQ(sums.tokens, loss.sums().tokens);
  EXPECT_NEAR(sums.smoothed, loss.sums().smoothed, 1e-12 * loss.sums().smoothed);
  EXPECT_NEAR(sums.plain, loss.sums().plain, 1e-12 * loss.sums().plain);
  const auto expected = whole_model->named_parameters();
  for (const auto& item : parts_model->named_parameters()) {
    EXPECT_LT(relative_error(item.value().grad(), expected[item.key()].grad()), 1e-12) << item.key();
  }
}

}  // namespace
}  // namespace dragoman
