#pragma once

#include "decoding/markup/markup_kind.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace dragoman {

/// "&eacute;", "&#233;" or "&#xE9;" at the beginning of a text.
struct CharacterReference {
  std::size_t length = 0;  ///< bytes, the semicolon included
  std::string text;        ///< what it stands for, in UTF-8; empty if that is unknown, or no character
};

/// The one that `text` begins with; none where a '&' is just that, as is one without a semicolon. Named characters are
/// those of HTML 4, and in XML its five.
std::optional<CharacterReference> reference_at(std::string_view text, Markup markup);

}  // namespace dragoman
