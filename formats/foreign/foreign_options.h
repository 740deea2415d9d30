#pragma once

#include "base/json.h"

#include <fmt/format.h>
#include <initializer_list>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace dragoman {

/// The options in a file of another program, as JSON has them. What is read here is either understood or refused by
/// name and value.
class ForeignOptions {
 public:
  /// None at all, of a file that is not there.
  explicit ForeignOptions(std::string file) : file_(std::move(file)), json_(nlohmann::ordered_json::object()) {}

  /// Throws std::runtime_error naming `file` unless `text` is a JSON object.
  ForeignOptions(std::string_view text, std::string file);

  /// Of what was no JSON, but has been made it; an object.
  static ForeignOptions of(nlohmann::ordered_json json, std::string file) {
    ForeignOptions options(std::move(file));
    options.json_ = std::move(json);
    return options;
  }

  const std::string& file() const { return file_; }

  /// Whether the option is there and not null.
  bool has(const std::string& name) const { return json_.contains(name) && !json_[name].is_null(); }

  /// The option's value, or nothing. Throws std::runtime_error naming file, option and value if it is of another type.
  template <typename Value>
  std::optional<Value> find(const std::string& name) {
    read_.insert(name);
    if (!has(name)) return std::nullopt;
    try {
      if constexpr (std::is_integral_v<Value> && !std::is_same_v<Value, bool>) {
        return whole_number<Value>(json_[name]);
      } else {
        return json_[name].get<Value>();
      }
    } catch (const std::exception&) {
      refuse(name, "which is of a wrong type");
    }
  }

  template <typename Value>
  Value get(const std::string& name, Value otherwise) {
    return find<Value>(name).value_or(std::move(otherwise));
  }

  /// The same, but there must be one.
  template <typename Value>
  Value get(const std::string& name) {
    if (const auto value = find<Value>(name)) return *value;
    throw std::runtime_error(fmt::format("{}: '{}' is missing; copy the model anew", file_, name));
  }

  /// Throws std::runtime_error naming file, option and value if it is there and not `only`, which is all that
  /// Dragoman has a form for.
  template <typename Value>
  void require(const std::string& name, const Value& only) {
    if (get<Value>(name, only) != only) refuse(name, "for which Dragoman has no form");
  }

  /// FILE: 'NAME' is VALUE, WHY
  [[noreturn]] void refuse(const std::string& name, std::string_view why) const;

  /// The option's value as JSON writes it.
  std::string shown(const std::string& name) const { return json_[name].dump(); }

  /// These have no meaning for what a model computes.
  void ignore(std::initializer_list<const char*> names) { read_.insert(names.begin(), names.end()); }

  /// Those that are there and that nobody has read.
  std::vector<std::string> unread() const;

  const nlohmann::ordered_json& json() const { return json_; }

 private:
  std::string file_;
  nlohmann::ordered_json json_;
  std::set<std::string> read_;
};

}  // namespace dragoman
