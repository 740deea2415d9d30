#include "tests/training/trainer_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>

namespace dragoman {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::ThrowsMessage;

class TrainerResume : public TrainerTest {};

TEST_F(TrainerResume, AStoppedTrainingEndsWithTheSameWeights) {
  struct Variant {
    std::int64_t batch_tokens;  // 600 are enough for two shares
    int accumulate, threads;
    double subword_sampling, ema_decay, r_drop, sim_cut;
    bool guided;
  };
  int number = 0;
  for (const Variant& variant : {Variant{400, 1, 1, 0, 0, 0, 0, false}, Variant{600, 2, 2, 0, 0, 0, 0, false},
                                 Variant{1200, 1, 2, 0.2, 0.9, 1, 0, false}, Variant{1200, 1, 2, 0, 0, 0, 3, true}}) {
    const std::string name = std::to_string(++number);
    TrainOptions options = options_for("whole" + name);
    options.batch_tokens = variant.batch_tokens;
    options.accumulate = variant.accumulate;
    options.threads = variant.threads;
    options.subword_sampling = variant.subword_sampling;
    options.ema_decay = variant.ema_decay;
    options.r_drop = variant.r_drop;
    options.sim_cut = variant.sim_cut;
    if (variant.guided) options.corpus.guided_alignment = {write("train.links", links_of_lines(40))};
    if (variant.r_drop > 0) options.augment = Augmentation::of({"upper=0.3", "join=0.3", "typos=0.2"});
    EXPECT_EQ(train(options), TrainOutcome::finished);
    EXPECT_GT(last_status_.epoch, 1) << "the test must see the end of a pass";
    options.model = path("parts" + name);
    int runs = 0;
    while (train(options, 1) == TrainOutcome::stopped) {
      EXPECT_THAT(notices_, Contains(HasSubstr("stopped at step " + std::to_string(++runs))));
      const bool validated = runs >= options.validation.valid_interval;
      EXPECT_EQ(load_weights(options.model, {.allow_unvalidated = true}).validated(), validated) << runs;
    }
    EXPECT_EQ(runs, 5);
    const auto whole = weights_in("whole" + name), parts = weights_in("parts" + name);
    EXPECT_GT(whole.size(), 50u);
    EXPECT_TRUE(whole == parts);
    EXPECT_EQ(log_of("whole" + name), log_of("parts" + name));
  }
}

TEST_F(TrainerResume, AKilledTrainingGoesOnFromItsLastSave) {
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

TEST_F(TrainerResume, AFinishedTrainingSaysSoAndCanBeExtended) {
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

TEST_F(TrainerResume, AnExtendedTrainingKeepsABetterModel) {
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

TEST_F(TrainerResume, RefusesOtherOptionsInTheSameFolder) {
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
  changed.sim_cut = 3;
  expect_refusal(changed, "has sim-cut '0', not '3'");
  changed = options;
  changed.corpus.guided_alignment = {write("train.links", links_of_lines(40))};
  expect_refusal(changed, "validation pairs, links ");
  changed = options;
  changed.corpus.train_target = {path("train.a")};
  expect_refusal(changed, "has corpus '40 (");
  config_.norm = Norm::post;
  expect_refusal(options, "has norm 'pre', not 'post'");
  config_.norm = Norm::pre;
  EXPECT_EQ(train(options), TrainOutcome::finished);
}

TEST_F(TrainerResume, TwoCannotShareAFolder) {
  const TrainOptions options = options_for("m");
  const Trainer first(options, config_, {});
  EXPECT_THAT([&] { Trainer second(options, config_, {}); },
              ThrowsMessage<std::runtime_error>(HasSubstr("another training is running")));
}

// The save before them is where the run itself would have gone back to.
TEST_F(TrainerResume, AStopAmidSkippedUpdatesKeepsTheSaveBeforeThem) {
  config_.normalisation = NormForm::rms;
  TrainOptions options = options_for("whole");
  options.learning_rate.learning_rate = 1e8;
  options.limits.max_steps = 12;
  options.validation.valid_interval = 1000;
  train(options);
  options.model = path("parts");
  bool skipped = false;
  const TrainObserver observer{
      [&](const std::string& line) { skipped |= line.ends_with("update is skipped"); }, {}, [&] { return skipped; }};
  EXPECT_EQ(Trainer(options, config_, observer).run(), TrainOutcome::stopped);
  EXPECT_TRUE(skipped);
  EXPECT_EQ(train(options), TrainOutcome::finished);
  EXPECT_THAT(notices_, Contains(HasSubstr("going on at step 0 ")));
  EXPECT_TRUE(weights_in("whole") == weights_in("parts"));
}

TEST_F(TrainerResume, GoesBackWithALowerRateWhereNothingIsFinite) {
  TrainOptions options = options_for("m");
  // With a tenth of this rate all that is computed is finite, with ten times as much even the last attempt is not.
  config_.normalisation = NormForm::rms;
  options.learning_rate.learning_rate = 1e8;
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

TEST_F(TrainerResume, ADivergedTrainingEndsWithAnError) {
  TrainOptions options = options_for("m");
  options.learning_rate.learning_rate = 1e30;
  options.limits.max_steps = 100;
  options.validation.valid_interval = 1000;
  EXPECT_THAT([&] { train(options); },
              ThrowsMessage<std::runtime_error>(
                  AllOf(HasSubstr("training has diverged"), HasSubstr("give a smaller --learning-rate"))));
  EXPECT_THAT(notices_, Contains(HasSubstr("the gradients are not finite; this update is skipped")));
  EXPECT_FALSE(load_weights(path("m"), {.allow_unvalidated = true}).validated());
}

// Updates may be finite, and leave weights that compute nothing finite any more.
TEST_F(TrainerResume, DivergenceThatAValidationFindsGoesTheSameWayBack) {
  TrainOptions options = options_for("m");
  options.learning_rate.learning_rate = 1e38;
  options.learning_rate.warmup_steps = 0;
  options.limits.max_steps = 3;
  options.validation.valid_interval = 1;
  for (int run = 0; run < 2; ++run) {
    EXPECT_THAT([&] { train(options); },
                ThrowsMessage<std::runtime_error>(
                    AllOf(HasSubstr("training has diverged: at step 1 the validation gave numbers that are not finite"),
                          HasSubstr("going back 5 times did not help; give a smaller --learning-rate"))));
    EXPECT_FALSE(load_weights(path("m"), {.allow_unvalidated = true}).validated());
    if (run > 0) continue;
    for (const char* factor : {"0.5", "0.25", "0.125", "0.0625", "0.03125"}) {
      EXPECT_THAT(notices_, Contains(HasSubstr(fmt::format("finite: going back to step 0, from now on with {} of the "
                                                           "learning rate",
                                                           factor))));
    }
  }
}

TEST_F(TrainerResume, DivergenceThatTheLastValidationFindsGoesBackToo) {
  TrainOptions options = options_for("m");
  options.learning_rate.learning_rate = 1e38;
  options.learning_rate.warmup_steps = 0;
  options.limits.max_steps = 1;
  options.validation.valid_interval = 1000;
  EXPECT_THAT([&] { train(options); },
              ThrowsMessage<std::runtime_error>(HasSubstr("training has diverged: at step 1")));
  EXPECT_THAT(notices_, Contains(HasSubstr("going back to step 0, from now on with 0.03125 of the learning rate")));
}

// Whatever it says, what is trained on is the text.
TEST_F(TrainerResume, ADamagedCorpusIsMadeAgain) {
  TrainOptions options = options_for("whole");
  train(options);
  options.model = path("m");
  train(options, 2);
  const std::string file = path("m/training/corpus.tokens");
  const std::string corpus = bytes_of(file);
  for (const std::size_t byte : {std::size_t{0}, corpus.size() / 3, corpus.size() - 50}) {
    std::string flipped = corpus;
    flipped[byte] = static_cast<char>(flipped[byte] ^ 4);
    write("m/training/corpus.tokens", flipped);
    train(options, 1);
    EXPECT_THAT(notices_, Contains(HasSubstr(file + ": damaged, or of other text or tokenizers; it is made again")));
    EXPECT_EQ(bytes_of(file), corpus);
  }
  EXPECT_EQ(train(options), TrainOutcome::finished);
  EXPECT_TRUE(weights_in("whole") == weights_in("m"));
}

}  // namespace
}  // namespace dragoman
