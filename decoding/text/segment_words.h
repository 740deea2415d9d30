#pragma once

#include "decoding/alignment/word_alignment.h"
#include "decoding/text/line_segments.h"
#include "tokenizer/tokenizer.h"

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace dragoman {

/// The words of a line, or its other parts, that have tokens in one segment of it.
struct SegmentWords {
  std::size_t first = 0;  ///< in the line
  TokensOfWords words;    ///< with the tokens that are in the segment, counted from its beginning
};

/// How a text is divided.
using TextDivision = std::vector<TextRange> (*)(std::string_view text);

/// For each of the segments of `line`, which `tokenizer` has made.
std::vector<SegmentWords> words_of_segments(std::string_view line, std::span<const LineSegment> segments,
                                            const Tokenizer& tokenizer, TextDivision division = words_of);

}  // namespace dragoman
