#include "tests/app/documents/documents.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dragoman {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using enum DocumentFormat;

std::string run(const std::string& text, const std::string& properties = "") {
  return "<w:r>" + (properties.empty() ? "" : "<w:rPr>" + properties + "</w:rPr>") + "<w:t xml:space=\"preserve\">" +
         text + "</w:t></w:r>";
}

std::vector<std::string> word_texts(const std::string& paragraphs) {
  return texts_of(word_document(paragraphs), docx);
}

template <typename Translate>
std::string word_translation(const std::string& paragraphs, Translate translate) {
  return word_paragraphs(translated_document(word_document(paragraphs), docx, translate));
}

std::string unchanged(const DocumentText& text) {
  return text.text;
}

TEST(WordDocument, HasItsParagraphs) {
  const std::string paragraphs = "<w:p><w:pPr><w:jc/></w:pPr>" + run("One &amp; two.") +
                                 "</w:p><w:p/><w:tbl><w:tr><w:tc><w:p>" + run("In a table") +
                                 "</w:p></w:tc></w:tr></w:tbl><w:p>" + run("12") + "</w:p>";
  EXPECT_THAT(word_texts(paragraphs), ElementsAre("One &amp; two.", "In a table"));
  EXPECT_EQ(word_translation(paragraphs, in_capitals), "<w:p><w:pPr><w:jc/></w:pPr>" + run("ONE &amp; TWO.") +
                                                           "</w:p><w:p/><w:tbl><w:tr><w:tc><w:p>" + run("IN A TABLE") +
                                                           "</w:p></w:tc></w:tr></w:tbl><w:p>" + run("12") + "</w:p>");
}

TEST(WordDocument, IsTheSameBytesIfNothingIsTranslated) {
  const std::string document = word_document(
      "<w:p w:rsidR=\"1\"><w:proofErr/><w:r "
      "w:rsidR=\"2\"><w:t>He</w:t></w:r><w:r><w:t>llo</w:t><w:tab/><w:t>x</w:t></w:r></w:p>");
  EXPECT_EQ(translated_document(document, docx, unchanged), document);
}

TEST(WordDocument, KeepsParagraphsAndEntriesThatAreNotChanged) {
  const std::string first = "<w:p><w:r w:rsidR=\"2\"><w:t>He</w:t></w:r><w:r><w:t>llo</w:t></w:r></w:p>";
  const std::string document =
      word_document(first + "<w:p>" + run("two") + "</w:p>",
                    {{"word/header1.xml", "<w:hdr><w:p>" + run("Heading") + "</w:p></w:hdr>"}});
  const std::string translated = translated_document(
      document, docx, [](const DocumentText& text) { return text.text == "two" ? "zwei" : text.text; });
  EXPECT_EQ(word_paragraphs(translated), first + "<w:p>" + run("zwei") + "</w:p>");
  const ZipArchive before(document, "before"), after(translated, "after");
  EXPECT_EQ(before.names(), after.names());
  for (const std::string name : {"[Content_Types].xml", "word/media/image1.png", "word/header1.xml"})
    EXPECT_EQ(entry_of(translated, name), entry_of(document, name));
}

TEST(WordDocument, HasHeadersAndNotes) {
  const std::string document = word_document("<w:p>" + run("Body") + "</w:p>",
                                             {{"word/header1.xml", "<w:hdr><w:p>" + run("Head") + "</w:p></w:hdr>"}});
  EXPECT_THAT(texts_of(document, docx), ElementsAre("Body", "Head"));
  EXPECT_THAT(entry_of(translated_document(document, docx, in_capitals), "word/header1.xml"), HasSubstr(">HEAD<"));
}

