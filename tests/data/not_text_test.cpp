#include "data/not_text.h"

#include "tests/data/text_encoding.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <string_view>

namespace dragoman {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using namespace std::string_view_literals;

std::string what(std::string_view bytes) {
  const auto found = recognise(bytes);
  return found ? found->what : "text";
}

std::string remedy(std::string_view bytes) {
  const auto found = recognise(bytes);
  return found ? found->remedy : "";
}

// In several scripts, with few ASCII characters and with many.
const std::u32string kTexts[] = {
    U"A man sleeps.\nTwo dogs run in the snow.\n",
    U"Ein Mann schläft.\r\nZwei Hunde \u201Elaufen\u201C im Schnee.\r\n",
    U"Мужчина спит.\nДве собаки бегут по снегу.\n",
    U"Ένας άντρας κοιμάται.\nΔύο σκυλιά τρέχουν.\n",
    U"رجل نائم.\nكلبان يركضان في الثلج.\n",
    U"एक आदमी सो रहा है।\nदो कुत्ते दौड़ रहे हैं।\n",
    U"一个男人在睡觉。\n两只狗在雪地里奔跑。\n",
    U"男の人が寝ています。\n二匹の犬が雪の中を走っています。\n",
    U"한 남자가 자고 있다.\n개 두 마리가 눈밭을 달린다.\n",
    U"Hi\n",
};

TEST(NotText, KnowsUtf16AndUtf32WithAndWithoutAMark) {
  for (const std::u32string& text : kTexts) {
    for (const ByteOrder order : {ByteOrder::little, ByteOrder::big}) {
      const std::string suffix = order == ByteOrder::little ? "le" : "be";
      for (const bool mark : {true, false}) {
        const std::string shown = utf8(text) + (mark ? "with a mark " : "without a mark ") + suffix;
        EXPECT_EQ(what(utf16(text, order, mark)), "text in UTF-16") << shown;
        EXPECT_THAT(remedy(utf16(text, order, mark)), HasSubstr("iconv -f utf-16" + (mark ? " " : suffix))) << shown;
        EXPECT_EQ(what(utf32(text, order, mark)), "text in UTF-32") << shown;
        EXPECT_THAT(remedy(utf32(text, order, mark)), HasSubstr("iconv -f utf-32" + (mark ? " " : suffix))) << shown;
      }
    }
    EXPECT_EQ(what(utf8(text)), "text") << utf8(text);
    EXPECT_EQ(what("\xEF\xBB\xBF" + utf8(text)), "text") << utf8(text);
  }
}

TEST(NotText, KnowsArchivesAndDocuments) {
  EXPECT_EQ(what("\xFD"
                 "7zXZ\0\0\4"sv),
            "compressed by xz");
  EXPECT_EQ(what("BZh91AY&SY\x12\x34"), "compressed by bzip2");
  EXPECT_EQ(what("BZh9\x17\x72\x45\x38\x50\x90"), "compressed by bzip2") << "of nothing";
  EXPECT_EQ(what("\x28\xB5\x2F\xFD\x04"), "compressed by zstd");
  EXPECT_EQ(what("PK\x03\x04\x14rest"), "a ZIP archive");
  EXPECT_THAT(what("PK\x03\x04\x14...[Content_Types].xml"), StartsWith("an Office document"));
  EXPECT_THAT(what("PK\x03\x04\x14...mimetypeapplication/vnd.oasis.opendocument.text"), StartsWith("an OpenDocument"));
  EXPECT_EQ(what("PK\x03\x04\x14...META-INF/MANIFEST.MF"), "a Java archive");
  EXPECT_EQ(what("%PDF-1.7\n%\xE2\xE3"), "a PDF document");
  EXPECT_EQ(what("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1rest"), "an Office document");
  EXPECT_EQ(what(fmt::format("{:x<257}ustar  ", "")), "a tar archive");
  EXPECT_THAT(remedy("BZh91AY&SY"), HasSubstr("bzip2 -dc FILE"));
}

TEST(NotText, KnowsBinaryDataByItsBytes) {
  std::string numbers;
  for (int i = 0; i < 50; ++i) numbers += std::string("\x03\0\x80\x3F\0\0\x20\xC0", 8);
  EXPECT_EQ(what(numbers), "binary data, not text");
  EXPECT_EQ(what(std::string(20, '\0')), "binary data, not text");
}

TEST(NotText, LeavesTextsWithOddCharactersAlone) {
  for (const std::string_view text : {""sv,
                                      "a"sv,
                                      "a\0b\n"sv,
                                      "\0\n"sv,
                                      "x\0y\0z\n"sv,
                                      "xy\0\n"sv,
                                      "one\0two\nthree\nfour\n"sv,
                                      "BZh\n"sv,
                                      "BZhang is a name\n"sv,
                                      "PK\n"sv,
                                      "%PDF- files\n"sv,
                                      "%PDF-1.4 is old\n"sv,
                                      "7z and Rar!\n"sv,
                                      "\x1B[1mbold\x1B[0m\n"sv,
                                      "N\bNA\bAM\bME\bE\n"sv,
                                      "a\nb\nc\nd\ne\nf\ng\nh\n"sv,
                                      "\x1F\n"sv,
                                      "gr\xFC\xDF Gott\nsch\xF6n\n"sv,
                                      "\xC4\xE0\xF1\xEA\xEE\n"sv,
                                      "\x82\xB1\x82\xF1\x82\xC9\n"sv}) {
    EXPECT_EQ(what(text), "text") << ::testing::PrintToString(text);
  }
  // Latin-1 in which one NUL byte stands.
  std::string latin1;
  for (int i = 0; i < 40; ++i)
    latin1 +=
        "Ein Mann schl\xE4"
        "ft in der Sonne.\n";
  EXPECT_EQ(what(latin1 + std::string(1, '\0') + latin1), "text");
}

TEST(NotText, AsksForMoreBytesOnlyWhileASignatureMayCome) {
  EXPECT_TRUE(begins_like_a_signature("\xFD"));
  EXPECT_TRUE(begins_like_a_signature("PK"));
  EXPECT_TRUE(begins_like_a_signature("BZh9"));
  EXPECT_FALSE(begins_like_a_signature("A"));
  EXPECT_FALSE(begins_like_a_signature("PK\n"));
  EXPECT_FALSE(begins_like_a_signature("BZh\n"));
  EXPECT_FALSE(begins_like_a_signature("BZh91AY&SY"));
}

}  // namespace
}  // namespace dragoman
