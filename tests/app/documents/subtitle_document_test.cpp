#include "app/documents/subtitle_document.h"

#include "app/documents/subtitle_lines.h"
#include "tests/app/documents/documents.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dragoman {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using enum DocumentFormat;

std::string same(const DocumentText& text) {
  return text.text;
}

const std::string kFilm =
    "1\r\n00:00:01,000 --> 00:00:04,000\r\nThe dog runs along the beach\r\nwith a ball.\r\n\r\n"
    "2\r\n00:00:05,000 --> 00:00:07,000 X1:40 X2:600\r\n{\\an8}<i>What is <b>R&D</b>?</i>\r\n\r\n"
    "3\r\n00:00:08.5 --> 00:00:09,000\r\n- Hello.\r\n- Good morning\r\nto you!\r\n\r\n"
    "4\r\n00:00:10,000 --> 00:00:11,000\r\n♪ La la ♪\r\n\r\n5\r\n00:00:12,000 --> 00:00:13,000\r\n1984\r\n";

TEST(SubtitleDocument, HasTheTextOfEachSubtitle) {
  const auto document = Document::read(kFilm, srt);
  EXPECT_THAT(document->texts(),
              ElementsAre(DocumentText{"The dog runs along the beach  with a ball."},
                          DocumentText{"<i>What is <b>R&amp;D</b>?</i>", Markup::html}, DocumentText{"Hello."},
                          DocumentText{"Good morning  to you!"}, DocumentText{"La la"}));
}

TEST(SubtitleDocument, KeepsAllElse) {
  EXPECT_EQ(translated_document(kFilm, srt, same), kFilm);
  EXPECT_EQ(translated_document("\xEF\xBB\xBF" + kFilm, srt, same), "\xEF\xBB\xBF" + kFilm);
  EXPECT_EQ(translated_document(kFilm, srt, in_capitals),
            "1\r\n00:00:01,000 --> 00:00:04,000\r\nTHE DOG RUNS ALONG THE BEACH WITH A BALL.\r\n\r\n"
            "2\r\n00:00:05,000 --> 00:00:07,000 X1:40 X2:600\r\n{\\an8}<i>WHAT IS <b>R&D</b>?</i>\r\n\r\n"
            "3\r\n00:00:08.5 --> 00:00:09,000\r\n- HELLO.\r\n- GOOD MORNING TO YOU!\r\n\r\n"
            "4\r\n00:00:10,000 --> 00:00:11,000\r\n♪ LA LA ♪\r\n\r\n5\r\n00:00:12,000 --> 00:00:13,000\r\n1984\r\n");
}

TEST(SubtitleDocument, PutsTagsBackAroundTheirWords) {
  EXPECT_THAT(translated_document(kFilm, srt, words_reversed), HasSubstr("{\\an8}<i>? <b>R&D</b> is What</i>"));
}

TEST(SubtitleDocument, IsReadThoughItIsNotQuiteRight) {
  const std::string film =
      "a heading\n00:00:01,000 --> 00:00:02,000\nOne\n2\n00:00:03,000 --> 00:00:04,000\nTwo < three\n \nmore";
  EXPECT_THAT(texts_of(film, srt), ElementsAre("One", "Two < three", "more"));
  EXPECT_EQ(translated_document(film, srt, in_capitals),
            "a heading\n00:00:01,000 --> 00:00:02,000\nONE\n2\n00:00:03,000 --> 00:00:04,000\nTWO < THREE\n \nMORE");
}

TEST(SubtitleDocument, IsRefusedIfItIsNone) {
  EXPECT_THAT(document_refusal("1\nsome text\n", srt), HasSubstr("it has no subtitles"));
  EXPECT_THAT(document_refusal("", srt), HasSubstr("it has no subtitles"));
  EXPECT_THAT(document_refusal("1\n00:00:01,000 --> 00:00:02,000\n\xE9t\xE9", srt), HasSubstr("line 3 is not UTF-8"));
}

TEST(SubtitleLines, AreAsFewAndAsEvenAsCanBe) {
  EXPECT_EQ(subtitle_lines("The dog runs along the beach with a red ball in its mouth.", 42, "\n"),
            "The dog runs along the beach\nwith a red ball in its mouth.");
  EXPECT_EQ(subtitle_lines("Short enough.", 42, "\n"), "Short enough.");
  EXPECT_EQ(subtitle_lines("one two three four", 0, "\n"), "one two three four") << "one line";
  EXPECT_EQ(subtitle_lines("aaaa bbbb cccc dddd eeee ffff", 10, "|"), "aaaa bbbb|cccc dddd|eeee ffff");
  EXPECT_EQ(subtitle_lines("Donaudampfschifffahrtsgesellschaft ist lang", 20, "|"),
            "Donaudampfschifffahrtsgesellschaft|ist lang");
}

TEST(SubtitleLines, DoNotCountTagsNorReferences) {
  EXPECT_EQ(subtitle_lines("<i>aaaa</i> <b>b&amp;bb cccc</b> &lt;ddd", 10, "|"), "<i>aaaa</i> <b>b&bb|cccc</b> <ddd");
}

TEST(SubtitleLines, AreBrokenWhereverScriptsWithoutBlanksMayBe) {
  EXPECT_EQ(subtitle_lines("狗在海滩上跑，嘴里叼着一个球。", 16, "|"), "狗在海滩上跑，|嘴里叼着一个球。");
}

}  // namespace
}  // namespace dragoman