TEST(WordDocument, TakesRunsOfOneFormatForOne) {
  const std::string paragraph =
      "<w:p><w:r w:rsidR=\"1\"><w:rPr><w:lang w:val=\"en\"/></w:rPr><w:t>A wo</w:t></w:r><w:proofErr/>"
      "<w:r><w:t>rd</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t xml:space=\"preserve\"> in bo</w:t></w:r>"
      "<w:r><w:rPr><w:b/><w:noProof/></w:rPr><w:t>ld</w:t></w:r>" +
      run(" and some more words.") + "</w:p>";
  EXPECT_THAT(word_texts(paragraph), ElementsAre("A word<g id=\"1\"> in bold</g> and some more words."));
  EXPECT_EQ(word_translation(paragraph, in_capitals),
            "<w:p>" + run("A WORD") + run(" IN BOLD", "<w:b/>") + run(" AND SOME MORE WORDS.") + "</w:p>");
}

TEST(WordDocument, KeepsFormatsWithTheirWords) {
  const std::string paragraph = "<w:p>" + run("The ") + run("red", "<w:color/>") + run(" dog runs") + "</w:p>";
  EXPECT_EQ(word_translation(paragraph, words_reversed),
            "<w:p>" + run("runs dog ") + run("red", "<w:color/>") + run(" The") + "</w:p>");
}

TEST(WordDocument, KeepsLinksAroundTheirWords) {
  const std::string open = "<w:hyperlink r:id=\"rId4\" w:history=\"1\">";
  const std::string paragraph =
      "<w:p>" + run("See ") + open + run("our page", "<w:u/>") + "</w:hyperlink>" + run(" now") + "</w:p>";
  EXPECT_THAT(word_texts(paragraph), ElementsAre("See <g id=\"1\">our page</g> now"));
  EXPECT_EQ(word_translation(paragraph, words_reversed),
            "<w:p>" + run("now ") + open + run("page our", "<w:u/>") + "</w:hyperlink>" + run(" See") + "</w:p>");
}

TEST(WordDocument, EndsTextsAtTabsAndBreaks) {
  const std::string paragraph =
      "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>Name:</w:t><w:tab/><w:t>A dog</w:t><w:br/></w:r>" + run("Next") + "</w:p>";
  EXPECT_THAT(word_texts(paragraph), ElementsAre("Name:", "A dog", "Next"));
  EXPECT_EQ(word_translation(paragraph, in_capitals),
            "<w:p>" + run("NAME:", "<w:b/>") + "<w:r><w:rPr><w:b/></w:rPr><w:tab/></w:r>" + run("A DOG", "<w:b/>") +
                "<w:r><w:rPr><w:b/></w:rPr><w:br/></w:r>" + run("NEXT") + "</w:p>");
}

TEST(WordDocument, KeepsPicturesAndMarksBesideTheirWords) {
  const std::string note = "<w:r><w:footnoteReference w:id=\"2\"/></w:r>";
  const std::string paragraph =
      "<w:p><w:bookmarkStart/>" + run("A dog") + note + run(" runs away") + "<w:bookmarkEnd/></w:p>";
  EXPECT_THAT(word_texts(paragraph), ElementsAre("A dog<x id=\"1\"/> runs away"));
  EXPECT_EQ(word_translation(paragraph, words_reversed),
            "<w:p><w:bookmarkStart/>" + run("away runs dog") + note + run(" A") + "<w:bookmarkEnd/></w:p>");
}

std::string field_run(const std::string& type) {
  return "<w:r><w:fldChar w:fldCharType=\"" + type + "\"/></w:r>";
}

std::string field(const std::string& instruction, const std::string& result) {
  return field_run("begin") + "<w:r><w:instrText> " + instruction + " </w:instrText></w:r>" + field_run("separate") +
         result + field_run("end");
}

TEST(WordDocument, KeepsFieldsWhole) {
  const std::string page = field("PAGE", run("12")), link = field("HYPERLINK \"http://x\"", run("a link"));
  const std::string paragraph = "<w:p>" + run("Page ") + page + run(" has ") + link + run(" too") + "</w:p>";
  EXPECT_THAT(word_texts(paragraph), ElementsAre("Page <x id=\"1\"/> has <g id=\"2\">a link</g> too"));
  EXPECT_EQ(word_translation(paragraph, in_capitals), "<w:p>" + run("PAGE ") + page + run(" HAS ") +
                                                          field("HYPERLINK \"http://x\"", run("A LINK")) + run(" TOO") +
                                                          "</w:p>");
}

