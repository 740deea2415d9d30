#include "tests/app/documents/documents.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dragoman {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using enum DocumentFormat;

std::vector<std::string> odf_texts(const std::string& paragraphs) {
  return texts_of(odf_document(paragraphs), odt);
}

template <typename Translate>
std::string odf_translation(const std::string& paragraphs, Translate translate) {
  return odf_paragraphs(translated_document(odf_document(paragraphs), odt, translate));
}

TEST(OdfDocument, HasItsParagraphsAndHeadings) {
  const std::string paragraphs =
      "<text:h text:outline-level=\"1\">Title</text:h><text:list><text:list-item><text:p>One\n  &amp; two</text:p>"
      "</text:list-item></text:list><text:p/><text:p>12</text:p>";
  EXPECT_THAT(odf_texts(paragraphs), ElementsAre("Title", "One   &amp; two"));
  EXPECT_EQ(odf_translation(paragraphs, in_capitals),
            "<text:h text:outline-level=\"1\">TITLE</text:h><text:list><text:list-item><text:p>ONE   &amp; TWO</text:p>"
            "</text:list-item></text:list><text:p/><text:p>12</text:p>");
}

TEST(OdfDocument, IsTheSameBytesIfNothingIsTranslated) {
  const std::string document = odf_document("<text:p>a<text:soft-page-break/><text:s/>b<text:tab/>\n c</text:p>");
  EXPECT_EQ(translated_document(document, odt, [](const DocumentText& text) { return text.text; }), document);
}

TEST(OdfDocument, KeepsSpansAndLinksAroundTheirWords) {
  const std::string paragraph =
      "<text:p>The <text:span text:style-name=\"T1\">red</text:span> dog <text:a "
      "xlink:href=\"x\">runs</text:a></text:p>";
  EXPECT_THAT(odf_texts(paragraph), ElementsAre("The <g id=\"1\">red</g> dog <g id=\"2\">runs</g>"));
  EXPECT_EQ(odf_translation(paragraph, words_reversed),
            "<text:p><text:a xlink:href=\"x\">runs</text:a> dog <text:span text:style-name=\"T1\">red</text:span> "
            "The</text:p>");
}

TEST(OdfDocument, LeavesOutWhatIsAroundAllOfAText) {
  const std::string paragraph =
      "<text:p><text:bookmark-start/><text:span>Hello</text:span><text:bookmark-end/></text:p>";
  EXPECT_THAT(odf_texts(paragraph), ElementsAre("Hello"));
  EXPECT_EQ(odf_translation(paragraph, in_capitals),
            "<text:p><text:bookmark-start/><text:span>HELLO</text:span><text:bookmark-end/></text:p>");
}

TEST(OdfDocument, EndsTextsAtTabsBreaksAndManyBlanks) {
  const std::string paragraph =
      "<text:p>One<text:tab/>two<text:line-break/><text:span>three<text:tab/>four</text:span>"
      "<text:s text:c=\"4\"/>five<text:s/>six</text:p>";
  EXPECT_THAT(odf_texts(paragraph), ElementsAre("One", "two", "three", "four", "five six"));
  EXPECT_EQ(odf_translation(paragraph, in_capitals),
            "<text:p>ONE<text:tab/>TWO<text:line-break/><text:span>THREE<text:tab/>FOUR</text:span>"
            "<text:s text:c=\"4\"/>FIVE SIX</text:p>");
}

TEST(OdfDocument, TranslatesNotesAndLeavesCommentsAndDeletedTextAlone) {
  const std::string note = "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>";
  const std::string comment = "<office:annotation><text:p>a comment</text:p></office:annotation>";
  const std::string deleted = "<text:tracked-changes><text:p>gone</text:p></text:tracked-changes>";
  const std::string paragraphs = deleted + "<text:p>A dog" + note +
                                 "a note</text:p></text:note-body></text:note> runs" + comment + " away</text:p>";
  EXPECT_THAT(odf_texts(paragraphs), ElementsAre("a note", "A dog<x id=\"1\"/> runs<x id=\"2\"/> away"));
  EXPECT_EQ(odf_translation(paragraphs, in_capitals), deleted + "<text:p>A DOG" + note +
                                                          "A NOTE</text:p></text:note-body></text:note> RUNS" +
                                                          comment + " AWAY</text:p>");
}

TEST(OdfDocument, KeepsItsEntriesAndTheirOrder) {
  const std::string styles =
      "<office:document-styles><style:header><text:p>Head</text:p></style:header></office:document-styles>";
  const std::string translated =
      translated_document(odf_document("<text:p>a</text:p>", {{"styles.xml", styles}}), odt, in_capitals);
  EXPECT_EQ(translated.substr(30, 8), "mimetype");
  EXPECT_EQ(entry_of(translated, "mimetype"), "application/vnd.oasis.opendocument.text");
  EXPECT_THAT(entry_of(translated, "styles.xml"), HasSubstr("<text:p>HEAD</text:p>"));
  EXPECT_EQ(entry_of(translated, "Thumbnails/thumbnail.png"), "png");
}

TEST(OdfDocument, IsRefusedIfItIsNone) {
  EXPECT_THAT(document_refusal("", odt), HasSubstr("no archive"));
  EXPECT_THAT(document_refusal(word_document(""), odt), HasSubstr("no text document of OpenDocument"));
  EXPECT_THAT(document_refusal(
                  odf_document("<text:p/>", {{"META-INF/manifest.xml", "<m><manifest:encryption-data/></m>"}}), odt),
              HasSubstr("protected by a password"));
  EXPECT_THAT(document_refusal(odf_document("<text:p>"), odt), HasSubstr("'content.xml' in it is no well-formed XML"));
}

}  // namespace
}  // namespace dragoman
