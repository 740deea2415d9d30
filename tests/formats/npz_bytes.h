#pragma once

#include "tests/formats/zip_bytes.h"

#include <cstdint>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <string>
#include <vector>

namespace dragoman {

/// A .npy file as NumPy writes it.
inline std::string npy_bytes(const std::string& type, const std::vector<std::int64_t>& shape, const std::string& data) {
  std::string header = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}{}), }}", type,
                                   fmt::join(shape, ", "), shape.size() == 1 ? "," : "");
  header.append((64 - (header.size() + 11) % 64) % 64, ' ');
  header += '\n';
  std::string bytes("\x93NUMPY\x01\x00", 8);
  put_number<std::uint16_t>(bytes, header.size());
  return bytes + header + data;
}

}  // namespace dragoman