TEST(WordDocument, KeepsFieldsOfSeveralParagraphs) {
  const std::string first =
      "<w:p>" + field_run("begin") + "<w:r><w:instrText>TOC</w:instrText></w:r>" + field_run("separate");
  const std::string paragraphs = first + "<w:hyperlink w:anchor=\"a\">" + run("Chapter one") + "<w:r><w:tab/></w:r>" +
                                 field("PAGEREF a", run("3")) + "</w:hyperlink></w:p><w:p>" + field_run("end") +
                                 "</w:p>";
  EXPECT_THAT(word_texts(paragraphs), ElementsAre("Chapter one"));
  EXPECT_EQ(word_translation(paragraphs, in_capitals), first + "<w:hyperlink w:anchor=\"a\">" + run("CHAPTER ONE") +
                                                           "<w:r><w:tab/></w:r>" + field("PAGEREF a", run("3")) +
                                                           "</w:hyperlink></w:p><w:p>" + field_run("end") + "</w:p>");
}

TEST(WordDocument, LeavesDeletedTextAlone) {
  const std::string deleted = "<w:del><w:r><w:delText>old</w:delText></w:r></w:del>";
  const std::string paragraph =
      "<w:p>" + run("Some ") + deleted + "<w:ins>" + run("new") + "</w:ins>" + run(" words") + "</w:p>";
  EXPECT_THAT(word_texts(paragraph), ElementsAre("Some <x id=\"1\"/><g id=\"2\">new</g> words"));
  EXPECT_THAT(word_translation(paragraph, in_capitals), HasSubstr(deleted + "<w:ins>" + run("NEW") + "</w:ins>"));
}

TEST(WordDocument, TranslatesWhatIsInTextBoxes) {
  const std::string before = "<w:r><w:drawing><wps:txbx><w:txbxContent><w:p>",
                    after = "</w:p></w:txbxContent></wps:txbx></w:drawing></w:r>";
  const std::string paragraph = "<w:p>" + run("Out") + before + run("In it") + after + run("side") + "</w:p>";
  EXPECT_THAT(word_texts(paragraph), ElementsAre("In it", "Out<x id=\"1\"/>side"));
  const auto inner = [](const DocumentText& text) { return text.text == "In it" ? "Darin" : text.text; };
  EXPECT_EQ(word_translation(paragraph, inner),
            "<w:p>" + run("Out") + before + run("Darin") + after + run("side") + "</w:p>");
}

TEST(WordDocument, ReadsContentControls) {
  const std::string open = "<w:sdt><w:sdtPr><w:id/></w:sdtPr><w:sdtContent>", close = "</w:sdtContent></w:sdt>";
  const std::string paragraph = "<w:p>" + run("A ") + open + run("name") + close + run(" here") + "</w:p>";
  EXPECT_EQ(word_translation(paragraph, words_reversed),
            "<w:p>" + run("here ") + open + run("name") + close + run(" A") + "</w:p>");
}

TEST(WordDocument, KeepsReferencesAndSpacesAsXmlHasThem) {
  const std::string paragraph = "<w:p><w:r><w:t> a &lt;b&gt; <![CDATA[c & d]]></w:t></w:r></w:p>";
  EXPECT_THAT(word_texts(paragraph), ElementsAre("a &lt;b&gt; c &amp; d"));
  EXPECT_EQ(word_translation(paragraph, [](const DocumentText&) { return "x < y & z &amp; &lt; \x01"; }),
            "<w:p>" + run("x &lt; y &amp; z &amp; &lt; \uFFFD") + "</w:p>");
}

