#include "formats/model_directory.h"
#include "tests/training/trainer_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>

namespace dragoman {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

class TrainerLanguagesTest : public TrainerTest {
 protected:
  // From a to b and back, and a to c, of which there is less.
  TrainOptions several(const std::string& folder) {
    TrainOptions options = options_for(folder);
    const CorpusOptions one = options.corpus;
    options.corpus = {};
    options.corpora = {one, one, one};
    options.corpora[0].source_lang = options.corpora[1].target_lang = options.corpora[2].source_lang = "en";
    options.corpora[0].target_lang = options.corpora[1].source_lang = "de";
    options.corpora[2].target_lang = "fr";
    std::swap(options.corpora[1].train_source, options.corpora[1].train_target);
    std::swap(options.corpora[1].valid_source, options.corpora[1].valid_target);
    options.corpora[2].train_source = {write("few.a", text_of(sample_lines(20), 0, 10))};
    options.corpora[2].train_target = {write("few.b", text_of(sample_lines(20), 5, 15))};
    options.vocabulary.source_tokenizer.clear();
    options.vocabulary.tokenizer.vocabulary_size = 100;
    return options;
  }
};

TEST_F(TrainerLanguagesTest, TellTheModelWhichIsMeant) {
  TrainOptions options = several("m");
  EXPECT_EQ(train(options), TrainOutcome::finished);
  const ModelConfig config = load_config(options.model);
  ASSERT_EQ(config.text_template.languages.size(), 3u);
  EXPECT_EQ(config.text_template.languages[0].code, "de");
  EXPECT_EQ(config.trained_on.source_lang, std::nullopt);
  EXPECT_THAT(text_frame(config, {{}, "fr"}).source_before, ElementsAre(config.text_template.languages[2].token));
  EXPECT_THAT(notices_, Contains(HasSubstr("90 pairs kept")));
  EXPECT_THAT(notices_, Contains(HasSubstr("on 12 pairs")));
  EXPECT_THAT(notices_, Contains(HasSubstr("(en-de ")));
  const auto entries = log_of("m");
  const auto valid = std::find_if(entries.begin(), entries.end(), [](const auto& e) { return e["event"] == "valid"; });
  ASSERT_NE(valid, entries.end());
  const double mean = ((*valid)["bleu_en-de"].get<double>() + (*valid)["bleu_de-en"].get<double>() +
                       (*valid)["bleu_en-fr"].get<double>()) /
                      3;
  EXPECT_NEAR((*valid)["bleu"].get<double>(), mean, 1e-9);
}

TEST_F(TrainerLanguagesTest, AreTokensOnBothSidesWhereThatIsAsked) {
  TrainOptions options = several("m");
  options.multilingual.language_tokens = LanguageTokens::both;
  train(options);
  const ModelConfig config = load_config(options.model);
  EXPECT_EQ(text_frame(config, {"en", "fr"}).target_before.size(), 2u);
  EXPECT_EQ(text_frame(config, {"en", "fr"}).source_before.size(), 1u);
}

// A language that is always the same need not be said.
TEST_F(TrainerLanguagesTest, AreTheModelsOwnWhereAllPairsHaveThem) {
  TrainOptions options = several("m");
  options.corpora.erase(options.corpora.begin() + 1);
  options.multilingual.language_tokens = LanguageTokens::both;
  train(options);
  const ModelConfig config = load_config(options.model);
  EXPECT_EQ(config.trained_on.source_lang, "en");
  EXPECT_EQ(text_frame(config, {{}, "de"}).source_before, text_frame(config, {"en", "de"}).source_before);
}

TEST_F(TrainerLanguagesTest, GoOnWithTheSameWeightsOfCorporaAlone) {
  TrainOptions options = several("whole"), parts = several("parts");
  for (TrainOptions* each : {&options, &parts}) {
    each->multilingual.language_temperature = 3;
    each->corpora[0].weight = 0.5;
    each->subword_sampling = 0.1;
  }
  train(options);
  train(parts, 3);
  train(parts);
  EXPECT_THAT(notices_, Contains(HasSubstr("going on at step 3")));
  EXPECT_EQ(weights_in("whole"), weights_in("parts"));
  parts.corpora[0].weight = 2;
  EXPECT_THAT([&] { train(parts); }, ThrowsMessage<std::runtime_error>(HasSubstr("en-de 40 by 0.5")));
  parts.corpora[0].weight = 0.5;
  parts.multilingual.language_temperature = 5;
  EXPECT_THAT([&] { train(parts); }, ThrowsMessage<std::runtime_error>(HasSubstr("language-temperature")));
}

TEST_F(TrainerLanguagesTest, OnePairIsTheSameAsWithoutAList) {
  TrainOptions one = options_for("one"), list = options_for("list");
  for (TrainOptions* each : {&one, &list}) {
    each->corpus.source_lang = "en";
    each->corpus.target_lang = "de";
  }
  list.corpora = {list.corpus};
  list.corpus = {};
  train(one);
  train(list);
  EXPECT_EQ(weights_in("one"), weights_in("list"));
  EXPECT_EQ(log_of("one"), log_of("list"));
}

TEST_F(TrainerLanguagesTest, AreNotNeededToMixCorporaOfOnePair) {
  TrainOptions spoken = several("spoken");
  spoken.corpora.erase(spoken.corpora.begin() + 1);
  spoken.corpora[0].weight = 1.5;
  spoken.corpora[1].target_lang = "de";
  TrainOptions silent = spoken;
  silent.model = path("silent");
  for (CorpusOptions& corpus : silent.corpora) corpus.source_lang = corpus.target_lang = "";
  train(spoken);
  train(silent);
  EXPECT_EQ(weights_in("silent"), weights_in("spoken"));
  const ModelConfig config = load_config(silent.model);
  EXPECT_TRUE(config.text_template.languages.empty());
  EXPECT_EQ(config.trained_on.target_lang, std::nullopt);
  silent.corpora[0].source_lang = "en";
  EXPECT_THAT([&] { train(silent); }, ThrowsMessage<std::invalid_argument>(HasSubstr("unless none has either")));
}

TEST_F(TrainerLanguagesTest, HoldOutPairsOfEachCorpus) {
  TrainOptions options = several("m");
  for (CorpusOptions& corpus : options.corpora) corpus.valid_source = corpus.valid_target = "";
  options.corpus.valid_lines = 9;
  train(options);
  EXPECT_THAT(notices_, Contains(HasSubstr("81 pairs kept")));
  EXPECT_THAT(notices_, Contains(HasSubstr("(en-de ")));
}

TEST_F(TrainerLanguagesTest, NeedTokensInAModelToStartFrom) {
  TrainOptions first = options_for("first");
  train(first);
  TrainOptions tuned = several("tuned");
  tuned.init_from = path("first");
  EXPECT_THAT([&] { train(tuned); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("the model to start from has no tokens of languages")));
  TrainOptions multilingual = several("multilingual");
  train(multilingual);
  tuned.init_from = path("multilingual");
  EXPECT_EQ(train(tuned), TrainOutcome::finished);
  EXPECT_EQ(load_config(tuned.model).text_template, load_config(multilingual.model).text_template);
  tuned.model = path("unknown");
  tuned.corpora[2].target_lang = "it";
  EXPECT_THAT([&] { train(tuned); }, ThrowsMessage<std::invalid_argument>(HasSubstr("does not know --target-lang it")));
}

TEST_F(TrainerLanguagesTest, NameTheCorpusOfWhichNothingIsLeft) {
  TrainOptions options = several("m");
  options.corpora[2].train_source = {write("blank.a", std::string(10, '\n'))};
  EXPECT_THAT([&] { train(options); }, ThrowsMessage<std::runtime_error>(HasSubstr("no training pair en-fr is left")));
  for (CorpusOptions& corpus : options.corpora) corpus.source_lang = corpus.target_lang = "";
  EXPECT_THAT([&] { train(options); },
              ThrowsMessage<std::runtime_error>(HasSubstr("no training pair " + path("blank.a") + " is left")));
}

}  // namespace
}  // namespace dragoman
