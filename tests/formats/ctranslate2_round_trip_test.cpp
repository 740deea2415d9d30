// Models of ours that go to CTranslate2's form and come back.
#include "formats/ctranslate2/ctranslate2_export.h"
#include "formats/foreign/foreign_format.h"
#include "formats/foreign/imported_model.h"
#include "tests/formats/model_directory_fixture.h"

#include <algorithm>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>

namespace dragoman {
namespace {

struct Variant {
  std::string name;
  std::function<void(ModelConfig&)> change;
  int source_vocabulary = 100;
};

const Variant kVariants[] = {
    {"usual", [](ModelConfig&) {}},
    {"halves",
     [](ModelConfig& config) {
       config.positions_layout = PositionsLayout::halves;
       config.sinusoids = Sinusoids::tensor2tensor;
       config.first_position = 1;
       config.embedding_scale = false;
     }},
    {"learned",
     [](ModelConfig& config) {
       config.positions = "learned";
       config.max_positions = 40;
       config.embedding_norm = true;
       config.norm_epsilon = 1e-6;
     }},
    {"rotary",
     [](ModelConfig& config) {
       config.positions = "rotary";
       config.projection_bias = false;
       config.output_bias = true;
     }},
    {"post",
     [](ModelConfig& config) {
       config.norm = Norm::post;
       config.final_norm = false;
       config.activation = Activation::gelu_sigmoid;
       config.zero_start = true;
     }},
    {"buckets",
     [](ModelConfig& config) {
       config.positions = "t5";
       config.shared_position_biases = true;
     }},
    {"bucketsOfEachLayer", [](ModelConfig& config) { config.positions = "t5"; }},
    {"untied", [](ModelConfig& config) { config.tied_embeddings = TiedEmbeddings::none; }, 110},
    {"separate", [](ModelConfig& config) { config.tied_embeddings = TiedEmbeddings::target; }, 110},
};

class RoundTrip : public TemporaryFolderTest, public testing::WithParamInterface<Variant> {};

TEST_P(RoundTrip, KeepsEveryWeightAndWhatIsComputed) {
  ModelConfig config = tiny_config();
  config.source_vocabulary = GetParam().source_vocabulary;
  config.target_vocabulary = 100;
  GetParam().change(config);
  Transformer model(config, 5);
  model.eval();
  const Tokenizers tokenizers{tokenizer_of(config.source_vocabulary), tokenizer_of(100)};
  const SafetensorsFile weights{named_weights(model), {}};
  export_ctranslate2(folder_ / "theirs", config, weights, tokenizers);

  const ImportedModel back = import_model(folder_ / "theirs");
  EXPECT_EQ(back.weights.size(), weights.tensors.size());
  for (const auto& [name, weight] : weights.tensors) {
    const auto found = std::ranges::find(back.weights, name, &NamedTensors::value_type::first);
    ASSERT_NE(found, back.weights.end()) << name;
    EXPECT_TRUE(found->second.equal(weight)) << name;
  }
  EXPECT_TRUE(back.tokenizers.source.has_files_of(tokenizers.source));
  EXPECT_TRUE(back.tokenizers.target.has_files_of(tokenizers.target));
  EXPECT_EQ(back.config.special_ids, config.special_ids);
  EXPECT_EQ(back.config.start_token, config.start_token);
  Transformer again(back.config, 6);
  assign_weights(again, {back.weights, {}}, "theirs");
  again.eval();
  EXPECT_TRUE(states_of(again).equal(states_of(model)));
}

INSTANTIATE_TEST_SUITE_P(, RoundTrip, testing::ValuesIn(kVariants), [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace dragoman