TEST(WordDocument, LosesNothingIfATranslationLosesTags) {
  const std::string note = "<w:r><w:footnoteReference/></w:r>";
  const std::string paragraph =
      "<w:p>" + run("The ") + run("red", "<w:b/>") + run(" dog") + note + run(" runs") + "</w:p>";
  const std::string expected = "<w:p>" + run("Der Hund") + note + "</w:p>";
  for (const std::string translation :
       {"Der Hund", "<g id=\"1\">Der Hund", "Der Hund<x id=\"2\"/>", "Der</g><g id=\"1\"> Hund<x id=\"2\"/>",
        "<g id=\"1\">Der<g id=\"1\"> Hund</g></g><x id=\"2\"/>", "<b>Der</b><g id=\"1\"> Hund</g><x id=\"2\"/>"})
    EXPECT_EQ(word_translation(paragraph, [&](const DocumentText&) { return translation; }), expected) << translation;
}

TEST(WordDocument, IsRefusedIfItIsNone) {
  const std::string good = word_document("<w:p>" + run("a") + "</w:p>");
  EXPECT_EQ(document_refusal(good, docx), "");
  for (std::size_t size = 0; size < good.size(); size += 7)
    EXPECT_NE(document_refusal(good.substr(0, size), docx), "") << size;
  EXPECT_THAT(document_refusal("some text", docx), HasSubstr("no archive"));
  EXPECT_THAT(document_refusal("\xD0\xCF\x11\xE0\xA1\xB1", docx), HasSubstr("protected by a password"));
  EXPECT_THAT(document_refusal(archive_of_entries({{"a", "b"}}), docx), HasSubstr("no Word document"));
  EXPECT_THAT(document_refusal(archive_of_entries({{"[Content_Types].xml", kWordTypes}}), docx),
              HasSubstr("no main part"));
  EXPECT_THAT(document_refusal(odf_document("<text:p>a</text:p>"), docx), HasSubstr("no Word document"));
}

TEST(WordDocument, IsRefusedIfItsXmlIsHostile) {
  EXPECT_THAT(document_refusal(word_document("<w:p>"), docx),
              HasSubstr("'word/document.xml' in it is no well-formed XML"));
  EXPECT_THAT(document_refusal(word_document("<w:p></w:r>"), docx), HasSubstr("well-formed"));
  EXPECT_THAT(document_refusal(word_document("a < b"), docx), HasSubstr("well-formed"));
  EXPECT_THAT(document_refusal(word_document("\xFF"), docx), HasSubstr("is not UTF-8"));
  EXPECT_THAT(document_refusal(word_document("<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><w:p/>"), docx),
              HasSubstr("document type"));
  std::string deep, paragraphs;
  for (int i = 0; i < 5000; ++i) deep += "<a>";
  for (int i = 0; i < 5000; ++i) deep += "</a>";
  EXPECT_THAT(document_refusal(word_document(deep), docx), HasSubstr("too deep in one another"));
  for (int i = 0; i < 100; ++i) paragraphs += "<w:p>";
  for (int i = 0; i < 100; ++i) paragraphs += "</w:p>";
  EXPECT_THAT(document_refusal(word_document(paragraphs), docx), HasSubstr("paragraphs too deep in one another"));
}

TEST(WordDocument, IsRefusedIfItWouldBeTooLarge) {
  const std::string document = word_document("<w:p>" + run(std::string(20 << 20, ' ') + "a") + "</w:p>");
  EXPECT_THAT(document_refusal(document, docx), HasSubstr("far larger than it is"));
  std::string words;
  for (int i = 0; i < 300000; ++i) words += std::to_string(i) + " words ";
  EXPECT_THAT(document_refusal(word_document("<w:p>" + run(words) + "</w:p>"), docx, {.unpacked = 1 << 20}),
              HasSubstr("its text is larger than 1 MB unpacked"));
  EXPECT_EQ(document_refusal(word_document("<w:p/><w:p/><w:p/>"), docx, {.tags = 6}), "it has more than 6 tags");
}

TEST(WordDocument, TakesNoLongForManyFields) {
  std::string fields;
  for (int i = 0; i < 20000; ++i) fields += field_run("begin");
  const std::string paragraph = "<w:p>" + fields + run("a") + "</w:p>";
  EXPECT_THAT(word_texts(paragraph), ElementsAre("a"));
}

}  // namespace
}  // namespace dragoman
