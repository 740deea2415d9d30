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

}  // namespace
}  // namespace dragoman
