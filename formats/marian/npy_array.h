#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

/// A table of numbers as NumPy writes it, as a view of its bytes.
struct NpyArray {
  std::string_view type;  ///< "<f4"
  std::vector<std::int64_t> shape;
  std::string_view data;  ///< row by row
};

/// Reads a .npy file (NumPy Enhancement Proposal 1, versions 1 to 3). Throws std::runtime_error, beginning with `name`,
/// where `bytes` are none, or hold fewer or more numbers than they say.
NpyArray read_npy(std::string_view bytes, const std::string& name);

}  // namespace dragoman
