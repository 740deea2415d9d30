#include "tests/model/devices.h"
#include "tests/training/trainer_fixture.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>
#include <stdexcept>
#include <utility>

namespace dragoman {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::ThrowsMessage;

class TrainerDeviceTest : public TrainerTest, public testing::WithParamInterface<torch::Device> {
 protected:
  TrainerDeviceTest() { device_ = GetParam().is_cpu() ? "cpu" : "cuda"; }
};

INSTANTIATE_TEST_SUITE_P(Devices, TrainerDeviceTest, testing::ValuesIn(tested_devices()), device_name);

TEST_P(TrainerDeviceTest, FindsTheSizeOfItsBatches) {
  TrainOptions options = options_for("m");
  options.batch_tokens = 0;
  options.limits.max_steps = 2;
  train(options);
  EXPECT_THAT(notices_, Contains(HasSubstr("batches of 1024 tokens"))) << "so small a corpus has use for no more";
  options.limits.max_steps = 4;
  EXPECT_EQ(train(options), TrainOutcome::finished);
  EXPECT_THAT(
      [&] {
        TrainOptions other = options;
        other.batch_tokens = 1024;
        train(other);
      },
      ThrowsMessage<std::runtime_error>(HasSubstr("batch-tokens 'auto', not '1024'")));
}

TEST_P(TrainerDeviceTest, LearnsAndLeavesAModel) {
  TrainOptions options = options_for("m");
  options.limits.max_steps = 24;
  EXPECT_EQ(train(options), TrainOutcome::finished);
  const LoadedModel loaded = load_model(path("m"));
  EXPECT_EQ(loaded.config.width, 16);
  EXPECT_EQ(loaded.config.source_vocabulary, loaded.tokenizers.source.vocabulary_size());
  std::vector<double> losses, validated;
  for (const auto& entry : log_of("m")) {
    if (entry["event"] == "train") losses.push_back(entry["loss"]);
    if (entry["event"] == "valid") validated.push_back(entry["loss"]);
  }
  ASSERT_EQ(losses.size(), 24u);
  EXPECT_LT(losses.back(), losses.front() - 0.5);
  ASSERT_EQ(validated.size(), 6u);
  EXPECT_LT(validated.back(), validated.front());
  EXPECT_THAT(notices_, Contains(HasSubstr("mean of the 5 last validated weights")));
  EXPECT_EQ(last_status_.step, 24);
  EXPECT_EQ(last_status_.fraction, 1.0);
}

TEST_F(TrainerTest, StopsAtEachLimit) {
  TrainOptions options = options_for("epochs");
  options.limits = {0, 2, 0, 0};
  options.validation.valid_interval = 0;
  train(options);
  EXPECT_THAT(notices_, Contains(HasSubstr("by --max-epochs 2")));
  std::vector<std::int64_t> epochs;
  for (const auto& entry : log_of("epochs")) {
    if (entry["event"] == "valid") epochs.push_back(entry["epoch"]);
  }
  EXPECT_THAT(epochs, testing::ElementsAre(1, 2));

  options = options_for("patience");
  options.limits = {0, 0, 0, 2};
  options.validation.valid_interval = 1;
  options.validation.valid_metric = ValidationMetric::bleu;
  options.learning_rate.learning_rate = 1e-12;  // nothing gets better
  train(options);
  EXPECT_THAT(notices_, Contains(HasSubstr("finished at step 3 by --patience 2")));

  options = options_for("time");
  options.limits = {0, 0, 1e-6, 0};
  train(options);
  EXPECT_THAT(notices_, Contains(HasSubstr("finished at step 1 by --max-time")));
}

TEST_F(TrainerTest, ACosineEndsWithTheLastEpoch) {
  TrainOptions options = options_for("m");
  options.limits = {0, 3, 0, 0};
  options.learning_rate.schedule = Schedule::cosine;
  options.learning_rate.final_learning_rate = 1e-4;
  options.accumulate = 2;
  train(options);
  std::vector<double> rates;
  for (const auto& entry : log_of("m")) {
    if (entry["event"] == "train") rates.push_back(entry["learning_rate"]);
  }
  EXPECT_EQ(rates.back(), 1e-4);
  EXPECT_GT(rates[rates.size() - 2], 1e-4);
}

TEST_F(TrainerTest, KeepsTheBestAndTheLastWeights) {
  TrainOptions options = options_for("m");
  options.limits.max_steps = 8;
  options.validation.valid_interval = 1;
  options.checkpoints = {100, 1, 2, AverageOf::none};
  train(options);
  std::set<std::string> files;
  for (const auto& [name, bytes] : weights_in("m")) {
    if (name.starts_with("step-")) files.insert(name);
  }
  EXPECT_LE(files.size(), 3u);
  EXPECT_THAT(files, testing::IsSupersetOf({"step-00000007.safetensors", "step-00000008.safetensors"}));
  double best = 0;
  std::int64_t best_step = 0;
  for (const auto& entry : log_of("m")) {
    if (entry["event"] != "valid" || (best_step > 0 && entry["loss"] >= best)) continue;
    best = entry["loss"];
    best_step = entry["step"];
  }
  const auto weights = weights_in("m");
  EXPECT_EQ(weights.at("model.safetensors"), weights.at(fmt::format("step-{:08}.safetensors", best_step)));
}

TEST_F(TrainerTest, TheMovingAverageIsValidatedAndKept) {
  train(options_for("plain"));
  TrainOptions options = options_for("averaged");
  options.ema_decay = 0.9;
  train(options);
  const auto plain = log_of("plain"), averaged = log_of("averaged");
  ASSERT_EQ(plain.size(), averaged.size());
  for (std::size_t i = 0; i < plain.size(); ++i) {
    if (plain[i]["event"] == "train") {
      EXPECT_EQ(plain[i], averaged[i]) << "it takes no part in training";
    } else {
      EXPECT_NE(plain[i]["loss"], averaged[i]["loss"]);
    }
  }
  const std::string state_file = path("averaged/training/state.safetensors");
  const SafetensorsFile state = load_safetensors(state_file);
  for (const auto& [name, tensor] : load_safetensors(path("averaged/training/step-00000006.safetensors")).tensors)
    EXPECT_TRUE(tensor.equal(state.at("average." + name, state_file))) << name;
}

TEST(ValidationResult, ScoresAreLargerForBetterModels) {
  ValidationResult better, worse;
  better.loss = 1;
  worse.loss = 2;
  better.perplexity = 3;
  worse.perplexity = 4;
  better.bleu = 50;
  worse.bleu = 40;
  for (const auto metric : {ValidationMetric::bleu, ValidationMetric::loss, ValidationMetric::perplexity}) {
    EXPECT_GT(better.score(metric), worse.score(metric));
    ValidationResult diverged = better;
    diverged.loss = NAN;
    EXPECT_LT(diverged.score(metric), worse.score(metric));
  }
}

TEST_F(TrainerTest, StartsFromAnotherModel) {
  train(options_for("first"));
  TrainOptions options = options_for("second");
  options.vocabulary.source_tokenizer.clear();
  options.init_from = path("first");
  config_.layer_dropout = 0.25;
  EXPECT_EQ(train(options, 0), TrainOutcome::stopped);
  EXPECT_EQ(load_config(path("second")).layer_dropout, 0.25);
  EXPECT_EQ(weights_in("first").at("model.safetensors"), weights_in("second").at("model.safetensors"));
  fs::remove_all(path("first"));  // what goes on needs it no more
  EXPECT_EQ(train(options), TrainOutcome::finished);
  EXPECT_EQ(load_model(path("second")).tokenizers.source.files().front().bytes, bytes_of(path("joint.model")));
}

// Each draw is measured by the other sentences of its batch, at any number of threads.
TEST_F(TrainerTest, AttentionThatDrawsLearnsTheSameOnSeveralThreads) {
  config_.cross_attention_selection = AttentionSelection::sampled;
  for (const int threads : {1, 3}) {
    TrainOptions options = options_for(std::to_string(threads));
    options.threads = threads;
    options.batch_tokens = 1000;  // enough for three shares
    train(options);
  }
  const auto one = log_of("1"), several = log_of("3");
  ASSERT_EQ(one.size(), several.size());
  for (std::size_t i = 0; i < one.size(); ++i)
    EXPECT_NEAR(one[i].at("loss").get<double>(), several[i].at("loss").get<double>(), 1e-4) << i;
}

TEST_F(TrainerTest, SentencesThatPassTwiceTakeThePlaceOfTwo) {
  const auto updates_in_pass = [&](const std::string& folder, int batch_tokens, double r_drop, double sim_cut) {
    TrainOptions options = options_for(folder);
    options.batch_tokens = batch_tokens;
    options.r_drop = r_drop;
    options.sim_cut = sim_cut;
    train(options, 1);
    const auto tells = [](const std::string& line) { return line.find("updates in a pass") != std::string::npos; };
    return *std::ranges::find_if(notices_, tells);
  };
  const std::string once = updates_in_pass("once", 200, 0, 0);
  EXPECT_EQ(updates_in_pass("r-drop", 400, 1, 0), once);
  EXPECT_EQ(updates_in_pass("sim-cut", 400, 0, 1), once);
  EXPECT_NE(updates_in_pass("more", 400, 0, 0), once);
}

TEST_F(TrainerTest, DrawsAreMeasuredInOnePassAlone) {
  config_.cross_attention_selection = AttentionSelection::sampled;
  TrainOptions options = options_for("m");
  options.sim_cut = 1;
  EXPECT_THAT([&] { train(options); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("sampled and sim-cut cannot be combined; leave out one")));
  std::swap(options.sim_cut, options.r_drop);
  EXPECT_THAT([&] { train(options); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("sampled and r-drop cannot be combined; leave out one")));
}

TEST_F(TrainerTest, RefusesAPipeBeforeItReadsAnything) {
  TrainOptions options = options_for("m");
  ASSERT_EQ(::mkfifo(path("fifo").c_str(), 0600), 0);
  options.corpus.train_target = {path("fifo")};
  EXPECT_THAT([&] { train(options); }, ThrowsMessage<std::runtime_error>(HasSubstr("fifo: is a pipe")));
  EXPECT_FALSE(fs::exists(path("m")));
}

TEST_F(TrainerTest, RefusesAFolderWithFilesThatItWouldReplace) {
  for (const char* name : {"config.json", "source.spm", "manifest.json", "tokenizer.vocabulary"}) {
    fs::remove_all(path("m"));
    fs::create_directory(path("m"));
    write(std::string("m/") + name, "of another program");
    EXPECT_THAT([&] { train(options_for("m")); },
                ThrowsMessage<std::runtime_error>(AllOf(HasSubstr(path("m") + "/" + name), HasSubstr("be replaced"))));
    EXPECT_EQ(bytes_of(path("m/") + name), "of another program");
    EXPECT_FALSE(fs::exists(path("m/training")));
  }
}

// It was killed before its first save, or a file could not be written then.
TEST_F(TrainerTest, BeginsAnewWhereATrainingHadJustBegun) {
  train(options_for("m"), 0);
  for (const char* later : {"m/model.safetensors", "m/training/state.safetensors"}) fs::remove(path(later));
  EXPECT_EQ(train(options_for("m")), TrainOutcome::finished);
}

TEST_F(TrainerTest, LearnsATokenizerFromOneLine) {
  TrainOptions options = options_for("m");
  options.vocabulary.tokenizer.max_sentences = 1;
  options.limits.max_steps = 1;
  EXPECT_NO_THROW(train(options));
}

TEST_F(TrainerTest, BadInputLeavesNoTrace) {
  TrainOptions options = options_for("m");
  write("train.b", "one line\n");
  EXPECT_THAT([&] { train(options); }, ThrowsMessage<std::runtime_error>(HasSubstr("has 40 lines")));
  options.batch_tokens = -1;
  EXPECT_THROW(train(options), std::invalid_argument);
  options = options_for("m");
  config_.heads = 3;
  EXPECT_THAT([&] { train(options); }, ThrowsMessage<std::invalid_argument>(HasSubstr("a multiple of the 3 heads")));
  EXPECT_FALSE(fs::exists(path("m")));
}

}  // namespace
}  // namespace dragoman
