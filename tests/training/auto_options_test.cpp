#include "training/options/auto_options.h"

#include "training/options/chosen_options.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <set>
#include <stdexcept>
#include <string>

namespace dragoman {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::ThrowsMessage;
using ::testing::UnorderedElementsAre;

// Multi30k's size, and others.
constexpr CorpusSize kMulti30k{29'000, 3'860'000};

CorpusSize pairs(std::int64_t count) {
  return {count, count * 130};
}

struct Choice {
  TrainOptions options;
  ModelConfig config;
  NamedValues chosen;
};

Choice choose(const CorpusSize& size, const std::set<std::string>& given = {}, const Choice& begin = {},
              int processes = 1) {
  Choice choice = begin;
  choice.options.given = given;
  choice.options.corpus.valid_source = choice.options.corpus.valid_target = "valid";
  const auto initial = choice.options.init_from.empty() ? std::nullopt : std::optional(begin.config);
  choice.chosen = choose_options(choice.options, choice.config, size, initial, processes);
  return choice;
}

TEST(AutoOptions, ChooseForMulti30kWhatItsRecipeHas) {
  const Choice choice = choose(kMulti30k);
  EXPECT_EQ(describe_chosen(choice.chosen),
            "--preset tiny --positions rotary --vocab-size 6000 --tokenizer-algorithm bpe --batch-tokens 2048 "
            "--max-epochs 38 --schedule cosine --learning-rate 0.004 --warmup-steps 600 --dropout 0.25 "
            "--valid-interval 0 --valid-beam-size 1");
  EXPECT_EQ(choice.config.width, 128);
  EXPECT_EQ(choice.config.encoder_layers, 4);
  EXPECT_EQ(choice.config.dropout, 0.25);
  EXPECT_EQ(choice.options.limits.max_epochs, 38);
  EXPECT_EQ(choice.options.learning_rate.schedule, Schedule::cosine);
}

TEST(AutoOptions, GrowWithTheCorpus) {
  int width = 0, vocabulary = 0;
  std::int64_t tokens = 0;
  for (const std::int64_t count : {1, 1000, 10'000, 29'000, 200'000, 1'000'000, 5'000'000, 50'000'000}) {
    Choice choice = choose(pairs(count));
    EXPECT_GE(choice.config.width, width) << count;
    EXPECT_GE(choice.options.vocabulary.tokenizer.vocabulary_size, vocabulary) << count;
    width = choice.config.width;
    vocabulary = choice.options.vocabulary.tokenizer.vocabulary_size;
    EXPECT_GE(choice.options.batch_tokens * choice.options.accumulate, tokens) << count;
    tokens = choice.options.batch_tokens * choice.options.accumulate;
    EXPECT_GT(choice.options.limits.max_epochs, 0) << "each has an end";
    choice.options.model = "m";
    choice.options.corpus.train_tsv = {"t"};
    EXPECT_NO_THROW(choice.options.validate());
    choice.config.source_vocabulary = choice.config.target_vocabulary = vocabulary;
    EXPECT_NO_THROW(choice.config.validate());
  }
  EXPECT_EQ(width, 1024);
}

TEST(AutoOptions, AFewLinesArePassedOverUntilSomethingIsLearnt) {
  EXPECT_EQ(choose(pairs(20)).options.limits.max_epochs, 1500);
  EXPECT_EQ(choose(pairs(300)).options.limits.max_epochs, 300);
  EXPECT_EQ(choose(pairs(1000)).options.limits.max_epochs, 120);
}

TEST(AutoOptions, WhatIsGivenStays) {
  Choice begin;
  begin.config.dropout = 0.05;
  begin.options.batch_tokens = 0;
  begin.options.learning_rate.learning_rate = 0.001;
  const Choice choice = choose(kMulti30k, {"dropout", "batch-tokens", "learning-rate"}, begin);
  EXPECT_EQ(choice.config.dropout, 0.05);
  EXPECT_EQ(choice.options.batch_tokens, 0);
  EXPECT_EQ(choice.options.learning_rate.learning_rate, 0.001);
  EXPECT_EQ(choice.options.learning_rate.warmup_steps, 600);
  for (const auto& [name, value] : choice.chosen) EXPECT_NE(name, "dropout") << value;
}

TEST(AutoOptions, AGivenPresetOrWidthKeepsItsSizeAndHasARateThatSuitsIt) {
  Choice begin;
  apply_preset(begin.config, "base");
  const Choice base = choose(kMulti30k, {"preset"}, begin);
  EXPECT_EQ(base.config.width, 512);
  EXPECT_EQ(base.config.encoder_layers, 6);
  EXPECT_EQ(base.options.learning_rate.learning_rate, 0.0007);
  EXPECT_EQ(base.config.dropout, 0.3) << "it is large for so small a corpus";
  EXPECT_EQ(base.options.limits.max_epochs, 38);
  begin.config.width = 192;
  const Choice wide = choose(kMulti30k, {"width"}, begin);
  EXPECT_EQ(wide.config.width, 192);
  EXPECT_EQ(wide.config.feed_forward_width, 1024) << "as preset small";
  EXPECT_EQ(wide.config.encoder_layers, 4);
  EXPECT_EQ(wide.options.learning_rate.learning_rate, 0.002);
}

TEST(AutoOptions, AGivenEndSetsScheduleAndWarmUp) {
  Choice begin;
  begin.options.limits.max_epochs = 10;
  const Choice fewer = choose(kMulti30k, {"max-epochs"}, begin);
  EXPECT_EQ(fewer.options.limits.max_epochs, 10);
  EXPECT_EQ(fewer.options.learning_rate.schedule, Schedule::cosine);
  EXPECT_NEAR(fewer.options.learning_rate.warmup_steps, 250, 20) << "a tenth of the updates";
  begin.options.limits = {100, 0, 0, 10};
  EXPECT_EQ(choose(kMulti30k, {"max-steps"}, begin).options.learning_rate.warmup_steps, 10);
  // Time has no place on a cosine.
  begin.options.limits = {0, 0, 30, 10};
  const Choice timed = choose(kMulti30k, {"max-time"}, begin);
  EXPECT_EQ(timed.options.learning_rate.schedule, Schedule::inverse_sqrt);
  EXPECT_EQ(timed.options.limits.max_epochs, 0);
  begin.options.limits = {0, 0, 0, 10};
  EXPECT_EQ(choose(kMulti30k, {"max-epochs"}, begin).options.learning_rate.schedule, Schedule::inverse_sqrt)
      << "0: no end";
}

TEST(AutoOptions, AnInitialModelBringsItsOwnAndIsTunedGently) {
  Choice begin;
  begin.options.init_from = "base";
  apply_preset(begin.config, "tiny");
  const Choice choice = choose(kMulti30k, {}, begin);
  EXPECT_EQ(describe_chosen(choice.chosen),
            "--batch-tokens 2048 --max-epochs 9 --schedule cosine --learning-rate 0.001 --warmup-steps 224 "
            "--dropout 0.1 --valid-interval 0 --valid-beam-size 1");
}

TEST(AutoOptions, AGivenTokenizerIsKept) {
  Choice begin;
  begin.options.vocabulary.source_tokenizer = "spm.model";
  for (const auto& [name, value] : choose(kMulti30k, {}, begin).chosen) {
    EXPECT_NE(name, "vocab-size") << value;
    EXPECT_NE(name, "tokenizer-algorithm") << value;
  }
}

TEST(AutoOptions, RotaryPositionsAreChosenOnlyWhereTheyAct) {
  Choice begin;
  for (const std::string architecture : {"rnn", "conv"}) {
    begin.config.architecture = architecture;
    EXPECT_EQ(choose(kMulti30k, {}, begin).config.positions, "sinusoidal") << architecture;
  }
  begin.config.architecture = "transformer";
  begin.config.decoder_self_attention = "ssru";
  EXPECT_EQ(choose(kMulti30k, {}, begin).config.positions, "sinusoidal");
}

TEST(AutoOptions, ProcessesShareAnUpdate) {
  for (const int processes : {2, 4, 16}) {
    const TrainOptions options = choose(kMulti30k, {}, {}, processes).options;
    EXPECT_EQ(options.accumulate, processes);
    EXPECT_EQ(options.batch_tokens, std::max(2048 / processes, 256));
  }
  const TrainOptions options = choose(pairs(5'000'000), {}, {}, 4).options;
  EXPECT_EQ(options.accumulate, 8) << "a multiple, at least the six of one process";
  EXPECT_EQ(options.batch_tokens, 3072);
}

TEST(AutoOptions, ATenthIsHeldOutWhereThereIsNothingToValidateOn) {
  for (const auto& [count, lines] : {std::pair{4, 1}, {500, 50}, {29'000, 1000}}) {
    TrainOptions options;
    options.given.emplace();
    ModelConfig config;
    choose_options(options, config, pairs(count), std::nullopt, 1);
    EXPECT_EQ(options.corpus.valid_lines, lines);
  }
}

TEST(AutoOptions, WhatWasChosenIsKeptWhateverWouldBeChosenNow) {
  const Choice began = choose(kMulti30k);
  Choice later;
  later.options.given.emplace();
  keep_chosen_options(later.options, later.config, began.chosen);
  EXPECT_EQ(later.config, began.config);
  EXPECT_EQ(defining_options(later.options), defining_options(began.options));
  EXPECT_EQ(later.options.limits.max_epochs, 38);
  later.options.given = {"dropout"};
  later.config.dropout = 0.1;
  keep_chosen_options(later.options, later.config, began.chosen);
  EXPECT_EQ(later.config.dropout, 0.1) << "it is given now";
  EXPECT_THAT(
      [&] {
        keep_chosen_options(later.options, later.config, {{"width", "wide"}});
      },
      ThrowsMessage<std::invalid_argument>(HasSubstr("'wide' is no value of width")));
  EXPECT_THAT(
      [&] {
        keep_chosen_options(later.options, later.config, {{"widht", "1"}});
      },
      ThrowsMessage<std::invalid_argument>(HasSubstr("widht is not chosen")));
}

TEST(AutoOptions, WhatIsWrongIsRefusedBeforeTheCorpusIsRead) {
  TrainOptions options;
  options.model = "m";
  options.corpus.train_tsv = {"t"};
  options.given.emplace();
  options.learning_rate.schedule = Schedule::cosine;
  EXPECT_NO_THROW(check_before_choice(options, ModelConfig{})) << "its end and validation lines will be chosen";
  ModelConfig config;
  config.heads = 5;
  options.given = {"heads"};
  EXPECT_THAT([&] { check_before_choice(options, config); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("must be a multiple of the 5 heads")));
  options.given.reset();
  EXPECT_THAT([&] { check_before_choice(options, ModelConfig{}); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("there is nothing to validate on")));
}

}  // namespace
}  // namespace dragoman
