#include "training/options/train_options.h"

#include <algorithm>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>

namespace dragoman {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::ThrowsMessage;

TrainOptions valid_options() {
  TrainOptions options;
  options.model = "m";
  options.corpus.train_source = {"a.en"};
  options.corpus.train_target = {"a.de"};
  options.corpus.valid_source = "v.en";
  options.corpus.valid_target = "v.de";
  return options;
}

using Change = std::function<void(TrainOptions&)>;

std::string message_of(const Change& change) {
  TrainOptions options = valid_options();
  change(options);
  try {
    options.validate();
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST(TrainOptions, HaveASourceIfTheModelReadsOne) {
  ModelConfig model, language_model;
  language_model.architecture = "language-model";
  TrainOptions pairs, targets;
  pairs.corpus.train_source = pairs.corpus.train_target = targets.corpus.train_target = {"a"};
  EXPECT_FALSE(pairs.targets_alone());
  EXPECT_TRUE(targets.targets_alone());
  check_sides(model, pairs);
  check_sides(language_model, targets);
  EXPECT_THROW(check_sides(model, targets), std::invalid_argument);
  EXPECT_THROW(check_sides(language_model, pairs), std::invalid_argument);
  for (TrainOptions* const options : {&pairs, &targets}) options->init_from = "en-de";
  EXPECT_THAT([&] { check_sides(model, targets); },
              ThrowsMessage<std::invalid_argument>(
                  AllOf(HasSubstr("en-de: "), HasSubstr("--train-source"), Not(HasSubstr("--architecture")))));
  EXPECT_THAT([&] { check_sides(language_model, pairs); },
              ThrowsMessage<std::invalid_argument>(AllOf(HasSubstr("en-de: "), HasSubstr("--train-target alone"))));
}

TEST(TrainOptions, NameWhatIsOutOfRange) {
  const std::pair<Change, const char*> rows[] = {
      {[](TrainOptions&) {}, "nothing was thrown"},
      {[](TrainOptions& o) { o.model.clear(); }, "there is no folder to train into; give --model DIR"},
      {[](TrainOptions& o) { o.corpus.train_source.clear(); }, "--train-source and --train-target need each other"},
      {[](TrainOptions& o) {
         o.corpus.train_source.clear();
         o.corpus.valid_source.clear();
         o.validation.valid_metric = ValidationMetric::loss;
       },
       "nothing was thrown"},
      {[](TrainOptions& o) {
         o.corpus.train_source.clear();
         o.corpus.valid_source.clear();
       },
       "valid-metric is bleu, but a language model translates nothing; choose perplexity or loss"},
      {[](TrainOptions& o) { o.corpus.train_target.clear(); }, "--train-source and --train-target need each other"},
      {[](TrainOptions& o) { o.corpus.train_source.push_back("b.en"); },
       "--train-source names 2 files and --train-target 1; give as many of each"},
      {[](TrainOptions& o) { o.corpus.train_tsv = {"x"}; }, "train-tsv and train-source contradict each other"},
      {[](TrainOptions& o) { o.corpus.train_source = o.corpus.train_target = {}; }, "there is nothing to train on"},
      {[](TrainOptions& o) {
         o.corpus.train_source = o.corpus.train_target = {};
         o.corpus.train_tsv = {"x"};
       },
       "nothing was thrown"},
      {[](TrainOptions& o) { o.corpus.valid_target.clear(); }, "there is nothing to validate on"},
      {[](TrainOptions& o) { o.corpus.valid_tsv = "v.tsv"; }, "valid-tsv and valid-source contradict each other"},
      {[](TrainOptions& o) { o.corpus.valid_lines = 5; }, "valid-lines and files to validate on contradict each other"},
      {[](TrainOptions& o) {
         o.corpus.valid_source = o.corpus.valid_target = "";
         o.corpus.valid_lines = -5;
       },
       "valid-lines is -5, but must be at least 0"},
      {[](TrainOptions& o) {
         o.corpus.valid_source = o.corpus.valid_target = "";
         o.corpus.valid_lines = 5;
       },
       "nothing was thrown"},
      {[](TrainOptions& o) {
         o.corpus.valid_source = o.corpus.valid_target = "";
         o.corpus.valid_tsv = "v.tsv";
       },
       "nothing was thrown"},
      {[](TrainOptions& o) {
         o.init_from = "n";
         o.vocabulary.source_tokenizer = "t";
       },
       "source-tokenizer and init-from contradict each other"},
      {[](TrainOptions& o) { o.vocabulary.target_tokenizer = "t"; }, "target-tokenizer needs source-tokenizer"},
      {[](TrainOptions& o) { o.batch_tokens = -1; }, "batch-tokens is -1, but must be at least 0"},
      {[](TrainOptions& o) { o.accumulate = 0; }, "accumulate is 0, but must be at least 1"},
      {[](TrainOptions& o) { o.peer_timeout = 0; }, "peer-timeout is 0, but must be above 0"},
      {[](TrainOptions& o) { o.peer_timeout = 2e8; },
       "peer-timeout is 200000000, but must be above 0 and at most 1000000"},
      {[](TrainOptions& o) { o.limits.max_steps = -1; }, "max-steps is -1, but must be at least 0"},
      {[](TrainOptions& o) { o.limits.max_epochs = -1; }, "max-epochs is -1, but must be at least 0"},
      {[](TrainOptions& o) { o.limits.max_time = -2; }, "max-time is -2, but must be 0 or more"},
      {[](TrainOptions& o) { o.limits.patience = -1; }, "patience is -1, but must be at least 0"},
      {[](TrainOptions& o) { o.validation.valid_interval = -1; }, "valid-interval is -1, but must be at least 0"},
      {[](TrainOptions& o) { o.validation.valid_beam_size = 0; }, "valid-beam-size is 0, but must be from 1 to 1000"},
      {[](TrainOptions& o) { o.checkpoints.save_interval = 0; }, "save-interval is 0, but must be at least 1"},
      {[](TrainOptions& o) { o.checkpoints.keep_best = 0; }, "keep-best is 0, but must be at least 1"},
      {[](TrainOptions& o) { o.checkpoints.keep_last = 0; }, "keep-last is 0, but must be at least 1"},
      {[](TrainOptions& o) { o.log_interval = 0; }, "log-interval is 0, but must be at least 1"},
      {[](TrainOptions& o) { o.threads = -1; }, "threads is -1, but must be from 0 to 1024"},
      {[](TrainOptions& o) { o.label_smoothing = 1; }, "label-smoothing is 1, but must be at least 0 and below 1"},
      {[](TrainOptions& o) { o.r_drop = -1; }, "r-drop is -1, but must be 0 or more"},
      {[](TrainOptions& o) { o.sim_cut = -1; }, "sim-cut is -1, but must be 0 or more"},
      {[](TrainOptions& o) { o.token_cutoff = 1; }, "token-cutoff is 1, but must be at least 0 and below 1"},
      {[](TrainOptions& o) { o.r_drop = o.sim_cut = 1; }, "r-drop and sim-cut are two ways"},
      {[](TrainOptions& o) { o.guided_alignment_weight = 0; }, "guided-alignment-weight is 0, but must be above 0"},
      {[](TrainOptions& o) {
         o.corpus.guided_alignment = {"a", "b"};
       },
       "--guided-alignment names 2 files and --train-source 1; give as many of each"},
      {[](TrainOptions& o) {
         o.corpus.guided_alignment = {"a"};
         o.subword_sampling = 0.1;
       },
       "which subword-sampling changes in each pass; leave out one"},
      {[](TrainOptions& o) {
         o.corpus.guided_alignment = {"a"};
         o.augment.lower = 0.1;
       },
       "which augment changes in each pass; leave out one"},
      {[](TrainOptions& o) { o.device = "gpu"; }, "device is 'gpu', but must be auto, cpu or cuda"},
      {[](TrainOptions& o) { o.optimiser.beta1 = 2; }, "beta1 is 2"},
      {[](TrainOptions& o) { o.learning_rate.learning_rate = -1; }, "learning-rate is -1"},
      {[](TrainOptions& o) { o.learning_rate.schedule = Schedule::cosine; }, "needs --max-steps or --max-epochs"},
      {[](TrainOptions& o) {
         o.learning_rate.schedule = Schedule::cosine;
         o.limits.max_steps = 10;
       },
       "nothing was thrown"},
      {[](TrainOptions& o) {
         o.learning_rate.schedule = Schedule::cosine;
         o.limits.max_epochs = 3;
       },
       "nothing was thrown"}};
  for (const auto& [change, message] : rows) EXPECT_THAT(message_of(change), HasSubstr(message));
  EXPECT_NE(message_of([](TrainOptions& o) { o.filter.max_length = 0; }), "nothing was thrown");
  EXPECT_NE(message_of([](TrainOptions& o) { o.vocabulary.tokenizer.vocabulary_size = 1; }), "nothing was thrown");
}

// Names of the options in which the two differ.
std::vector<std::string> differences(const Change& change) {
  TrainOptions changed = valid_options();
  change(changed);
  const auto before = defining_options(valid_options()), after = defining_options(changed);
  std::vector<std::string> names;
  for (const auto& option : after) {
    if (std::find(before.begin(), before.end(), option) == before.end()) names.push_back(option.first);
  }
  return names;
}

TEST(TrainOptions, DefiningOnesDecideWhatIsComputed) {
  using testing::ElementsAre;
  using testing::IsEmpty;
  EXPECT_THAT(differences([](TrainOptions& o) { o.optimiser.beta2 = 0.9999; }), ElementsAre("beta2"));
  EXPECT_THAT(differences([](TrainOptions& o) { o.learning_rate.learning_rate *= 1 + 1e-15; }),
              ElementsAre("learning-rate"));
  EXPECT_THAT(differences([](TrainOptions& o) { o.seed = 9; }), ElementsAre("seed"));
  EXPECT_THAT(differences([](TrainOptions& o) { o.sim_cut = 3; }), ElementsAre("sim-cut", "token-cutoff"));
  EXPECT_THAT(differences([](TrainOptions& o) { o.token_cutoff = 0.1; }), IsEmpty()) << "nothing is cut off";
  EXPECT_THAT(differences([](TrainOptions& o) { o.guided_alignment_weight = 1; }), IsEmpty()) << "nothing is guided";
  EXPECT_THAT(differences([](TrainOptions& o) { o.corpus.guided_alignment = {"links"}; }),
              ElementsAre("guided-alignment-weight"));
  EXPECT_THAT(differences([](TrainOptions& o) { o.accumulate = 2; }), ElementsAre("accumulate"));
  EXPECT_THAT(differences([](TrainOptions& o) { o.filter.max_length = 9; }), ElementsAre("max-length"));
  EXPECT_THAT(differences([](TrainOptions& o) { o.optimiser.optimiser = OptimiserAlgorithm::adamw; }),
              ElementsAre("optimiser"));
  EXPECT_THAT(differences([](TrainOptions& o) { o.learning_rate.schedule = Schedule::cosine; }),
              ElementsAre("schedule", "final-learning-rate", "max-steps", "max-epochs"));
  // Those that say when to stop and what to keep may change when a training goes on.
  EXPECT_THAT(differences([](TrainOptions& o) {
                o.limits = {7, 8, 9, 10};
                o.checkpoints = {1, 2, 3, AverageOf::best};
                o.threads = 3;
                o.log_interval = 4;
              }),
              IsEmpty());
}

}  // namespace
}  // namespace dragoman
