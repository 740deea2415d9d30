#include "formats/foreign/zip_archive.h"

#include "tests/formats/zip_bytes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>

namespace dragoman {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string zip_refusal(const std::string& bytes, const std::string& entry = "a") {
  try {
    (void)ZipArchive(bytes, "x.zip").read(entry);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

TEST(ZipArchive, GivesItsEntriesAsTheyAre) {
  for (const bool in_64_bits : {false, true}) {
    const std::string bytes =
        ZipBytes{{{"a", "one"}, {"b/c", std::string(1000, 'x')}, {"empty", ""}}, in_64_bits}.bytes();
    EXPECT_TRUE(ZipArchive::recognises(bytes));
    const ZipArchive archive(bytes, "x.zip");
    EXPECT_THAT(archive.names(), ElementsAre("a", "b/c", "empty"));
    EXPECT_EQ(archive.read("a"), "one");
    EXPECT_EQ(archive.read("b/c"), std::string(1000, 'x'));
    EXPECT_EQ(archive.read("empty"), "");
    EXPECT_TRUE(archive.contains("b/c"));
    EXPECT_FALSE(archive.contains("b"));
  }
  EXPECT_FALSE(ZipArchive::recognises("\x80\x02"));
}

TEST(ZipArchive, RefusesOneThatIsCutAnywhere) {
  const std::string bytes = ZipBytes{{{"a", "one"}, {"b", "two"}}, true}.bytes();
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_THAT(zip_refusal(bytes.substr(0, size)), HasSubstr("x.zip: ")) << size;
}

TEST(ZipArchive, RefusesWhatLeadsOutOfTheFileOrOverAnother) {
  const auto of = [](ZipBytes::Entry entry) { return zip_refusal(ZipBytes{{{"first", "zero"}, entry}}.bytes()); };
  EXPECT_EQ(of({"a", "one"}), "");
  EXPECT_THAT(of({"a", "one", 0, 0, 1u << 30}), HasSubstr("leads out of the file"));
  EXPECT_THAT(of({"a", "one", 0, 0, 0xFFFFFFF0u}), HasSubstr("damaged"));
  EXPECT_THAT(of({"a", "one", 0, 0, 0, 1u << 30}), HasSubstr("leads out of the file"));
  EXPECT_THAT(of({"a", "one", 0, 0, 0, 1}), HasSubstr("not where it should be"));
  EXPECT_THAT(of({"first", "one"}), HasSubstr("'first' is there twice"));
  ZipBytes over{{{"a", std::string(200, 'x')}, {"b", "y"}}};
  over.entries[0].size_off = 100;
  EXPECT_THAT(zip_refusal(over.bytes()), HasSubstr("over each other"));
}

TEST(ZipArchive, RefusesWhatIsCompressedOrChanged) {
  EXPECT_THAT(zip_refusal(ZipBytes{{{"a", "one", 8}}}.bytes()), HasSubstr("'a' is compressed or encrypted"));
  EXPECT_THAT(zip_refusal(ZipBytes{{{"a", "one", 0, 1}}}.bytes()), HasSubstr("'a' is compressed or encrypted"));
  std::string changed = ZipBytes{{{"a", "one"}}}.bytes();
  changed[changed.find("one")] = 'O';
  EXPECT_THAT(zip_refusal(changed), HasSubstr("checksum of the entry 'a'"));
  EXPECT_THAT(zip_refusal(ZipBytes{{{"a", "one"}}}.bytes(), "b"), HasSubstr("there is no entry 'b'"));
}

std::string inflation_refusal(const ZipBytes::Entry& entry) {
  std::string buffer;
  const std::string bytes = ZipBytes{{entry}}.bytes();
  try {
    (void)ZipArchive(bytes, "x.zip").read("a", buffer);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

TEST(ZipArchive, InflatesWhatIsDeflated) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += std::to_string(i);
  for (const bool in_64_bits : {false, true}) {
    const std::string bytes = ZipBytes{{{"a", deflated(text), 8, 0, 0, 0, text}, {"b", "two"}}, in_64_bits}.bytes();
    EXPECT_LT(bytes.size(), text.size());
    const ZipArchive archive(bytes, "x.zip");
    std::string buffer;
    EXPECT_EQ(archive.read("a", buffer), text);
    EXPECT_EQ(archive.read("b", buffer), "two");
  }
}

TEST(ZipArchive, RefusesWhatIsDeflatedOtherwiseThanItSays) {
  const std::string text(300, 'x'), packed = deflated(text);
  EXPECT_EQ(inflation_refusal({"a", packed, 8, 0, 0, 0, text}), "");
  EXPECT_THAT(inflation_refusal({"a", packed, 8, 0, 0, 0, text + "y"}), HasSubstr("cannot be inflated to its size"));
  EXPECT_THAT(inflation_refusal({"a", packed, 8, 0, 0, 0, text.substr(1)}), HasSubstr("cannot be inflated"));
  EXPECT_THAT(inflation_refusal({"a", packed.substr(0, 3), 8, 0, 0, 0, text}), HasSubstr("cannot be inflated"));
  EXPECT_THAT(inflation_refusal({"a", packed, 8, 0, 0, 0, std::string(300, 'y')}), HasSubstr("checksum"));
  EXPECT_THAT(inflation_refusal({"a", packed, 12, 0, 0, 0, text}), HasSubstr("another way than deflate"));
  EXPECT_THAT(inflation_refusal({"a", packed, 8, 1, 0, 0, text}), HasSubstr("is encrypted"));
}

TEST(ZipArchive, IsWrittenAgainWithOtherContents) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += std::to_string(i);
  for (const bool in_64_bits : {false, true}) {
    constexpr std::uint16_t kUtf8Name = 1 << 11, kDescriptor = 1 << 3;
    const std::string bytes =
        ZipBytes{{{"mimetype", "first"}, {"é", deflated(text), 8, kUtf8Name | kDescriptor, 0, 0, text}, {"b", "two"}},
                 in_64_bits}
            .bytes();
    const ZipArchive archive(bytes, "x.zip");
    EXPECT_EQ(archive.size("é"), text.size());
    const std::string written = archive.with_contents({{"b", text + "!"}, {"mimetype", ""}});
    EXPECT_EQ(written.substr(30, 8), "mimetype") << "in the same order";
    const ZipArchive again(written, "y.zip");
    EXPECT_EQ(again.names(), archive.names());
    std::string buffer;
    EXPECT_EQ(again.read("é", buffer), text);
    EXPECT_EQ(again.read("b", buffer), text + "!");
    EXPECT_EQ(again.read("mimetype", buffer), "");
    EXPECT_NE(written.find(deflated(text)), std::string::npos) << "copied as it is packed";
    EXPECT_LT(written.size(), bytes.size() + text.size() / 2);
    EXPECT_THROW((void)archive.with_contents({{"c", "x"}}), std::runtime_error);
  }
}

TEST(ZipArchive, RefusesABomb) {
  const std::string zeros(4 << 20, '\0');
  EXPECT_THAT(inflation_refusal({"a", deflated(zeros), 8, 0, 0, 0, zeros}), HasSubstr("far larger than it is"));
}

}  // namespace
}  // namespace dragoman
