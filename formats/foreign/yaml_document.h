#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

/// A document of YAML, as the events of its parser tell it.
struct YamlValue {
  enum class Kind { nothing, scalar, list, map };

  Kind kind = Kind::nothing;
  std::string text;              ///< of a scalar
  bool is_quoted = false;        ///< a scalar in quotes is a text, whatever it looks like
  std::vector<YamlValue> keys;   ///< of a map, as many as items
  std::vector<YamlValue> items;  ///< of a list, or a map's values

  bool operator==(const YamlValue&) const = default;
};

/// Throws std::runtime_error naming `file` and the line unless `text` is one document without aliases.
YamlValue read_yaml(std::string_view text, const std::string& file);

/// The same as JSON has it, with the types that YAML's core schema (1.2, section 10.3) gives to plain scalars. Throws
/// std::runtime_error naming `file` if a key is no scalar, or there twice.
nlohmann::ordered_json json_of(const YamlValue& value, const std::string& file);

}  // namespace dragoman
