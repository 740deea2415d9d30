#include "formats/model_directory.h"

#include "formats/model_config_json.h"
#include "formats/stored_weights.h"
#include "model/architecture.h"
#include "tests/formats/model_directory_fixture.h"

#include <functional>
#include <gmock/gmock.h>
#include <initializer_list>

namespace dragoman {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

TEST_F(ModelDirectory, RoundTrip) {
  for (const bool joint : {true, false}) {
    fs::remove_all(folder_);
    fs::create_directory(folder_);
    const ModelConfig config = make(joint ? 100 : 110);
    EXPECT_EQ(fs::exists(folder_ / "tokenizer.spm"), joint);
    EXPECT_EQ(fs::exists(folder_ / "source.spm") && fs::exists(folder_ / "target.spm"), !joint);
    const LoadedModel loaded = load_model(folder_);
    EXPECT_EQ(loaded.config, config);
    EXPECT_EQ(loaded.tokenizers.joint(), joint);
    EXPECT_EQ(loaded.tokenizers.source.files(), tokenizer_of(config.source_vocabulary).files());
    EXPECT_EQ(loaded.tokenizers.target.files(), tokenizer_of(100).files());
    EXPECT_FALSE(loaded.model->is_training());
    const auto before = named_weights(*model_), after = load_weights(folder_).weights.tensors;
    ASSERT_EQ(before.size(), after.size());
    for (std::size_t i = 0; i < before.size(); ++i) {
      EXPECT_EQ(before[i].first, after[i].first);
      EXPECT_TRUE(before[i].second.equal(after[i].second)) << before[i].first;
    }
    EXPECT_LT(relative_error(states_of(*loaded.model), states_of(*model_)), 1e-6);
  }
}

TEST_F(ModelDirectory, IsKeptInTheTypeThatItIsStoredIn) {
  make();
  const torch::Tensor expected = states_of(*model_);
  const std::string fingerprint = load_model(folder_).fingerprint;
  for (const WeightType type : {WeightType::int8, WeightType::bf16}) {
    save_weights(folder_, stored_as(type, named_weights(*model_)));
    const LoadedModel loaded = load_model(folder_);
    EXPECT_EQ(loaded.stored_type, type);
    EXPECT_EQ(loaded.weight_type, is_fast(type, torch::kCPU) ? type : WeightType::fp32);
    EXPECT_NE(loaded.fingerprint, fingerprint);
    EXPECT_LT(relative_error(states_of(*loaded.model), expected), 0.03);
    const LoadedModel in_fp32 = load_model(folder_, torch::kCPU, WeightType::fp32);
    EXPECT_EQ(in_fp32.weight_type, WeightType::fp32);
    EXPECT_LT(relative_error(states_of(*in_fp32.model), expected), 0.03);
  }
}

TEST_F(ModelDirectory, TiedWeightsAreStoredOnce) {
  make();
  int tables = 0;
  for (const auto& [name, tensor] : load_safetensors(weights_file(folder_)).tensors) tables += tensor.size(0) == 100;
  EXPECT_EQ(tables, 1);
}

TEST_F(ModelDirectory, NamesWhatIsMissing) {
  EXPECT_THAT(message_of(folder_ / "nothing"),
              AllOf(HasSubstr("nothing: no such model directory"), HasSubstr("train")));
  for (const char* name : {"config.json", "tokenizer.spm", "model.safetensors"}) {
    make();
    fs::remove(folder_ / name);
    EXPECT_THAT(message_of(folder_), HasSubstr((folder_ / name).string() + ": the model directory lacks this file"));
  }
  make(110);
  fs::remove(folder_ / "target.spm");
  EXPECT_THAT(message_of(folder_), HasSubstr("target.spm: the model directory lacks this file"));
}

TEST_F(ModelDirectory, TokenizersTakeThePlaceOfThoseBefore) {
  for (const int targets : {110, 100, 110}) {
    make(100, targets);
    EXPECT_EQ(load_tokenizers(folder_).target.vocabulary_size(), targets);
    EXPECT_EQ(fs::exists(folder_ / "tokenizer.spm"), targets == 100);
    EXPECT_EQ(fs::exists(folder_ / "source.spm"), targets != 100);
    EXPECT_EQ(fs::exists(folder_ / "target.spm"), targets != 100);
  }
  const Tokenizers other{tokenizer_of(100), tokenizer_of(120)};
  EXPECT_NE(other.fingerprint(), load_tokenizers(folder_).fingerprint());
}

TEST_F(ModelDirectory, TokenizersOfTargetsHaveTheOrderOfTheConfig) {
  for (const int targets : {100, 110}) {
    ModelConfig config = make(100, targets);
    EXPECT_EQ(load_model(folder_).tokenizers.target.order(), TokenOrder::left_to_right);
    config.target_order = TokenOrder::right_to_left;
    save_config(folder_, config);
    for (const Tokenizers& tokenizers : {load_model(folder_).tokenizers, load_tokenizers(folder_)}) {
      EXPECT_EQ(tokenizers.source.order(), TokenOrder::left_to_right);
      EXPECT_EQ(tokenizers.target.order(), TokenOrder::right_to_left);
      EXPECT_EQ(tokenizers.joint(), targets == 100);
    }
  }
}

TEST_F(ModelDirectory, RefusesPartsThatDoNotFit) {
  make(100);
  save_tokenizers(folder_, {tokenizer_of(110), tokenizer_of(110)});
  EXPECT_THAT(message_of(folder_), HasSubstr("the tokenizers have 110 source and 110 target pieces, but config.json "
                                             "says 100 and 100"));
  ModelConfig config = make(100);
  config.feed_forward_width = 32;
  save_config(folder_, config);
  EXPECT_THAT(message_of(folder_), AllOf(HasSubstr("model.safetensors: 'encoder.layers.0.feed_forward.inner.weight'"),
                                         HasSubstr("but config.json asks for")));
  config.feed_forward_width = 24;
  config.decoder_layers = 2;
  save_config(folder_, config);
  EXPECT_THAT(message_of(folder_),
              HasSubstr("has 1 decoder layers with weights of their own, but config.json asks for 2"));
  config.decoder_layers = 1;
  config.output_bias = true;
  save_config(folder_, config);
  EXPECT_THAT(message_of(folder_), HasSubstr("there is no tensor 'output_bias'"));
}

// A model that is computed in a smaller type on the fly is the one that quantize makes.
TEST_F(ModelDirectory, InASmallerTypeIsTheQuantisedModel) {
  for (const WeightType type : {WeightType::int8, WeightType::bf16}) {
    if (!is_fast(type, torch::kCPU)) continue;
    for (const auto& change : std::initializer_list<std::function<void(ModelConfig&)>>{
             [](ModelConfig&) {}, [](ModelConfig& c) { c.tied_embeddings = TiedEmbeddings::none; },
             [](ModelConfig& c) { c.positions = "relative"; }, [](ModelConfig& c) { c.positions = "t5"; },
             [](ModelConfig& c) { c.positions = "learned"; },
             [](ModelConfig& c) { c.self_attention_score = "general"; },
             [](ModelConfig& c) { c.cross_attention_score = "additive"; },
             [](ModelConfig& c) { c.architecture = "rnn"; }, [](ModelConfig& c) { c.architecture = "conv"; }}) {
      ModelConfig config = make();
      change(config);
      SCOPED_TRACE(to_json(config));
      save_config(folder_, config);
      const NamedTensors weights = named_weights(*create_model(config, 5));
      save_weights(folder_, weights);
      const LoadedModel on_the_fly = load_model(folder_, torch::kCPU, type);
      save_weights(folder_, stored_as(type, weights));
      const LoadedModel stored = load_model(folder_);
      EXPECT_TRUE(states_of(*on_the_fly.model).equal(states_of(*stored.model)));
      const OutputLayer one = on_the_fly.model->output_layer(), other = stored.model->output_layer();
      EXPECT_TRUE(one.weight.equal(other.weight));
      ASSERT_EQ(one.quantised.has_value(), other.quantised.has_value());
      if (!one.quantised) continue;
      EXPECT_TRUE(one.quantised->values.equal(other.quantised->values));
      EXPECT_TRUE(one.quantised->scales.equal(other.quantised->scales));
    }
  }
}

TEST_F(ModelDirectory, RefusesDamagedFiles) {
  for (const char* name : {"config.json", "tokenizer.spm", "model.safetensors"}) {
    make();
    const std::string bytes = bytes_of(path(name));
    write(name, bytes.substr(0, bytes.size() / 2));
    EXPECT_THAT(message_of(folder_), HasSubstr(path(name) + ": "));
  }
  make();
  std::string bytes = bytes_of(path("model.safetensors"));
  bytes[bytes.size() - 100] = static_cast<char>(bytes[bytes.size() - 100] ^ 1);
  write("model.safetensors", bytes);
  EXPECT_THAT(message_of(folder_), HasSubstr("its checksum does not match"));
}

}  // namespace
}  // namespace dragoman
