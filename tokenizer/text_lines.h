#pragma once

#include "tokenizer/text_range.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

/// The lines of a text, without what ends them: a line feed, a carriage return and a line feed, or a carriage return.
/// There is one more than of these; the last is empty where the text ends with one.
std::vector<TextRange> line_ranges(std::string_view text);

/// `text` with `parts` in place of `ranges`, which follow one another, as many as there are parts.
std::string with_parts(std::string_view text, std::span<const TextRange> ranges, std::span<const std::string> parts);

}  // namespace dragoman
