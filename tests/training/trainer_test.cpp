#include "training/trainer.h"

#include "model/safetensors.h"
#include "tests/data/temporary_folder.h"
#include "tests/tokenizer/sample_text.h"
#include "tokenizer/tokenizer_trainer.h"

#include <cmath>
#include <fmt/format.h>
#include <fstream>
#include <gmock/gmock.h>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>

namespace dragoman {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::ThrowsMessage;

std::string text_of(const std::vector<std::string>& lines, std::size_t begin, std::size_t end) {
  std::string text;
  for (std::size_t i = begin; i < end; ++i) text += lines[i] + "\n";
  return text;
}

class TrainerTest : public TemporaryFolderTest {
 protected:
  void SetUp() override {
    TemporaryFolderTest::SetUp();
    const auto lines = sample_lines(60);
    write("train.a", text_of(lines, 0, 40));
    write("train.b", text_of(lines, 10, 50));
    write("valid.a", text_of(lines, 50, 54));
    write("valid.b", text_of(lines, 54, 58));
    const std::vector<std::string>* texts[] = {&lines};
    TokenizerOptions tokenizer;
    tokenizer.vocabulary_size = 100;
    write("joint.model", train_tokenizer(texts, tokenizer, 1, {}).bytes());
    config_.encoder_layers = config_.decoder_layers = 1;
    config_.width = 16;
    config_.feed_forward_width = 24;
    config_.heads = 2;
  }

  TrainOptions options_for(const std::string& folder) const {
    TrainOptions options;
    options.model = path(folder);
    options.corpus = {{path("train.a")}, {path("train.b")}, {}, path("valid.a"), path("valid.b")};
    options.vocabulary.source_tokenizer = path("joint.model");
    options.batch_tokens = 400;
    options.learning_rate.learning_rate = 0.01;
    options.learning_rate.warmup_steps = 2;
    options.limits.max_steps = 6;
    options.validation.valid_interval = 4;
    options.validation.valid_metric = ValidationMetric::loss;
    options.validation.valid_beam_size = 2;
    options.precision = Precision::fp32;
    options.device = "cpu";
    options.threads = 1;
    options.log_interval = 1;
    return options;
  }

  // Trains until the limits, or until `updates` more updates are done; notices are collected in notices_.
  TrainOutcome train(const TrainOptions& options, std::int64_t updates = 1 << 30) {
    std::int64_t done = 0;
    notices_.clear();
    Trainer trainer(options, config_,
                    {[&](const std::string& line) { notices_.push_back(line); },
                     [&](const TrainStatus& status) {
                       ++done;
                       last_status_ = status;
                     },
                     [&] { return done >= updates; }});
    return trainer.run();
  }

  // The files of a folder that hold weights, and the training's tensors, by name.
  std::map<std::string, std::string> weights_in(const std::string& folder) const {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(path(folder))) {
      const std::string name = entry.path().filename().string();
      if (!name.ends_with(".safetensors")) continue;
      if (name != "state.safetensors") {
        files[name] = bytes_of(entry.path().string());
        continue;
      }
      // Its metadata tell the time.
      for (const auto& [key, tensor] : load_safetensors(entry.path()).tensors) {
        files[key] = std::string(static_cast<const char*>(tensor.const_data_ptr()), tensor.nbytes());
      }
    }
    return files;
  }

  std::vector<nlohmann::json> log_of(const std::string& folder) const {
    std::vector<nlohmann::json> entries;
    std::ifstream log(path(folder + "/training/log.jsonl"));
    for (std::string line; std::getline(log, line);) {
      entries.push_back(nlohmann::json::parse(line));
      for (const char* of_time : {"seconds", "tokens_per_second", "validation_seconds"}) entries.back().erase(of_time);
    }
    return entries;
  }

  ModelConfig config_;
  std::vector<std::string> notices_;
  TrainStatus last_status_;
};

