#include "formats/foreign/foreign_format.h"

#include "base/atomic_file.h"
#include "tests/data/temporary_folder.h"

#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

namespace fs = std::filesystem;
using Files = std::vector<std::pair<std::string, std::string>>;

class ForeignModel : public TemporaryFolderTest {
 protected:
  std::string refusal_of_folder(const Files& files) {
    fs::remove_all(folder_);
    fs::create_directory(folder_);
    for (const auto& [name, text] : files) write_file_atomically(folder_ / name, text);
    return refusal(folder_);
  }

  static std::string refusal(const fs::path& path) {
    try {
      refuse_foreign_model(path);
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "";
  }
};

TEST_F(ForeignModel, IsNamed) {
  const auto names = [](const char* maker) { return ::testing::HasSubstr(std::string(" is a ") + maker + ";"); };
  EXPECT_THAT(refusal_of_folder({{"config.json", R"({"architectures": ["MarianMTModel"], "model_type": "marian"})"},
                                 {"model.safetensors", ""}}),
              names("Hugging Face model"));
  EXPECT_THAT(refusal_of_folder({{"pytorch_model.bin", ""}}), names("Hugging Face model"));
  EXPECT_THAT(refusal_of_folder(
                  {{"config.json", R"({"add_source_bos": false})"}, {"model.bin", ""}, {"shared_vocabulary.json", ""}}),
              names("CTranslate2 model"));
  EXPECT_THAT(refusal_of_folder({{"model.npz", ""}, {"decoder.yml", ""}}), names("Marian model"));
  EXPECT_THAT(refusal_of_folder({{"checkpoint_best.pt", ""}, {"dict.en.txt", ""}}), names("checkpoint of PyTorch"));
  write_file_atomically(folder_ / "x.npz", "");
  EXPECT_THAT(refusal(folder_ / "x.npz"), names("Marian model")) << "a file";
}

TEST_F(ForeignModel, OfThisProgramIsNone) {
  EXPECT_EQ(refusal_of_folder({{"config.json", R"({"format": 1, "architecture": "rnn"})"}, {"notes.pt", ""}}), "");
  EXPECT_EQ(refusal_of_folder({}), "");
  EXPECT_EQ(refusal_of_folder({{"config.json", "{"}}), "");
  EXPECT_EQ(refusal(folder_ / "missing"), "");
}

}  // namespace
}  // namespace dragoman
