#pragma once

#include <string_view>

namespace dragoman {

/// `text` without white space, as space_length() knows it, at either end.
std::string_view bare_text(std::string_view text);

}  // namespace dragoman
