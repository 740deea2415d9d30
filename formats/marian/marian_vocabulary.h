#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

/// The tokens of a vocabulary of Marian's by id, empty where an id has none: "token: id" in YAML, as in *.yml and
/// *.json, or one token a line. Those whose id is `size` or more are left out, as Marian leaves them out. Throws
/// std::runtime_error naming `file` and the line where it is neither, or where two tokens have one id.
std::vector<std::string> read_marian_vocabulary(std::string_view text, std::int32_t size, const std::string& file);

}  // namespace dragoman
