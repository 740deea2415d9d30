// Models that go to Marian's form: those of the fixtures, which Marian itself has trained, back to what they were, and
// some of ours.
#include "formats/marian/marian_export.h"

#include "base/atomic_file.h"
#include "formats/foreign/foreign_format.h"
#include "formats/foreign/foreign_weights.h"
#include "formats/foreign/imported_model.h"
#include "formats/marian/marian_file.h"
#include "formats/marian/marian_files.h"
#include "tests/formats/model_directory_fixture.h"

#include <filesystem>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

using ::testing::HasSubstr;

class ModelOfMarian : public TemporaryFolderTest, public testing::WithParamInterface<std::string> {
 protected:
  std::string original() const { return DRAGOMAN_FIXTURES "/marian_files/" + GetParam(); }

  void SetUp() override {
    TemporaryFolderTest::SetUp();
    export_marian(folder_ / "back", imported_.config, {imported_.weights, {}}, imported_.tokenizers);
  }

  const ImportedModel imported_ = import_model(original());
};

TEST_P(ModelOfMarian, ComesBackAsItWas) {
  const ImportedModel again = import_model(folder_ / "back");
  ASSERT_EQ(again.weights.size(), imported_.weights.size());
  for (std::size_t i = 0; i < again.weights.size(); ++i) {
    EXPECT_EQ(again.weights[i].first, imported_.weights[i].first);
    EXPECT_TRUE(again.weights[i].second.equal(imported_.weights[i].second)) << again.weights[i].first;
  }
  ModelConfig config = again.config, before = imported_.config;
  before.trained_on = {};  // which only a name of Firefox' tells
  EXPECT_EQ(config, before);
  for (const char* text : {"The old man laughs.", "a cat (12 €)!", ""}) {
    EXPECT_EQ(again.tokenizers.source.encode(text), imported_.tokenizers.source.encode(text));
    EXPECT_EQ(again.tokenizers.target.encode(text), imported_.tokenizers.target.encode(text));
  }
}

INSTANTIATE_TEST_SUITE_P(, ModelOfMarian, testing::Values("transformer", "student", "opus", "words"),
                         [](const auto& info) { return info.param; });

using ArchiveOfMarian = ModelOfMarian;

TEST_P(ArchiveOfMarian, HasTheTensorsThatMarianHasWritten) {
  const auto read = [](const std::filesystem::path& file) {
    ForeignWeights weights("special:model.yml");
    weights.add(load_marian_file(file).weights, file.string());
    return weights;
  };
  ForeignWeights theirs = read(find_marian_files(original()).model);
  const MarianFile back = load_marian_file(folder_ / "back/model.npz");
  for (const auto& [name, tensor] : back.weights.tensors)
    EXPECT_TRUE(theirs.take(name, tensor.sizes().vec()).equal(tensor)) << name;
  for (const LazyTensor& tensor : back.weights.lazy_tensors)
    EXPECT_TRUE(theirs.take(tensor.name, tensor.shape).equal(tensor.make())) << tensor.name;
  EXPECT_NO_THROW(theirs.require_all_taken("the export"));
}

TEST_P(ArchiveOfMarian, SaysOfItselfWhatItSaid) {
  const auto read = [](const std::filesystem::path& file) {
    return yaml_options(load_marian_file(file).options, file.string());
  };
  const ForeignOptions theirs = read(find_marian_files(original()).model), back = read(folder_ / "back/model.npz");
  // Of no meaning for a Transformer, and the same by another name.
  const std::set<std::string> otherwise{"version", "bert-train-type-embeddings", "transformer-aan-activation",
                                        "transformer-dim-aan"};
  for (const auto& [name, value] : theirs.json().items()) {
    ASSERT_TRUE(back.json().contains(name)) << name;
    if (otherwise.contains(name)) continue;
    EXPECT_EQ(back.json()[name], value) << name;
  }
  EXPECT_EQ(back.json().size(), theirs.json().size());
}

INSTANTIATE_TEST_SUITE_P(, ArchiveOfMarian, testing::Values("transformer", "opus"),
                         [](const auto& info) { return info.param; });

class MarianExport : public TemporaryFolderTest {
 protected:
  ModelConfig config_ = [] {
    ModelConfig config = tiny_config();
    config.source_vocabulary = config.target_vocabulary = 100;
    config.zero_start = true;
    config.norm_epsilon = 1e-6;
    config.sinusoids = Sinusoids::tensor2tensor;
    config.output_bias = true;
    return config;
  }();

  std::string refusal_of(const std::function<void(ModelConfig&)>& change) {
    ModelConfig config = config_;
    change(config);
    try {
      const Transformer model(config, 5);
      export_marian(folder_ / "theirs", config, {named_weights(model), {}}, {tokenizer_of(100), tokenizer_of(100)});
    } catch (const std::runtime_error& error) {
      EXPECT_FALSE(std::filesystem::exists(folder_ / "theirs"));
      return error.what();
    }
    return "exported";
  }
};

TEST_F(MarianExport, TakesWhatIsTrainedHere) {
  ASSERT_EQ(refusal_of([](ModelConfig& config) { config.positions_layout = PositionsLayout::halves; }), "exported");
  const ImportedModel back = import_model(folder_ / "theirs");
  ModelConfig config = config_;
  config.positions_layout = PositionsLayout::halves;
  Transformer model(config, 5), again(back.config, 6);
  assign_weights(again, {back.weights, {}}, "theirs");
  for (Transformer* each : {&model, &again}) each->eval();
  EXPECT_TRUE(states_of(again).equal(states_of(model)));
  EXPECT_EQ(back.tokenizers.source.encode("The old man laughs."), tokenizer_of(100).encode("The old man laughs."));
}

TEST_F(MarianExport, RefusesWhatHasNoForm) {
  const auto changed = [&](auto member, auto value) {
    return refusal_of([&](ModelConfig& config) { config.*member = value; });
  };
  EXPECT_THAT(changed(&ModelConfig::zero_start, false),
              HasSubstr("a model with zero-start false cannot be exported: Marian has no form for it"));
  EXPECT_THAT(changed(&ModelConfig::norm_epsilon, 1e-5), HasSubstr("norm-epsilon 1e-05"));
  EXPECT_THAT(changed(&ModelConfig::sinusoids, Sinusoids::paper), HasSubstr("sinusoids paper"));
  EXPECT_THAT(changed(&ModelConfig::positions, "rotary"), HasSubstr("positions rotary"));
  EXPECT_THAT(changed(&ModelConfig::activation, Activation::gelu_tanh), HasSubstr("activation gelu-tanh"));
  EXPECT_THAT(changed(&ModelConfig::embedding_scale, false), HasSubstr("embedding-scale false"));
  EXPECT_THAT(changed(&ModelConfig::decoder_self_attention, "ssru"), HasSubstr("positions-layout interleaved"));
  EXPECT_THAT(refusal_of([](ModelConfig& config) {
                config.positions = "learned";
                config.embedding_scale = false;
              }),
              HasSubstr("Marian has one table for both stacks"));
}

}  // namespace
}  // namespace dragoman
