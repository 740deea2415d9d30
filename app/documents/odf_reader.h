#pragma once

#include "app/documents/office_reader.h"

#include <cstddef>
#include <string_view>
#include <vector>

namespace dragoman {

/// Text of OpenDocument (version 1.3, part 3, chapters 5 to 7): paragraphs and headings, with spans and links in them.
/// Comments, deleted text and fields stay as they are.
class OdfReader : public OfficeReader {
 protected:
  bool is_paragraph(std::string_view element) const override { return element == "text:p" || element == "text:h"; }
  bool is_untranslated(std::string_view element) const override {
    return element == "text:tracked-changes" || element == "office:annotation";
  }
  void read_items(std::size_t begin, std::size_t end, std::vector<InlineItem>& items) override;
};

}  // namespace dragoman
