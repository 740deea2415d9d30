#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dragoman {

/// The bytes that base64 stands for (RFC 4648, section 4), padded at its end; nothing if it is not that.
std::optional<std::string> decoded_base64(std::string_view text);

/// What stands for the bytes there.
std::string base64_of(std::string_view bytes);

}  // namespace dragoman
