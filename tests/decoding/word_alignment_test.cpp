#include "decoding/alignment/word_alignment.h"

#include "tests/decoding/aligning_model.h"
#include "tests/decoding/sample_engine.h"

#include <ATen/ATen.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <stdexcept>
#include <vector>

namespace dragoman {
namespace {

using ::testing::ElementsAre;
using ::testing::FloatNear;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::ThrowsMessage;

const TokensOfWords kSource{{0, 1}, {2}};  // and the end of the sentence, 3
const TokensOfWords kTarget{{0}, {1, 2}};  // and the end of the sentence, 3

at::Tensor weights() {
  return at::tensor({0.1F, 0.2F, 0.6F, 0.1F,  //
                     0.5F, 0.4F, 0.0F, 0.1F,  //
                     0.1F, 0.0F, 0.5F, 0.4F,  //
                     0.0F, 0.0F, 0.3F, 0.7F})
      .view({4, 4});
}

TEST(WordAlignmentTest, SumsOverSourceTokensAndMeansOverTargetTokens) {
  const WordWeights words = word_weights(weights(), kSource, kTarget, AlignmentStep::predicting);
  EXPECT_EQ(words.sources, 2U);
  EXPECT_THAT(words.row(0), ElementsAre(FloatNear(0.3F, 1e-6F), FloatNear(0.6F, 1e-6F)));
  EXPECT_THAT(words.row(1), ElementsAre(FloatNear(0.5F, 1e-6F), FloatNear(0.25F, 1e-6F)));
  EXPECT_THAT(links_of(words), ElementsAre(WordLink{1, 0}, WordLink{0, 1}));
}

TEST(WordAlignmentTest, TheStepThatReadsATokenIsTheNext) {
  const WordWeights words = word_weights(weights(), kSource, kTarget, AlignmentStep::reading);
  EXPECT_THAT(words.row(0), ElementsAre(FloatNear(0.9F, 1e-6F), 0));
  EXPECT_THAT(words.row(1), ElementsAre(FloatNear(0.05F, 1e-6F), FloatNear(0.4F, 1e-6F)));
  // Where there is no next, the last counts.
  const at::Tensor cut = weights().narrow(0, 0, 3).contiguous();
  EXPECT_THAT(word_weights(cut, kSource, kTarget, AlignmentStep::reading).row(1),
              ElementsAre(FloatNear(0.1F, 1e-6F), FloatNear(0.5F, 1e-6F)));
}

TEST(WordAlignmentTest, AWordWithoutWeightHasNoLink) {
  EXPECT_THAT(links_of({2, {0, 0, 0.5F, 0.5F}}), ElementsAre(WordLink{0, 1}));
  EXPECT_THAT(links_of({0, {}}), IsEmpty());
}

TEST(WordAlignmentTest, OneHeadOrTheMean) {
  const AttentionMap map{{AttentionSite::Kind::cross, 0}, at::tensor({1.0F, 0.0F, 0.0F, 1.0F}).view({2, 1, 2})};
  EXPECT_TRUE(at::equal(weights_of_head(map, 1), at::tensor({0.0F, 1.0F}).view({1, 2})));
  EXPECT_TRUE(at::equal(weights_of_head(map, std::nullopt), at::tensor({0.5F, 0.5F}).view({1, 2})));
  EXPECT_THROW(weights_of_head(map, 2), c10::Error);
}

TEST(AlignmentOptionsTest, LayersAndHeadsMustBeThere) {
  ModelConfig config;
  config.decoder_layers = 3;
  config.heads = 4;
  EXPECT_NO_THROW((AlignmentOptions{2, 3}.validate(config)));
  EXPECT_THAT(
      [&] {
        (AlignmentOptions{3, 0}.validate(config));
      },
      ThrowsMessage<std::invalid_argument>(HasSubstr("decoder layer 3 is asked for")));
  EXPECT_THAT(
      [&] {
        (AlignmentOptions{0, 4}.validate(config));
      },
      ThrowsMessage<std::invalid_argument>(HasSubstr("head 4 is asked for")));
  EXPECT_EQ(AlignmentOptions{}.site(config).layer, 1);
  config.decoder_layers = 2;
  EXPECT_EQ(AlignmentOptions{}.site(config).layer, 1);
  config.decoder_layers = 1;
  EXPECT_EQ(AlignmentOptions{}.site(config).layer, 0);
  // Layers that share their weights are seen under the number of the first of them.
  config.decoder_layers = 4;
  config.shared_layers = 3;
  EXPECT_EQ(AlignmentOptions{}.site(config).layer, 0);
  EXPECT_EQ((AlignmentOptions{3, std::nullopt}).site(config).layer, 3);
  config.shared_layers = 1;
  config.architecture = "rnn";  // attends once
  EXPECT_EQ(AlignmentOptions{}.site(config).layer, 0);
  EXPECT_THROW((AlignmentOptions{1, std::nullopt}).validate(config), std::invalid_argument);
}

TEST(AlignmentOptionsTest, TheHeadThatWasTrainedToAlignIsTakenWhereNothingIsAskedFor) {
  ModelConfig config;
  config.heads = 4;
  EXPECT_EQ(AlignmentOptions{}.site(config).layer, 4);
  EXPECT_EQ(AlignmentOptions{}.head_of(config), std::nullopt);
  config.alignment_layer = 1;
  config.alignment_head = 3;
  EXPECT_EQ(AlignmentOptions{}.site(config).layer, 1);
  EXPECT_EQ(AlignmentOptions{}.head_of(config), 3);
  const AlignmentOptions layer{4, std::nullopt}, head{std::nullopt, 0};
  EXPECT_EQ(layer.site(config).layer, 4);
  EXPECT_EQ(layer.head_of(config), std::nullopt);
  EXPECT_EQ(head.site(config).layer, 1);
  EXPECT_EQ(head.head_of(config), 0);
  config.shared_layers = 6;
  EXPECT_EQ(AlignmentOptions{}.site(config).layer, 0);
}

class AlignTest : public ::testing::Test {
 protected:
  static ModelConfig config() {
    ModelConfig config;
    config.decoder_layers = config.heads = 2;
    return config;
  }

