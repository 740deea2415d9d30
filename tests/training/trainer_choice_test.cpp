// What a training chooses by its corpus, holds out of it, and keeps when it goes on.
#include "tests/training/trainer_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>

namespace dragoman {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::ThrowsMessage;

class TrainerChoiceTest : public TrainerTest {
 protected:
  // All but dropout, batches, rate, schedule and warm-up is given.
  TrainOptions choosing_options(const std::string& folder) const {
    TrainOptions options = options_for(folder);
    options.given = {"encoder-layers", "decoder-layers", "width",          "feed-forward-width", "heads",
                     "positions",      "max-steps",      "valid-interval", "valid-beam-size",    "preset"};
    return options;
  }

  nlohmann::json recorded(const std::string& folder) const {
    return nlohmann::json::parse(bytes_of(path(folder + "/training/options.json")));
  }
};

TEST_F(TrainerChoiceTest, ChoosesByTheCorpusAndSaysWhat) {
  train(choosing_options("m"));
  EXPECT_THAT(notices_, Contains(AllOf(HasSubstr("chosen for 40 pairs"), HasSubstr("--dropout 0.4"))));
  const auto options = recorded("m");
  EXPECT_EQ(options["dropout"], "0.4");
  EXPECT_EQ(options["batch-tokens"], "1024");
  EXPECT_EQ(options["schedule"], "cosine");
  EXPECT_EQ(options["chosen"]["dropout"], "0.4");
  EXPECT_FALSE(options["chosen"].contains("width"));
}

TEST_F(TrainerChoiceTest, KeepsWhatItChoseEvenIfItWouldChooseOtherwiseNow) {
  train(choosing_options("whole"));
  train(choosing_options("m"), 3);
  // As an earlier version with another table had written it.
  auto options = recorded("m");
  options["dropout"] = options["chosen"]["dropout"] = "0.35";
  write("m/training/options.json", options.dump());
  EXPECT_EQ(train(choosing_options("m")), TrainOutcome::finished);
  EXPECT_THAT(notices_, Not(Contains(HasSubstr("chosen for"))));
  EXPECT_EQ(load_config(path("m")).dropout, 0.4) << "nothing is written anew";
  // What is given is compared, as ever.
  EXPECT_THAT(
      [&] {
        TrainOptions given = choosing_options("m");
        given.given->insert("dropout");
        train(given);
      },
      ThrowsMessage<std::runtime_error>(HasSubstr("dropout '0.35', not '0.1'")));
}

TEST_F(TrainerChoiceTest, GoesOnAsIfItHadNotStopped) {
  train(choosing_options("whole"));
  train(choosing_options("parts"), 3);
  train(choosing_options("parts"));
  EXPECT_EQ(weights_in("parts"), weights_in("whole"));
}

TEST_F(TrainerChoiceTest, RefusesWhatNobodyCanHaveChosen) {
  train(choosing_options("m"), 3);
  auto options = recorded("m");
  options["chosen"]["dropout"] = "much";
  write("m/training/options.json", options.dump());
  EXPECT_THAT([&] { train(choosing_options("m")); },
              ThrowsMessage<std::runtime_error>(HasSubstr("is damaged: 'much' is no value of dropout")));
}

// Such a training has chosen nothing: what was not given had its default.
TEST_F(TrainerChoiceTest, ATrainingOfAProgramThatDidNotChooseGoesOn) {
  TrainOptions options = choosing_options("m");
  options.given.reset();
  options.batch_tokens = TrainOptions{}.batch_tokens;
  options.learning_rate = {};
  train(options, 3);
  auto before = recorded("m");
  ASSERT_FALSE(before.contains("chosen"));
  before.erase("ema-decay");  // nor did it know this
  write("m/training/options.json", before.dump());
  TrainOptions later = choosing_options("m");
  later.batch_tokens = options.batch_tokens;
  later.learning_rate = {};
  EXPECT_EQ(train(later), TrainOutcome::finished);
  EXPECT_THAT(notices_, Contains(HasSubstr("going on at step 3")));
}

TEST_F(TrainerChoiceTest, HoldsOutPairsThatItNeverTrainsOn) {
  TrainOptions options = options_for("m");
  options.corpus.valid_source = options.corpus.valid_target = "";
  options.corpus.valid_lines = 4;
  train(options, 3);
  EXPECT_THAT(notices_, Contains(HasSubstr("36 pairs kept")));
  EXPECT_THAT(notices_, Contains(HasSubstr("validation every 4 updates, on 4 pairs")));
  train(options);
  EXPECT_THAT(notices_, Contains(HasSubstr("going on at step 3")));
  EXPECT_THAT(notices_, Contains(HasSubstr("36 pairs kept")));
  options.corpus.valid_lines = 5;
  EXPECT_THAT([&] { train(options); }, ThrowsMessage<std::runtime_error>(HasSubstr("4 of them held out")));
  options.model = path("none");
  options.corpus.valid_lines = 40;
  EXPECT_THAT([&] { train(options); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("valid-lines is 40, but there are only 40 pairs")));
  EXPECT_FALSE(fs::exists(path("none")));
}

TEST_F(TrainerChoiceTest, ValidatesOnATsv) {
  TrainOptions options = options_for("two");
  train(options);
  const auto sides = read_parallel({{path("valid.a")}, {path("valid.b")}, {}});
  std::string lines;
  for (std::size_t i = 0; i < sides.source.size(); ++i) lines += sides.source[i] + "\t" + sides.target[i] + "\n";
  options.model = path("tsv");
  options.corpus.valid_source = options.corpus.valid_target = "";
  options.corpus.valid_tsv = write("valid.tsv", lines);
  train(options);
  EXPECT_EQ(log_of("tsv"), log_of("two"));
}

TEST_F(TrainerChoiceTest, WarnsOfFilesThatLookWrong) {
  TrainOptions options = options_for("m");
  options.corpus.valid_source = path("train.a");
  options.corpus.valid_target = path("train.b");
  train(options, 1);
  EXPECT_THAT(notices_, Contains(HasSubstr("40 of the 40 validation pairs are training pairs")));
}

TEST_F(TrainerChoiceTest, WarnsOfTextThatTheTokenizerDoesNotKnow) {
  const std::string greek = "\u03B1\u03B2\u03B3 \u03B4\n";
  std::string lines;
  for (int i = 0; i < 40; ++i) lines += greek;
  TrainOptions options = options_for("m");
  options.corpus.train_source = {write("greek.a", lines)};
  train(options, 1);
  EXPECT_THAT(notices_, Contains(HasSubstr("does not know 100 % of the characters of the source text")));
  EXPECT_THAT(notices_, Not(Contains(HasSubstr("of the target text"))));
}

TEST_F(TrainerChoiceTest, ARefusedStartLeavesNothing) {
  TrainOptions options = options_for("m");
  options.filter.max_length = 1;
  EXPECT_ANY_THROW(train(options));
  EXPECT_FALSE(fs::exists(path("m")));
}

TEST_F(TrainerChoiceTest, AnInitialModelIsComparedByWhatItIs) {
  train(options_for("base"));
  TrainOptions options = options_for("tuned");
  options.vocabulary = {};
  options.init_from = path("base");
  train(options, 2);
  options.init_from = path("./base/../base");
  train(options, 1);
  fs::copy(path("base"), path("copy"), fs::copy_options::recursive);
  options.init_from = path("copy");
  train(options, 1);
  EXPECT_THAT(notices_, Contains(HasSubstr("going on at step 3")));
  TrainOptions other = options_for("other");
  other.seed = 2;
  train(other);
  options.init_from = path("other");
  EXPECT_THAT([&] { train(options); }, ThrowsMessage<std::runtime_error>(HasSubstr("init-from")));
  fs::remove_all(path("base"));
  options.init_from = path("base");
  EXPECT_EQ(train(options), TrainOutcome::finished) << "what began needs it no more";
}

TEST_F(TrainerChoiceTest, ACosineThatHasEndedSaysHowToTrainFurther) {
  TrainOptions options = options_for("m");
  options.limits = {0, 2, 0, 0};
  options.learning_rate.schedule = Schedule::cosine;
  train(options);
  train(options);
  EXPECT_THAT(notices_, Contains(AllOf(HasSubstr("the end of its cosine"), HasSubstr("--init-from " + path("m")))));
  options.limits.max_epochs = 3;
  EXPECT_THAT([&] { train(options); }, ThrowsMessage<std::runtime_error>(AllOf(HasSubstr("max-epochs '2', not '3'"),
                                                                               HasSubstr("--init-from " + path("m")))));
}

TEST_F(TrainerChoiceTest, CountsPassesInOneWay) {
  TrainOptions options = options_for("m");
  options.limits = {0, 2, 0, 0};
  options.validation.valid_interval = 1;
  train(options);
  std::map<std::int64_t, std::set<std::int64_t>> passes;  // by step
  for (const auto& entry : log_of("m")) {
    if (entry.contains("epoch")) passes[entry["step"]].insert(entry["epoch"].get<std::int64_t>());
  }
  for (const auto& [step, epochs] : passes) EXPECT_EQ(epochs.size(), 1u) << "of step " << step;
  EXPECT_THAT(passes.begin()->second, testing::ElementsAre(1));
  EXPECT_THAT(passes.rbegin()->second, testing::ElementsAre(2));
  EXPECT_EQ(last_status_.epoch, 2);
}

}  // namespace
}  // namespace dragoman
