#pragma once

#include "app/documents/document.h"
#include "decoding/markup/marked_text.h"

#include <cstddef>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace dragoman {

/// Tags, comments and elements that are not translated, over several lines: what they are in one line, and as they
/// stand in the page. By the tag or comment that they begin with, in one line.
using LongTags = std::multimap<std::string, std::pair<std::string, std::string>, std::less<>>;

/// A page of HTML, whose paragraphs and the like are translated one by one, with the elements in them.
class HtmlDocument : public Document {
 public:
  HtmlDocument(const std::string& bytes, const DocumentLimits& limits);

 protected:
  std::string translated(std::span<const std::string> translations) const override;

 private:
  /// A block that is translated.
  struct Paragraph {
    std::size_t block;
    LongTags long_tags;
  };
  static Paragraph read_paragraph(const MarkedBlock& block, std::size_t number, std::string& text);

  MarkedText page_;
  std::vector<Paragraph> paragraphs_;  // of the texts
};

}  // namespace dragoman
