#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace dragoman {

/// `text` with references in place of '&', '<' and '>', which are themselves in subtitles.
std::string escaped_subtitle(std::string_view text);

/// What escaped_subtitle() was made of, with tags of HTML, in as few lines of at most `width` characters (two for one
/// of a script without blanks; tags have none) as can be, and these of nearly one length; in one line if `width` is 0.
/// Without a place to break at a line may be longer.
std::string subtitle_lines(std::string_view marked, std::size_t width, std::string_view line_end);

}  // namespace dragoman
