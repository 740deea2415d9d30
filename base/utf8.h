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

/// Length in bytes of the white space character, by Unicode and as Python's `str.isspace` has it, that starts at `at`;
/// 0 if there is none. `at` may be any byte of well-formed text.
std::size_t space_length(std::string_view text, std::size_t at);

/// True if `text` has no character but such white space and what Unicode's Default_Ignorable_Code_Point
/// makes invisible: soft hyphens, joiners, variation selectors, marks of direction and of byte order.
bool is_blank(std::string_view text);

/// The number of other characters than these; an ill-formed part is one.
std::size_t count_visible(std::string_view text);

}  // namespace dragoman
