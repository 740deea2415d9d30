#pragma once

#include "app/cli/config_file.h"
#include "base/enum_names.h"

#include <cstdint>
#include <filesystem>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <functional>
#include <initializer_list>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace dragoman {

/// Text ↔ value of the types that options have. Every parse_* throws std::invalid_argument saying what is wrong with
/// `text`.
std::int64_t parse_integer(const std::string& text, std::int64_t lowest, std::int64_t highest);
std::uint64_t parse_unsigned(const std::string& text, std::uint64_t highest);
double parse_real(const std::string& text);
bool parse_bool(const std::string& text);

/// What a user may set: a name that serves as flag and as key of a configuration file, bound to a field.
struct Option {
  enum class Kind {
    value,
    list,
    flag,    ///< with an opposite: --x and --no-x
    action,  ///< without one
    maps     ///< a list of maps, which a configuration file alone can hold
  };

  std::string name;
  char letter = 0;           ///< of the short form; 0: there is none
  std::string group;         ///< heading in the help text
  std::string value_name;    ///< what stands for the value in the help text: N, FILE, plain|json
  std::string default_text;  ///< what the help text says of the default; empty: the field's present value
  std::string help;
  Kind kind = Kind::value;
  bool required = false;
  bool chosen = false;  ///< unless it is given, chosen when the command runs: its field holds no default to show
  bool writes = false;  ///< of a FILE or DIR: it is written, not read, and --help shows it
  bool common = false;  ///< in the text of --help; what is not is in that of --help all
  bool bare = false;    ///< its value may stand without its name before it
  bool early = false;   ///< applied before all others: it sets fields that they refine (a preset)

  /// Sets the field. Exactly one text unless it is a list. Throws std::invalid_argument.
  std::function<void(const std::vector<std::string>&)> set;
  /// The field's present value in the form that `set` takes; empty if there is none. Of maps: the files that they name.
  std::function<std::vector<std::string>()> get;

  /// The same two of maps.
  std::function<void(const std::vector<std::vector<Assignment>>&)> set_maps = {};
  std::function<std::vector<std::vector<Assignment>>()> get_maps = {};
};

template <typename T>
struct IsOptional : std::false_type {};
template <typename T>
struct IsOptional<std::optional<T>> : std::true_type {};
template <typename T>
struct IsVector : std::false_type {};
template <typename T>
struct IsVector<std::vector<T>> : std::true_type {};

/// One value of a field of type T.
template <typename T>
T parse_value(const std::string& text) {
  if constexpr (std::is_same_v<T, bool>) {
    return parse_bool(text);
  } else if constexpr (std::is_integral_v<T> && std::is_signed_v<T>) {
    return static_cast<T>(parse_integer(text, std::numeric_limits<T>::min(), std::numeric_limits<T>::max()));
  } else if constexpr (std::is_integral_v<T>) {
    return static_cast<T>(parse_unsigned(text, std::numeric_limits<T>::max()));
  } else if constexpr (std::is_floating_point_v<T>) {
    return static_cast<T>(parse_real(text));
  } else {
    if (text.empty()) throw std::invalid_argument("the value is empty");
    return T(text);
  }
}

template <typename T>
std::string format_value(const T& value) {
  if constexpr (std::is_same_v<T, std::filesystem::path>) {
    return value.string();
  } else {
    return fmt::format("{}", value);
  }
}

/// The option that reads and writes `field`: a number, text, path, bool, an optional of those, or a vector of them.
template <typename T>
Option bind_field(T& field) {
  Option option;
  if constexpr (IsVector<T>::value) {
    using Item = typename T::value_type;
    option.kind = Option::Kind::list;
    option.set = [&field](const std::vector<std::string>& texts) {
      T items;
      for (const std::string& text : texts) items.push_back(parse_value<Item>(text));
      field = std::move(items);
    };
    option.get = [&field] {
      std::vector<std::string> texts;
      for (const Item& item : field) texts.push_back(format_value<Item>(item));
      return texts;
    };
  } else if constexpr (IsOptional<T>::value) {
    using Item = typename T::value_type;
    option.kind = std::is_same_v<Item, bool> ? Option::Kind::flag : Option::Kind::value;
    option.set = [&field](const std::vector<std::string>& texts) { field = parse_value<Item>(texts.front()); };
    option.get = [&field]() -> std::vector<std::string> {
      if (!field) return {};
      return {format_value<Item>(*field)};
    };
  } else {
    option.kind = std::is_same_v<T, bool> ? Option::Kind::flag : Option::Kind::value;
    option.set = [&field](const std::vector<std::string>& texts) { field = parse_value<T>(texts.front()); };
    option.get = [&field]() -> std::vector<std::string> {
      std::string text = format_value<T>(field);
      if (text.empty()) return {};
      return {std::move(text)};
    };
  }
  return option;
}

/// The names of an enumeration's values, in the order in which the help text lists them.
template <typename T>
using Choices = std::vector<std::pair<std::string, T>>;

template <NamedEnum T>
Choices<T> named_choices() {
  Choices<T> choices;
  for (const auto& [value, name] : kEnumNames<T>) choices.emplace_back(std::string(name), value);
  return choices;
}

/// The option that sets `field` by one of the names in `choices`.
template <typename T>
Option bind_choice(T& field, const Choices<T>& choices) {
  Option option;
  std::vector<std::string> names;
  for (const auto& choice : choices) names.push_back(choice.first);
  option.value_name = fmt::format("{}", fmt::join(names, "|"));
  option.set = [&field, choices, names](const std::vector<std::string>& texts) {
    for (const auto& [name, value] : choices) {
      if (name == texts.front()) {
        field = value;
        return;
      }
    }
    refuse_name(texts.front(), std::vector<std::string_view>(names.begin(), names.end()));
  };
  option.get = [&field, choices]() -> std::vector<std::string> {
    for (const auto& [name, value] : choices) {
      if (value == field) return {name};
    }
    return {};
  };
  return option;
}

}  // namespace dragoman