TEST_F(TrainerTest, AStoppedTrainingEndsWithTheSameWeights) {
  struct Variant {
    int accumulate, threads;
    double subword_sampling, ema_decay, r_drop;
  };
  int number = 0;
  for (const Variant& variant : {Variant{1, 1, 0, 0, 0}, Variant{2, 2, 0, 0, 0}, Variant{1, 2, 0.2, 0.9, 1}}) {
    const std::string name = std::to_string(++number);
    TrainOptions options = options_for("whole" + name);
    options.accumulate = variant.accumulate;
    options.threads = variant.threads;
    options.subword_sampling = variant.subword_sampling;
    options.ema_decay = variant.ema_decay;
    options.r_drop = variant.r_drop;
    if (variant.r_drop > 0) options.batch_tokens *= 2;  // as many updates in a pass
    EXPECT_EQ(train(options), TrainOutcome::finished);
    EXPECT_GT(last_status_.epoch, 1) << "the test must see the end of a pass";
    options.model = path("parts" + name);
    int runs = 0;
    while (train(options, 1) == TrainOutcome::stopped) {
      EXPECT_THAT(notices_, Contains(HasSubstr("stopped at step " + std::to_string(++runs))));
      EXPECT_NO_THROW(load_model(options.model));
    }
    EXPECT_EQ(runs, 5);
    const auto whole = weights_in("whole" + name), parts = weights_in("parts" + name);
    EXPECT_GT(whole.size(), 50u);
    EXPECT_TRUE(whole == parts);
    EXPECT_EQ(log_of("whole" + name), log_of("parts" + name));
  }
}

TEST_F(TrainerTest, AKilledTrainingGoesOnFromItsLastSave) {
  TrainOptions options = options_for("whole");
  options.checkpoints.save_interval = 2;
  train(options);
  for (const std::int64_t fatal : {1, 3, 5, 6}) {
    options.model = path("killed" + std::to_string(fatal));
    const auto die = [&](const TrainStatus& status) {
      if (status.step == fatal) throw std::domain_error("killed");
    };
    EXPECT_THROW(Trainer(options, config_, {{}, die, {}}).run(), std::domain_error);
    EXPECT_EQ(train(options), TrainOutcome::finished);
    EXPECT_THAT(notices_, Contains(HasSubstr("going on at step " + std::to_string(fatal == 1  ? 0
                                                                                  : fatal < 5 ? 2
                                                                                              : 4))));
    EXPECT_TRUE(weights_in("whole") == weights_in("killed" + std::to_string(fatal)));
    EXPECT_EQ(log_of("whole"), log_of("killed" + std::to_string(fatal)));
  }
}

