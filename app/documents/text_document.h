#pragma once

#include "app/documents/document.h"
#include "tokenizer/text_range.h"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

/// Throws std::invalid_argument naming the line where `bytes` are no text in UTF-8.
void require_text(std::string_view bytes);

/// Throws std::invalid_argument if `bytes`, of HTML or XML, have more tags than are allowed.
void require_few_tags(std::string_view bytes, const DocumentLimits& limits);

/// The lines of a file, as line_ranges() has them, without a byte order mark.
std::vector<TextRange> lines_of_file(std::string_view bytes);

/// `range` without white space at its ends.
TextRange without_spaces(std::string_view bytes, TextRange range);

/// `text` with a blank in place of each line feed, carriage return and tab.
std::string in_one_line(std::string_view text);

/// Plain text, whose lines are translated one by one.
class TextDocument : public Document {
 public:
  explicit TextDocument(std::string bytes);

 protected:
  std::string translated(std::span<const std::string> translations) const override;

 private:
  std::string bytes_;
  std::vector<TextRange> ranges_;  // of the texts
};

}  // namespace dragoman
