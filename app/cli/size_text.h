#pragma once

#include <cstdint>
#include <string>

namespace dragoman {

/// "880 bytes", "7.2 MB"
std::string size_text(std::uint64_t bytes);

}  // namespace dragoman
