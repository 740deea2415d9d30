#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace dragoman {

/// An option's value as a user gave it, and where.
struct Assignment {
  std::string name;                 ///< with hyphens: `_` in what the user wrote is read as `-`
  std::vector<std::string> values;  ///< one, or the items of a list
  std::string where;                ///< how messages point to it: "--beam-size" or "recipe.yaml:3: beam-size"
  bool is_list = false;             ///< written as a YAML list
  /// Instead of values: those of each map in a list of maps.
  std::vector<std::vector<Assignment>> maps = {};
};

/// Reads a YAML map from option names to scalars, lists of scalars or lists of such maps, in the order of the file. An
/// empty file is an empty map. Throws std::invalid_argument "FILE:LINE: …" on a syntax error, a key given twice, a
/// missing value or a nested map, std::runtime_error if the file cannot be read.
std::vector<Assignment> read_config_file(const std::filesystem::path& path);

/// The file that read_config_file() reads back as `assignments`.
std::string format_config_file(const std::vector<Assignment>& assignments);

}  // namespace dragoman
