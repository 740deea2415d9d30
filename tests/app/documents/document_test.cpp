#include "app/documents/document.h"

#include "tests/app/documents/documents.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dragoman {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using enum DocumentFormat;

TEST(Document, IsToldByTheEndOfItsName) {
  EXPECT_EQ(document_format_of("a.txt"), text);
  EXPECT_EQ(document_format_of("README.md"), text);
  EXPECT_EQ(document_format_of("page.HTM"), html);
  EXPECT_EQ(document_format_of("film.en.srt"), srt);
  EXPECT_EQ(document_format_of("Letter.DOCX"), docx);
  EXPECT_EQ(document_format_of("x.odt"), odt);
  for (const char* name : {"", "txt", "a.pdf", "a.doc", "a.docm"}) EXPECT_EQ(document_format_of(name), std::nullopt);
  EXPECT_EQ(document_extensions().front(), ".txt");
  for (const std::string_view extension : document_extensions())
    EXPECT_TRUE(document_format_of("x" + std::string(extension)));
}

TEST(Document, WantsATranslationOfEachText) {
  const auto document = Document::read("one\ntwo\n", text);
  EXPECT_THROW((void)document->with_translations(std::vector<std::string>{"eins"}), std::invalid_argument);
}

TEST(TextDocument, HasItsLines) {
  EXPECT_THAT(texts_of("One line.\r\n\r\n  * two\t\n12.5 %\nthree\rfour", text),
              ElementsAre("One line.", "* two", "three", "four"));
  EXPECT_THAT(texts_of("\xEF\xBB\xBFone", text), ElementsAre("one"));
  EXPECT_THAT(texts_of("", text), ElementsAre());
}

TEST(TextDocument, KeepsAllElse) {
  const std::string bytes = "\xEF\xBB\xBF One line.\r\n\r\n\t* two \n12.5 %\nthree";
  EXPECT_EQ(translated_document(bytes, text, [](const DocumentText& text) { return text.text; }), bytes);
  EXPECT_EQ(translated_document(bytes, text, in_capitals), "\xEF\xBB\xBF ONE LINE.\r\n\r\n\t* TWO \n12.5 %\nTHREE");
  EXPECT_EQ(translated_document("a\nb", text, [](const DocumentText&) { return "x\ny"; }), "x y\nx y")
      << "a line stays one";
}

TEST(TextDocument, IsRefusedNamingTheLine) {
  EXPECT_EQ(document_refusal("a\nb\nc\xFF\n", text), "line 3 is not UTF-8; save the file in UTF-8");
  EXPECT_THAT(document_refusal(std::string("a\nb\0", 4), text), HasSubstr("line 2 has a NUL character"));
  EXPECT_THAT(document_refusal("\xFF\xFEh\0i\0", text), HasSubstr("line 1 is not UTF-8"));
}

TEST(HtmlDocument, HasItsParagraphsWithTheirElements) {
  const std::string page =
      "<!DOCTYPE html>\n<html><head><title>A page</title>\n<style>p { color: red }</style></head>\n<body>\n"
      "<p>Some text that\n  goes <b>on</b> here.</p>\n<!-- no text -->\n<ul><li>One<li>Two &amp; three</ul>\n"
      "<p>12</p><pre>a b\n  c</pre></body></html>\n";
  EXPECT_THAT(texts_of(page, html),
              ElementsAre("A page", "Some text that   goes <b>on</b> here.", "One", "Two &amp; three", "a b", "c"));
  EXPECT_EQ(translated_document(page, html, [](const DocumentText& text) { return text.text; }), page);
  const std::string capitals = translated_document(page, html, in_capitals);
  EXPECT_THAT(capitals, HasSubstr("<title>A PAGE</title>\n<style>p { color: red }</style>"));
  EXPECT_THAT(capitals, HasSubstr("<p>SOME TEXT THAT   GOES <b>ON</b> HERE.</p>"));
  EXPECT_THAT(capitals, HasSubstr("<pre>A B\n  C</pre>"));
  EXPECT_THAT(translated_document(page, html, words_reversed),
              HasSubstr("<p>. here <b>on</b> goes that text Some</p>"));
}

TEST(HtmlDocument, HasNoLineFeedsInItsTexts) {
  const std::string page =
      "<p>A <a\n  href='x'>link</a>, <!-- one\ntwo -->a <a\r\n  href='x'>second</a>. <code>x\ny</code></p>";
  EXPECT_THAT(texts_of(page, html),
              ElementsAre("A <a   href='x'>link</a>, <!-- one two -->a <a    href='x'>second</a>. <code>x y</code>"));
  EXPECT_EQ(translated_document(page, html, words_reversed),
            "<p>. <a\r\n  href='x'>second</a> <!-- one\ntwo -->a , <a\n  href='x'>link</a> A <code>x\ny</code></p>");
}

TEST(HtmlDocument, IsRefusedIfItIsNoText) {
  EXPECT_THAT(document_refusal("<p>\n\xE9</p>", html), HasSubstr("line 2 is not UTF-8"));
}

TEST(HtmlDocument, IsRefusedIfItHasTooManyTags) {
  EXPECT_EQ(document_refusal("<p>a</p><br>", html, {.tags = 3}), "");
  EXPECT_EQ(document_refusal("<p>a</p><br>", html, {.tags = 2}), "it has more than 2 tags");
}

TEST(HtmlDocument, MayBeLarge) {
  std::string page = "<html><body>";
  for (int i = 0; i < 20000; ++i)
    page += "<div class=\"row\"><p id=\"p" + std::to_string(i) + "\">A line with <a href=\"/" + std::to_string(i) +
            "\">a link</a> in it.</p></div>\n";
  page += "</body></html>";
  const auto document = Document::read(page, html);
  EXPECT_EQ(document->texts().size(), 20000u);
  EXPECT_EQ(document->with_translations(texts_of(*document)), page);
}

}  // namespace
}  // namespace dragoman
