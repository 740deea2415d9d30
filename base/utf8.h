#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace dragoman {

/// Byte offset of the first ill-formed UTF-8 sequence in `text` (Unicode 15, table 3-7), or nothing if there is none.
std::optional<std::size_t> find_invalid_utf8(std::string_view text);

/// `text` with each maximal ill-formed part replaced by U+FFFD (Unicode 15, section 3.9, "Best Practices").
std::string replace_invalid_utf8(std::string_view text);

/// True if `text` has no character but ASCII and Unicode white space.
bool is_blank(std::string_view text);

}  // namespace dragoman