  const std::vector<std::int32_t> source_{4, 5, 6}, target_{7, 8};
  const std::vector<AlignedPair> pairs_{{source_, target_, {{0}, {1}, {2}}, {{0}, {1}}}};
};

TEST_F(AlignTest, FollowsTheHeadThatIsAskedFor) {
  const auto model = std::make_shared<AligningModel>(30, 2);
  model->eval();
  const AttentionReader reader(engine_of(model, config()), text_frame(config()), {});
  AlignmentOptions options{0, 0};
  EXPECT_EQ(format_pharaoh(align(reader, pairs_, options, config())[0]), "0-0 1-1");
  options.head = 1;
  EXPECT_EQ(format_pharaoh(align(reader, pairs_, options, config())[0]), "1-0 2-1");
  options.head = 0;
  options.step = AlignmentStep::reading;
  EXPECT_EQ(format_pharaoh(align(reader, pairs_, options, config())[0]), "1-0 2-1");
}

TEST_F(AlignTest, FollowsTheHeadThatWasTrainedToAlign) {
  const auto model = std::make_shared<AligningModel>(30, 2);
  model->eval();
  ModelConfig trained = config();
  trained.alignment_layer = 0;
  trained.alignment_head = 1;
  const AttentionReader reader(engine_of(model, trained), text_frame(trained), {});
  EXPECT_EQ(format_pharaoh(align(reader, pairs_, {}, trained)[0]), "1-0 2-1");
  EXPECT_EQ(format_pharaoh(align(reader, pairs_, {0, 0}, trained)[0]), "0-0 1-1");
}

TEST_F(AlignTest, NeedsWeights) {
  const auto model = std::make_shared<AligningModel>(30);
  model->eval();
  EXPECT_THAT(
      [&] {
        align(AttentionReader(engine_of(model, config()), text_frame(config()), {}), pairs_, {1, 0}, config());
      },
      ThrowsMessage<std::runtime_error>(HasSubstr("decoder layer 1 has no weights")));
}

}  // namespace
}  // namespace dragoman
