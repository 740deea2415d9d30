#include "tests/end_to_end/program.h"
#include "tests/end_to_end/tiny_model.h"

#include <filesystem>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <string>

namespace dragoman {
namespace {

class DamagedModel : public ::testing::Test {
 protected:
  Ended with(const std::string& model) const {
    ProgramOptions options;
    options.input = "old dog\n";
    return dragoman({"translate", "--model", model}, options);
  }

  const TemporaryFolder folder_;
  const std::string model_ = copy_of_model(folder_);
};

TEST_F(DamagedModel, IsRefusedWhenItIsNotComplete) {
  namespace fs = std::filesystem;
  expect_refusal(with(folder_ / "none"), 1, {folder_ / "none"});
  const std::string file = folder_.file("file", "old dog\n");
  expect_refusal(with(file), 1, {file});

  for (const std::string name : {"config.json", "model.safetensors", "tokenizer.spm"}) {
    fs::rename(model_ + "/" + name, folder_ / "aside");
    // Without a joint tokenizer the directory could hold one for each language.
    expect_refusal(with(model_), 1, {model_, name == "tokenizer.spm" ? ".spm" : name});
    fs::rename(folder_ / "aside", model_ + "/" + name);
  }
  EXPECT_EQ(with(model_).exit_code, 0);
}

TEST_F(DamagedModel, IsRefusedForItsWeights) {
  const std::string path = model_ + "/model.safetensors";
  const std::string weights = read_text(path);
  const auto with_file = [&](const std::string& contents) {
    folder_.file("model/model.safetensors", contents);
    return with(model_);
  };
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{7}, std::size_t{100}, weights.size() / 2, weights.size() - 1}) {
    SCOPED_TRACE(size);
    expect_refusal(with_file(weights.substr(0, size)), 1, {path});
  }
  for (const std::size_t byte : {std::size_t{0}, std::size_t{20}, weights.size() / 2, weights.size() - 1}) {
    SCOPED_TRACE(byte);
    std::string flipped = weights;
    flipped[byte] = static_cast<char>(flipped[byte] ^ 0x10);
    expect_refusal(with_file(flipped), 1, {path});
  }
  EXPECT_EQ(with_file(weights).exit_code, 0);
}

TEST_F(DamagedModel, IsRefusedForAConfigThatIsNewerOrBroken) {
  const std::string path = model_ + "/config.json";
  auto config = nlohmann::ordered_json::parse(read_text(path));
  const auto with_file = [&](const std::string& contents) {
    folder_.file("model/config.json", contents);
    return with(model_);
  };
  expect_refusal(with_file("{"), 1, {path});
  ASSERT_TRUE(config.contains("format")) << config;
  config["format"] = 999;
  expect_refusal(with_file(config.dump()), 1, {path, "999"});
}

TEST_F(DamagedModel, IsRefusedForAFlippedBitInAnyFile) {
  for (const std::string name : {"tokenizer.spm", "config.json", "manifest.json", "model.safetensors"}) {
    const std::string path = model_ + "/" + name, whole = read_text(path);
    for (const double place : {0.03, 0.5, 0.97}) {
      std::string flipped = whole;
      const auto byte = static_cast<std::size_t>(place * static_cast<double>(whole.size()));
      flipped[byte] = static_cast<char>(flipped[byte] ^ 1);
      folder_.file("model/" + name, flipped);
      expect_refusal(with(model_), 1, {path});
    }
    folder_.file("model/" + name, whole);
  }
  EXPECT_EQ(with(model_).exit_code, 0);
}

TEST_F(DamagedModel, AnEditedConfigIsSealed) {
  const std::string path = model_ + "/config.json", whole = read_text(path);
  auto config = nlohmann::ordered_json::parse(whole);
  config["dropout"] = 0.25;
  folder_.file("model/config.json", config.dump());
  expect_refusal(with(model_), 1, {path, "if you edited it, seal it with `dragoman seal --model " + model_ + "`"});
  const Ended sealed = dragoman({"seal", "--model", model_});
  EXPECT_EQ(sealed.exit_code, 0);
  EXPECT_EQ(sealed.err, "dragoman: sealed " + model_ + ": config.json, tokenizer.spm, model.safetensors\n");
  EXPECT_EQ(with(model_).exit_code, 0);

  config["width"] = 64;
  folder_.file("model/config.json", config.dump());
  expect_refusal(dragoman({"seal", "--model", model_}), 1, {model_ + "/model.safetensors", "config.json asks for"});
  config["widht"] = 32;
  folder_.file("model/config.json", config.dump());
  expect_refusal(dragoman({"seal", "--model", model_}), 1, {path + ": 'widht' is no key that this program knows"});
}

TEST_F(DamagedModel, OneWithoutAManifestTranslatesAsEver) {
  const std::string before = with(model_).out;
  std::filesystem::remove(model_ + "/manifest.json");
  const Ended ended = with(model_);
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(ended.out, before);
  EXPECT_EQ(dragoman({"seal", "--model", model_, "--quiet"}).exit_code, 0);
  EXPECT_TRUE(std::filesystem::exists(model_ + "/manifest.json"));
}

TEST_F(DamagedModel, AbsurdConfigsEndWithALine) {
  const std::string path = model_ + "/config.json", whole = read_text(path);
  std::filesystem::remove(model_ + "/manifest.json");
  for (const auto& [key, value] : {std::pair("encoder_layers", 1'000'000'000),
                                   {"width", 1'000'000'000},
                                   {"feed_forward_width", 2'000'000'000},
                                   {"decoder_layers", 900}}) {
    SCOPED_TRACE(key);
    auto config = nlohmann::ordered_json::parse(whole);
    config[key] = value;
    folder_.file("model/config.json", config.dump());
    expect_refusal(with(model_), 1, {model_});
  }
  folder_.file("model/config.json", std::string(200'000, '['));
  expect_refusal(with(model_), 1, {path, "not valid JSON"});
}

}  // namespace
}  // namespace dragoman
