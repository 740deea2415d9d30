#pragma once

#include "app/documents/document.h"
#include "decoding/markup/markup_scanner.h"
#include "formats/foreign/zip_archive.h"
#include "tests/decoding/markup/copying_translation.h"
#include "tests/formats/zip_bytes.h"

#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace dragoman {

inline std::vector<std::string> texts_of(const Document& document) {
  std::vector<std::string> texts;
  for (const DocumentText& text : document.texts()) texts.push_back(text.text);
  return texts;
}

inline std::vector<std::string> texts_of(const std::string& bytes, DocumentFormat format) {
  return texts_of(*Document::read(bytes, format));
}

/// `bytes` with what `translate` makes of each text.
template <typename Translate>
std::string translated_document(const std::string& bytes, DocumentFormat format, Translate translate) {
  const auto document = Document::read(bytes, format);
  std::vector<std::string> translations;
  for (const DocumentText& text : document->texts()) translations.push_back(translate(text));
  return document->with_translations(translations);
}

/// Each text with its words from the last to the first, its tags where their words are, as a model might have it.
inline std::string words_reversed(const DocumentText& text) {
  return translated(text.text, {.markup = text.markup}, true);
}

/// The same in capital letters, but for tags and references.
inline std::string in_capitals(const DocumentText& text) {
  std::string capitals;
  for (const MarkupToken& token : scan_markup(text.text, text.markup)) {
    bool is_letter = token.kind == MarkupToken::Kind::kText;
    for (const char c : token.bytes) {
      is_letter = is_letter && (c != '&' || text.markup == Markup::none);
      capitals += is_letter && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
      is_letter = is_letter || (c == ';' && token.kind == MarkupToken::Kind::kText);
    }
  }
  return capitals;
}

inline std::string document_refusal(const std::string& bytes, DocumentFormat format,
                                    const DocumentLimits& limits = {}) {
  try {
    (void)Document::read(bytes, format, limits);
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "";
}

using Entries = std::vector<std::pair<std::string, std::string>>;

inline std::string archive_of_entries(const Entries& entries) {
  ZipBytes archive;
  for (const auto& [name, contents] : entries) {
    const bool stored = name == "mimetype";
    archive.entries.push_back(stored ? ZipBytes::Entry{name, contents}
                                     : ZipBytes::Entry{name, deflated(contents), 8, 0, 0, 0, contents});
  }
  return archive.bytes();
}

inline std::string entry_of(const std::string& archive, const std::string& name) {
  std::string buffer;
  return std::string(ZipArchive(archive, "archive").read(name, buffer));
}

inline const std::string kWordTypes =
    R"(<?xml version="1.0"?><Types><Default Extension="xml" ContentType="application/xml"/>)"
    R"(<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>)"
    R"(<Override PartName="/word/header1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml"/>)"
    R"(</Types>)";

/// A Word document of these paragraphs.
inline std::string word_document(const std::string& paragraphs, Entries more = {}) {
  Entries entries{{"[Content_Types].xml", kWordTypes},
                  {"word/document.xml",
                   "<?xml version=\"1.0\"?>\n<w:document><w:body>" + paragraphs + "<w:sectPr/></w:body></w:document>"},
                  {"word/media/image1.png", std::string("\x89PNG\0\1\2", 7)}};
  entries.insert(entries.end(), more.begin(), more.end());
  return archive_of_entries(entries);
}

/// What stands in the body of one.
inline std::string word_paragraphs(const std::string& document) {
  const std::string xml = entry_of(document, "word/document.xml");
  const std::size_t begin = xml.find("<w:body>") + 8;
  return xml.substr(begin, xml.find("<w:sectPr/>") - begin);
}

inline std::string odf_document(const std::string& paragraphs, Entries more = {}) {
  Entries entries{{"mimetype", "application/vnd.oasis.opendocument.text"},
                  {"content.xml", "<office:document-content><office:body><office:text>" + paragraphs +
                                      "</office:text></office:body></office:document-content>"},
                  {"Thumbnails/thumbnail.png", "png"}};
  entries.insert(entries.end(), more.begin(), more.end());
  return archive_of_entries(entries);
}

inline std::string odf_paragraphs(const std::string& document) {
  const std::string xml = entry_of(document, "content.xml");
  const std::size_t begin = xml.find("<office:text>") + 13;
  return xml.substr(begin, xml.find("</office:text>") - begin);
}

}  // namespace dragoman
