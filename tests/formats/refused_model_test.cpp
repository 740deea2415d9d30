#include "formats/model_config_json.h"
#include "formats/model_directory.h"
#include "model/architecture.h"
#include "tests/formats/model_directory_fixture.h"

#include <csignal>
#include <functional>
#include <gmock/gmock.h>
#include <initializer_list>
#include <sys/wait.h>
#include <unistd.h>

namespace dragoman {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

class RefusedModel : public ModelDirectory {};

// None of these is asked for on the word of config.json alone: they would fill any memory.
TEST_F(RefusedModel, ComparesSizesBeforeItAllocatesThem) {
  struct Absurd {
    const char* what;
    std::function<void(ModelConfig&)> make, change;
    const char* named;
  };
  const auto as_it_is = [](ModelConfig&) {};
  constexpr int kHuge = 1'000'000'000;
  for (const Absurd& absurd : std::initializer_list<Absurd>{
           {"width", as_it_is, [](ModelConfig& c) { c.width = kHuge; }, "'embedding.weight' has shape [100, 16]"},
           {"feed-forward", as_it_is, [](ModelConfig& c) { c.feed_forward_width = kHuge; },
            "feed_forward.inner.weight'"},
           {"layers", as_it_is, [](ModelConfig& c) { c.encoder_layers = 1000; }, "has 1 encoder layers"},
           {"positions", [](ModelConfig& c) { c.positions = "learned"; },
            [](ModelConfig& c) { c.max_positions = kHuge; }, "'encoder_input.positions' has shape"},
           {"kernel", [](ModelConfig& c) { c.architecture = "conv"; },
            [](ModelConfig& c) { c.kernel_width = kHuge + 1; }, "'encoder.layers.0.kernel.weight' has shape"},
           {"sinusoids", as_it_is, [](ModelConfig& c) { c.max_positions = kHuge; }, "loaded"}}) {
    SCOPED_TRACE(absurd.what);
    ModelConfig config = make();
    absurd.make(config);
    save_weights(folder_, named_weights(*create_model(config, 5)));
    save_config(folder_, config);
    EXPECT_EQ(message_of(folder_), "loaded");
    absurd.change(config);
    save_config(folder_, config);
    EXPECT_THAT(message_of(folder_), HasSubstr(absurd.named));
  }
}

TEST_F(RefusedModel, RefusesTensorsThatTheConfigDoesNotUse) {
  make();
  NamedTensors weights = named_weights(*model_);
  weights.emplace_back("encoder.layers.0.adapter.weight", torch::zeros({2, 2}));
  save_weights(folder_, weights);
  EXPECT_THAT(message_of(folder_), HasSubstr("a model with this config.json has no tensor 'encoder.layers.0.adapter."));
  EXPECT_THROW(load_weights(folder_), std::runtime_error);
  weights = named_weights(*model_);
  weights.emplace_back("embedding.weight.scale", torch::ones({100}));
  save_weights(folder_, weights);
  EXPECT_THAT(message_of(folder_), HasSubstr("has no tensor 'embedding.weight.scale'"));
}

TEST_F(RefusedModel, ComparesEachFileWithTheManifest) {
  for (const bool joint : {true, false}) {
    fs::remove_all(folder_);
    fs::create_directory(folder_);
    make(joint ? 100 : 110);
    std::vector<std::string> names{"config.json"};
    if (joint) names.emplace_back("tokenizer.spm");
    if (!joint) names.insert(names.end(), {"source.spm", "target.spm"});
    for (const std::string& name : names) {
      const std::string whole = bytes_of(path(name));
      for (std::size_t byte = 0; byte < whole.size(); byte += 1 + whole.size() / 300) {
        std::string flipped = whole;
        flipped[byte] = static_cast<char>(flipped[byte] ^ (1 << byte % 8));
        write(name, flipped);
        EXPECT_THAT(message_of(folder_), HasSubstr(path(name) + ": ")) << byte;
      }
      write(name, whole);
    }
    EXPECT_EQ(message_of(folder_), "loaded");
  }
}

// Parts of models that have the same sizes, which fit each other in all but what they mean.
TEST_F(RefusedModel, RefusesPartsOfOtherModels) {
  const auto lines = sample_lines();
  const std::vector<std::string> fewer(lines.begin(), lines.end() - 20);
  const std::vector<std::string>* texts[] = {&fewer};
  TokenizerOptions options;
  options.vocabulary_size = 100;
  const Tokenizer other = train_tokenizer(texts, options, 1, {});
  const ModelConfig config = make();
  ASSERT_NE(other.files(), tokenizer_of(100).files());
  save_safetensors(path("other"), named_weights(*create_model(config, 6)));
  ModelConfig similar = config;
  similar.norm = Norm::post;

  const std::map<std::string, std::string> parts{{"tokenizer.spm", other.files().front().bytes},
                                                 {"model.safetensors", bytes_of(path("other"))},
                                                 {"config.json", to_json(similar)}};
  for (const auto& [name, bytes] : parts) {
    make();
    write(name, bytes);
    EXPECT_THAT(message_of(folder_), HasSubstr(path(name) + ": not as it was written, by manifest.json")) << name;
    EXPECT_NO_THROW(load_weights(folder_, {.ignore_manifest = true}));
    fs::remove(path("manifest.json"));
    EXPECT_EQ(message_of(folder_), "loaded") << "as directories from before manifests do";
    fs::remove(path("config.json"));
  }
}

TEST_F(RefusedModel, IsSealedAsItIs) {
  make();
  ModelConfig edited = load_config(folder_);
  edited.dropout = 0.3;
  write("config.json", to_json(edited));
  EXPECT_THAT(message_of(folder_), HasSubstr("if you edited it, seal it with `dragoman seal --model"));
  EXPECT_THAT(seal(folder_), testing::ElementsAre("config.json", "tokenizer.spm", "model.safetensors"));
  EXPECT_EQ(message_of(folder_), "loaded");
  EXPECT_EQ(load_config(folder_), edited);

  const std::string manifest = bytes_of(path("manifest.json"));
  edited.width = 32;
  write("config.json", to_json(edited));
  EXPECT_THROW(seal(folder_), std::runtime_error);
  EXPECT_EQ(bytes_of(path("manifest.json")), manifest);

  write("config.json", "{}");
  fs::remove(path("manifest.json"));
  EXPECT_THROW(seal(folder_), std::runtime_error);
  EXPECT_FALSE(fs::exists(path("manifest.json")));
}

TEST_F(RefusedModel, IsRefusedUntilItIsValidated) {
  make();
  save_weights(folder_, named_weights(*model_), false);
  EXPECT_THAT(message_of(folder_), AllOf(HasSubstr("model.safetensors: no validation has measured these weights"),
                                         HasSubstr("--allow-unvalidated")));
  EXPECT_THROW(load_weights(folder_), std::runtime_error);
  EXPECT_FALSE(load_weights(folder_, {.allow_unvalidated = true}).validated());
  EXPECT_NO_THROW(load_model(folder_, torch::kCPU, std::nullopt, {.allow_unvalidated = true}));
  save_weights(folder_, named_weights(*model_));
  EXPECT_TRUE(load_weights(folder_).validated());
}

// Whenever a process that replaces weights is killed, what it leaves is accepted.
TEST_F(RefusedModel, SurvivesKillsWhileWeightsAreReplaced) {
  make();
  const NamedTensors first = named_weights(*model_), second = named_weights(*create_model(load_config(folder_), 6));
  for (int kill = 0; kill < 40; ++kill) {
    const pid_t child = ::fork();
    if (child == 0) {
      for (;;) {
        save_weights(folder_, first);
        save_weights(folder_, second);
      }
    }
    ::usleep(static_cast<useconds_t>(1000 + kill * 617 % 9000));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    ASSERT_EQ(message_of(folder_), "loaded") << kill;
  }
}

}  // namespace
}  // namespace dragoman
