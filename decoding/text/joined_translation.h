#pragma once

#include "decoding/search/search_options.h"
#include "decoding/text/line_segments.h"
#include "decoding/text/translation.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

/// `text` with blanks in place of line feeds, carriage returns and tabs.
std::string on_one_line(std::string text);

/// The translation of `line` from those of its segments (`outputs`, best first), which may be none. Texts stand as
/// their sentences did (gap_of_translation()), parts of one sentence with a blank between them. Tokens,
/// log-probabilities and alignments go one behind the other, and the score is that of all tokens together. Of the ways
/// to combine the segments' outputs, these are the search's n-best by the sum of the segments' scores, so that the
/// first has the best of each. Outputs that are `drawn` go together as they stand, the first of each segment, the
/// second of each and so on, and the wholes come by their scores.
Translation join_segments(std::string_view line, std::span<const LineSegment> segments,
                          std::span<const std::vector<Translation::Output>> outputs, const SearchOptions& search,
                          bool drawn = false);

/// Leaves of the segments' outputs those that the translations of the lines are made of.
void keep_parts(const LineSegments& segments, std::vector<std::vector<Translation::Output>>& outputs,
                std::span<Translation> translations);

/// Gives the translations of the lines the alignments and links that the segments' outputs have got meanwhile.
void take_links(std::span<const std::string> lines, const LineSegments& segments,
                std::span<const std::vector<Translation::Output>> outputs, std::span<Translation> translations);

}  // namespace dragoman
