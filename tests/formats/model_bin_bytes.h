#pragma once

#include "base/atomic_file.h"
#include "formats/ctranslate2/model_bin.h"

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

struct BinVariable {
  std::uint8_t type = 0;
  std::vector<std::uint32_t> shape;
  std::string data;
};

/// What a model.bin says, to be changed and written in its newest form, without aliases.
struct BinFile {
  std::uint32_t version = 6;
  std::string spec = "TransformerSpec";
  std::uint32_t revision = 7;
  std::map<std::string, BinVariable> variables;
};

template <typename Number>
std::string bytes_of_number(Number value) {
  std::string bytes(sizeof value, '\0');
  std::memcpy(bytes.data(), &value, sizeof value);
  return bytes;
}

inline std::string bytes_of_name(const std::string& text) {
  return bytes_of_number(static_cast<std::uint16_t>(text.size() + 1)) + text + '\0';
}

inline std::string bytes_of(const BinVariable& variable) {
  std::string bytes(1, static_cast<char>(variable.shape.size()));
  for (const std::uint32_t extent : variable.shape) bytes += bytes_of_number(extent);
  return bytes + static_cast<char>(variable.type) + bytes_of_number(static_cast<std::uint32_t>(variable.data.size())) +
         variable.data;
}

inline std::string bytes_of(const BinFile& file) {
  std::string bytes = bytes_of_number(file.version) + bytes_of_name(file.spec) + bytes_of_number(file.revision) +
                      bytes_of_number(static_cast<std::uint32_t>(file.variables.size()));
  for (const auto& [name, variable] : file.variables) bytes += bytes_of_name(name) + bytes_of(variable);
  return bytes + bytes_of_number(std::uint32_t{0});
}

inline BinFile read_bin_file(const std::filesystem::path& path) {
  const std::string bytes = read_file(path);
  const ModelBin read(bytes, path.string());
  BinFile file{6, read.spec(), read.revision(), {}};
  for (const auto& [name, variable] : read.variables()) {
    file.variables[name] = {static_cast<std::uint8_t>(variable.type),
                            {variable.shape.begin(), variable.shape.end()},
                            std::string(variable.data)};
  }
  return file;
}

inline void write_bin_file(const std::filesystem::path& path, const BinFile& file) {
  write_file_atomically(path, bytes_of(file));
}

inline BinVariable flag_of(std::int8_t value) {
  return {1, {}, bytes_of_number(value)};
}

inline BinVariable number_of(float value) {
  return {0, {}, bytes_of_number(value)};
}

}  // namespace dragoman
