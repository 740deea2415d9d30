#pragma once

#include "app/documents/inline_item.h"
#include "app/documents/translated_xml.h"
#include "app/documents/xml_tokens.h"

#include <cstddef>
#include <string_view>
#include <vector>

namespace dragoman {

/// Reads the paragraphs of a file of XML of an office program. What is in them is told by the format's own reader.
class OfficeReader {
 public:
  virtual ~OfficeReader() = default;

  /// `bytes` must outlive the result. Throws std::invalid_argument, naming the file, as xml_tokens() does, and if
  /// paragraphs are more than 32 in one another.
  TranslatedXml read(std::string_view bytes, std::string_view name);

 protected:
  virtual bool is_paragraph(std::string_view element) const = 0;
  /// Whether what is in an element stays as it is.
  virtual bool is_untranslated(std::string_view element) const = 0;
  /// The tokens [begin, end), which are in a paragraph.
  virtual void read_items(std::size_t begin, std::size_t end, std::vector<InlineItem>& items) = 0;

  const MarkupToken& token(std::size_t i) const { return tokens_.tokens[i]; }
  /// Behind a tag, or behind the element that it begins.
  std::size_t behind(std::size_t i) const { return tokens_.closing[i] + 1; }
  std::string_view bytes(std::size_t begin, std::size_t end) const { return tokens_.bytes(begin, end); }
  /// The tokens [begin, end) as they are, with the paragraphs in them.
  XmlFragment fragment(std::size_t begin, std::size_t end);
  /// What is between tags there, CDATA sections among it, as text with references, in one line.
  std::string text(std::size_t begin, std::size_t end) const;

  TranslatedXml& result() { return result_; }

 private:
  int read_paragraph(std::size_t begin);

  std::string_view name_;
  XmlTokens tokens_;
  TranslatedXml result_;
  std::size_t depth_ = 0;
};

}  // namespace dragoman
