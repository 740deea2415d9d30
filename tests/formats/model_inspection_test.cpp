#include "formats/model_inspection.h"

#include "formats/manifest.h"
#include "tests/formats/model_directory_fixture.h"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <map>
#include <string>

namespace dragoman {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class ModelInspection : public ModelDirectory {
 protected:
  ModelInspection() { make(); }

  std::map<std::string, std::string> troubles() const {
    std::map<std::string, std::string> troubles;
    for (const InspectedFile& file : inspect_files(folder_)) troubles[file.name] = file.trouble;
    return troubles;
  }
};

TEST_F(ModelInspection, OfAWholeModelFindsNothing) {
  const auto found = troubles();
  for (const char* name : {"config.json", "manifest.json", "model.safetensors", "tokenizer.spm"}) {
    ASSERT_TRUE(found.contains(name)) << name;
    EXPECT_THAT(found.at(name), IsEmpty()) << name;
  }
  EXPECT_EQ(found.size(), 4u);
}

TEST_F(ModelInspection, NamesEachFileByItself) {
  std::filesystem::remove(folder_ / "tokenizer.spm");
  std::ofstream(folder_ / "config.json", std::ios::app) << " ";
  std::ofstream(folder_ / "model.safetensors", std::ios::app) << " ";
  std::ofstream(folder_ / "quality.json") << "{}";
  const auto found = troubles();
  EXPECT_THAT(found.at("tokenizer.spm"), HasSubstr("lacks this file"));
  EXPECT_THAT(found.at("config.json"), HasSubstr("seal"));
  EXPECT_THAT(found.at("model.safetensors"), HasSubstr("damaged"));
  EXPECT_THAT(found.at("quality.json"), HasSubstr("does not list this file"));
  EXPECT_THAT(found.at("manifest.json"), IsEmpty());
}

TEST_F(ModelInspection, WithoutAManifestReadsWhatIsThere) {
  std::filesystem::remove(manifest_file(folder_));
  std::ofstream(folder_ / "config.json", std::ios::app) << " ";
  EXPECT_THAT(troubles().at("config.json"), IsEmpty());
  std::filesystem::remove(folder_ / "model.safetensors");
  EXPECT_THAT(troubles().at("model.safetensors"), HasSubstr("lacks this file"));
}

TEST_F(ModelInspection, OfADamagedManifestSaysSo) {
  std::ofstream(manifest_file(folder_)) << "{}";
  EXPECT_THAT(troubles().at("manifest.json"), HasSubstr("damaged"));
  EXPECT_THAT(troubles().at("config.json"), IsEmpty());
}

}  // namespace
}  // namespace dragoman
