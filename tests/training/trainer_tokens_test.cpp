#include "formats/model_directory.h"
#include "tests/training/trainer_fixture.h"

#include <ATen/ATen.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>

namespace dragoman {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

class TrainerTokensTest : public TrainerTest {
 protected:
  TrainOptions tuned(const std::string& folder, const std::string& tokens) {
    TrainOptions options = options_for(folder);
    options.vocabulary.source_tokenizer.clear();
    options.init_from = path("first");
    options.vocabulary.add_tokens = write("tokens", tokens);
    options.learning_rate.learning_rate = 1e-12;  // the rows stay as they began
    return options;
  }

  static torch::Tensor rows(const LoadedWeights& model, const char* name, const std::vector<std::int32_t>& ids) {
    const std::vector<std::int64_t> wide(ids.begin(), ids.end());
    return model.weights.at(name, "").index_select(0, at::tensor(wide, torch::kInt64));
  }
};

TEST_F(TrainerTokensTest, BeginAsTheMeanOfTheirParts) {
  for (const TiedEmbeddings tied : {TiedEmbeddings::all, TiedEmbeddings::none}) {
    config_.tied_embeddings = tied;
    config_.output_bias = true;
    TrainOptions first = options_for("first");
    train(first);
    TrainOptions options = tuned("tuned", "COVID-19\nolder\n");
    EXPECT_EQ(train(options, 1), TrainOutcome::stopped);
    const LoadedWeights before = load_weights(first.model), after = load_weights(options.model);
    const auto size = before.config.source_vocabulary;
    EXPECT_EQ(after.config.source_vocabulary, size + 2);
    EXPECT_EQ(after.tokenizers.target.piece(size + 1), "older");
    std::vector<const char*> names = {"output_bias"};
    if (tied == TiedEmbeddings::all) {
      names.push_back("embedding.weight");
    } else {
      for (const char* name : {"source_embedding.weight", "target_embedding.weight", "output_weight"})
        names.push_back(name);
    }
    for (const char* name : names) {
      const torch::Tensor expected = rows(before, name, before.tokenizers.source.encode("older")).mean(0);
      EXPECT_TRUE(at::allclose(rows(after, name, {size + 1})[0], expected, 1e-5, 1e-6)) << name;
      EXPECT_TRUE(at::allclose(after.weights.at(name, "").narrow(0, 0, size), before.weights.at(name, ""), 1e-5, 1e-6));
    }
    std::filesystem::remove_all(first.model);
    std::filesystem::remove_all(options.model);
  }
}

TEST_F(TrainerTokensTest, StayWhenTheTrainingGoesOn) {
  train(options_for("first"));
  TrainOptions options = tuned("tuned", "COVID-19\n");
  train(options, 3);
  EXPECT_EQ(train(options), TrainOutcome::finished);
  EXPECT_THAT(notices_, testing::Contains(HasSubstr("going on at step 3")));
  options.vocabulary.add_tokens.clear();
  EXPECT_THAT([&] { train(options); }, ThrowsMessage<std::runtime_error>(HasSubstr("add-tokens")));
}

TEST_F(TrainerTokensTest, AreRefusedWithTheirLine) {
  train(options_for("first"));
  EXPECT_THAT([&] { train(tuned("tuned", "new\n<unk>\n")); },
              ThrowsMessage<std::runtime_error>(HasSubstr("tokens:2: '<unk>' is a piece of the model already")));
  EXPECT_THAT([&] { train(tuned("tuned", "")); }, ThrowsMessage<std::runtime_error>(HasSubstr("there is no piece")));
  EXPECT_FALSE(std::filesystem::exists(path("tuned")));
  TrainOptions alone = options_for("alone");
  alone.vocabulary.add_tokens = path("tokens");
  EXPECT_THAT([&] { train(alone); }, ThrowsMessage<std::invalid_argument>(HasSubstr("give --init-from, too")));
}

// A language that the model has not known: its row begins as the mean of those that it knows.
TEST_F(TrainerTokensTest, MayBeLanguages) {
  TrainOptions first = options_for("first");
  first.corpora = {first.corpus, first.corpus};
  first.corpus = {};
  first.vocabulary.source_tokenizer.clear();
  first.vocabulary.tokenizer.vocabulary_size = 100;
  for (CorpusOptions& corpus : first.corpora) corpus.source_lang = "en";
  first.corpora[0].target_lang = "de";
  first.corpora[1].target_lang = "fr";
  train(first);
  TrainOptions options = tuned("tuned", "<2it>\n");
  options.corpus.source_lang = "en";
  options.corpus.target_lang = "it";
  train(options, 1);
  const LoadedWeights before = load_weights(first.model), after = load_weights(options.model);
  const auto size = before.config.source_vocabulary;
  EXPECT_EQ(after.config.text_template.languages.back(), (Language{"it", size}));
  EXPECT_EQ(text_frame(after.config).source_before, std::vector<std::int32_t>{size});
  EXPECT_TRUE(at::allclose(rows(after, "embedding.weight", {size})[0], rows(before, "embedding.weight", {4, 5}).mean(0),
                           1e-5, 1e-6));
}

}  // namespace
}  // namespace dragoman
