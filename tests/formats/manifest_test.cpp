#include "formats/manifest.h"

#include "base/json.h"
#include "tests/data/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>

namespace dragoman {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::ThrowsMessage;

class ManifestTest : public TemporaryFolderTest {
 protected:
  std::string message_of(const std::string& name, const std::string& text) const {
    try {
      require_sealed(folder_, name, seal_of(text));
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "accepted";
  }
};

TEST_F(ManifestTest, AcceptsWhatIsThereAndWhatWasThereBefore) {
  for (const char* text : {"first", "second", "third"}) {
    ManifestUpdate(folder_).write("config.json", text);
    EXPECT_EQ(bytes_of(path("config.json")), text);
    EXPECT_EQ(message_of("config.json", text), "accepted");
  }
  EXPECT_EQ(message_of("config.json", "second"), "accepted");
  for (const char* text : {"first", "thirD", "third "}) {
    EXPECT_EQ(message_of("config.json", text),
              path("config.json") +
                  ": not as it was written, by manifest.json; if you edited it, seal it with `dragoman "
                  "seal --model " +
                  folder_.string() + "`, else copy the model directory anew");
  }
}

// The same again is no new content that would push the other out.
TEST_F(ManifestTest, CountsContentsAndNotWrites) {
  for (const char* text : {"first", "second", "second", "second"}) ManifestUpdate(folder_).write("a", text);
  EXPECT_EQ(message_of("a", "first"), "accepted");
}

TEST_F(ManifestTest, ListsAFileBeforeItIsThere) {
  ManifestUpdate(folder_).write("a", "old");
  ManifestUpdate(folder_).announce("a", seal_of("new"));  // and then the program is killed
  EXPECT_EQ(message_of("a", "old"), "accepted");
  EXPECT_EQ(message_of("a", "new"), "accepted");
}

TEST_F(ManifestTest, RefusesWhatItDoesNotList) {
  ManifestUpdate(folder_).write("a", "text");
  write("b", "text");
  EXPECT_THAT(message_of("b", "text"), AllOf(HasSubstr(path("b") + ": manifest.json does not list this file"),
                                             HasSubstr("seal the model with `dragoman seal --model ")));
  EXPECT_THAT(
      message_of("a", "tex"),
      AllOf(HasSubstr("it is damaged or another model's: copy the model directory anew"), Not(HasSubstr("edited"))));
  ManifestUpdate(folder_).remove("a");
  EXPECT_FALSE(fs::exists(path("a")));
  EXPECT_THAT(message_of("a", "text"), HasSubstr("does not list"));
}

TEST_F(ManifestTest, ADirectoryWithAModelAndNoManifestStaysWithout) {
  write("config.json", "of an older program");
  ManifestUpdate(folder_).write("shortlist.safetensors", "text");
  ManifestUpdate(folder_).remove("tokenizer.spm");
  EXPECT_FALSE(fs::exists(path("manifest.json")));
  EXPECT_EQ(message_of("config.json", "anything"), "accepted");
}

TEST_F(ManifestTest, RefusesADamagedOne) {
  ManifestUpdate(folder_).write("config.json", "text");
  ManifestUpdate(folder_).write("tokenizer.spm", "more");
  const std::string whole = bytes_of(path("manifest.json"));
  for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
    std::string flipped = whole;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    write("manifest.json", flipped);
    EXPECT_THAT(message_of("config.json", "text"),
                AllOf(HasSubstr(path("manifest.json") + ": "), HasSubstr("dragoman")))
        << flipped;
  }
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, whole.size() / 2, whole.size() - 3}) {
    write("manifest.json", whole.substr(0, size));
    EXPECT_THAT(message_of("config.json", "text"), HasSubstr("manifest.json: damaged"));
  }
  write("manifest.json", std::string(200'000, '['));
  EXPECT_THAT([&] { ManifestUpdate update(folder_); },
              ThrowsMessage<std::runtime_error>(HasSubstr("manifest.json: damaged")));
}

TEST_F(ManifestTest, RefusesANewerOne) {
  ManifestUpdate(folder_).write("config.json", "text");
  auto json = *parse_json(bytes_of(path("manifest.json")));
  json["format"] = 4294967297;
  write("manifest.json", json.dump());
  EXPECT_THAT(message_of("config.json", "text"),
              HasSubstr("written in format 4294967297, this program reads up to 1; use a newer dragoman"));
}

}  // namespace
}  // namespace dragoman
