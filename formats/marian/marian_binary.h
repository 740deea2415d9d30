#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

/// How the numbers of a table are stored.
enum class MarianType { float32, float16, int8, intgemm8, other };

/// A table of Marian's .bin form, as a view of its bytes.
struct MarianItem {
  std::string_view name;
  MarianType type;
  std::uint64_t type_id;  ///< as the file has it
  std::vector<std::int64_t> shape;

  /// float32, float16, int8: the numbers row by row. intgemm8: those of the transposed matrix (of tables of embeddings
  /// the matrix itself), a byte each, and behind them the float32 that they were multiplied by. Else all that there is.
  std::string_view data;
};

/// Reads a .bin file (marian-dev, src/common/binary.cpp, version 1). Throws std::runtime_error, beginning with `name`,
/// where `bytes` are none, encrypted, or lead out of the file.
std::vector<MarianItem> read_marian_binary(std::string_view bytes, const std::string& name);

}  // namespace dragoman
