#pragma once

#include "base/enum_names.h"

namespace dragoman {

/// In which order the tokens of a text come: as they are read, or the last one first. (Right-to-left scripts are read
/// left to right here: it is the order of characters in memory that counts.)
enum class TokenOrder { left_to_right, right_to_left };

template <>
inline constexpr auto kEnumNames<TokenOrder> = enum_names<TokenOrder>({{TokenOrder::left_to_right, "left-to-right"},
                                                                       {TokenOrder::right_to_left, "right-to-left"}});

}  // namespace dragoman