TEST_F(TrainerTest, FindsTheSizeOfItsBatches) {
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

TEST_F(TrainerTest, LearnsAndLeavesAModel) {
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

TEST_F(TrainerTest, AFinishedTrainingSaysSoAndCanBeExtended) {
  TrainOptions options = options_for("m");
  train(options);
  const auto before = weights_in("m");
  EXPECT_EQ(train(options), TrainOutcome::finished);
  EXPECT_THAT(notices_, Contains(AllOf(HasSubstr("is finished: it has reached --max-steps 6 at step 6"),
                                       HasSubstr("a larger value makes it go on"))));
  EXPECT_TRUE(weights_in("m") == before);
  options.limits.max_steps = 8;
  EXPECT_EQ(train(options), TrainOutcome::finished);
  EXPECT_EQ(last_status_.step, 8);
  EXPECT_THAT(notices_, Contains(HasSubstr("finished at step 8 by --max-steps 8")));
}

TEST_F(TrainerTest, AnExtendedTrainingKeepsABetterModel) {
  TrainOptions options = options_for("m");
  train(options);
  // The scores are minus losses: no single step will reach 0, the score that its mean is made to have here.
  const std::string file = path("m/training/state.safetensors");
  SafetensorsFile state = load_safetensors(file);
  auto progress = nlohmann::json::parse(state.metadata.at("progress"));
  double best = -INFINITY;
  for (const auto& entry : log_of("m"))
    if (entry["event"] != "train") best = std::max(best, -entry["loss"].get<double>());
  EXPECT_EQ(progress.at("model_score").get<double>(), best);
  progress["model_score"] = 0.0;
  save_safetensors(file, state.tensors, {{"progress", progress.dump()}});

  const std::string before = weights_in("m").at("model.safetensors");
  options.limits.max_steps = 12;
  train(options);
  EXPECT_THAT(notices_, Contains(HasSubstr("the best so far")));
  EXPECT_EQ(weights_in("m").at("model.safetensors"), before);
}

TEST_F(TrainerTest, RefusesOtherOptionsInTheSameFolder) {
  const TrainOptions options = options_for("m");
  train(options, 2);
  const auto before = weights_in("m");
  const auto expect_refusal = [&](const TrainOptions& changed, const std::string& message) {
    EXPECT_THAT([&] { train(changed); }, ThrowsMessage<std::runtime_error>(HasSubstr(message)));
    EXPECT_TRUE(weights_in("m") == before);
  };
  TrainOptions changed = options;
  changed.learning_rate.learning_rate = 0.02;
  expect_refusal(changed, "has learning-rate '0.01', not '0.02'");
  changed = options;
  changed.corpus.train_target = {path("train.a")};
  expect_refusal(changed, "has corpus '40 (");
  config_.norm = Norm::post;
  expect_refusal(options, "has norm 'pre', not 'post'");
  config_.norm = Norm::pre;
  EXPECT_EQ(train(options), TrainOutcome::finished);
}

TEST_F(TrainerTest, TwoCannotShareAFolder) {
  const TrainOptions options = options_for("m");
  const Trainer first(options, config_, {});
  EXPECT_THAT([&] { Trainer second(options, config_, {}); },
              ThrowsMessage<std::runtime_error>(HasSubstr("another training is running")));
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

TEST_F(TrainerTest, GoesBackWithALowerRateWhereNothingIsFinite) {
  TrainOptions options = options_for("m");
  options.learning_rate.learning_rate = 100;  // with a tenth of it all is finite, with ten times as much nothing
  options.limits.max_steps = 12;
  options.validation.valid_interval = 1000;
  EXPECT_EQ(train(options), TrainOutcome::finished);
  EXPECT_THAT(notices_, Contains(HasSubstr("going back to step 0, from now on with 0.5 of the learning rate")));
  std::int64_t step = 0;
  for (const auto& entry : log_of("m")) {
    if (entry["event"] != "train") continue;
    EXPECT_GT(entry["step"], step) << "what the log said of the steps that were given up is gone";
    step = entry["step"];
  }
  EXPECT_EQ(last_status_.step, step);
}

TEST_F(TrainerTest, ADivergedTrainingEndsWithAnError) {
  TrainOptions options = options_for("m");
  options.learning_rate.learning_rate = 1e30;
  options.limits.max_steps = 100;
  options.validation.valid_interval = 1000;
  EXPECT_THAT([&] { train(options); },
              ThrowsMessage<std::runtime_error>(
                  AllOf(HasSubstr("training has diverged"), HasSubstr("give a smaller --learning-rate"))));
  EXPECT_THAT(notices_, Contains(HasSubstr("the gradients are not finite; this update is skipped")));
  EXPECT_NO_THROW(load_model(path("m")));
  options.validation.valid_interval = 1;
  EXPECT_THAT([&] { train(options); }, ThrowsMessage<std::runtime_error>(HasSubstr("training diverged")));
  EXPECT_NO_THROW(load_model(path("m")));
}

TEST(ValidationResult, ScoresAreLargerForBetterModels) {
  ValidationResult better, worse;
  better.loss = 1;
  worse.loss = 2;
  better.perplexity = 3;
  worse.perplexity = 4;
  better.bleu.score = 50;
  worse.bleu.score = 40;
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
  EXPECT_EQ(train(options, 0), TrainOutcome::stopped);
  EXPECT_EQ(weights_in("first").at("model.safetensors"), weights_in("second").at("model.safetensors"));
  fs::remove_all(path("first"));  // what goes on needs it no more
  EXPECT_EQ(train(options), TrainOutcome::finished);
  EXPECT_EQ(load_model(path("second")).tokenizers.source.bytes(), bytes_of(path("joint.model")));
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
