#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

namespace dragoman {

/// One value of an enumeration and its name in options, files and messages.
template <typename Enum>
using EnumName = std::pair<Enum, std::string_view>;

/// All of them, in the order in which help and messages list them. Specialised beside each enumeration that has names:
///   template <>
///   inline constexpr auto kEnumNames<Norm> = enum_names<Norm>({{Norm::pre, "pre"}, {Norm::post, "post"}});
template <typename Enum>
inline constexpr std::array<EnumName<Enum>, 0> kEnumNames = {};

template <typename Enum, std::size_t N>
constexpr std::array<EnumName<Enum>, N> enum_names(const EnumName<Enum> (&names)[N]) {
  return std::to_array(names);
}

template <typename Enum>
concept NamedEnum = std::is_enum_v<Enum> && !kEnumNames<Enum>.empty();

/// Throws std::invalid_argument: `text` is not one of the names.
[[noreturn]] void refuse_name(std::string_view text, std::span<const std::string_view> names);

template <NamedEnum Enum>
constexpr std::string_view to_string(Enum value) {
  for (const auto& [known, name] : kEnumNames<Enum>) {
    if (known == value) return name;
  }
  return "?";  // a value that the enumeration does not have
}

/// The value of that name; std::invalid_argument naming the choices if there is none.
template <NamedEnum Enum>
Enum enum_named(std::string_view text) {
  std::array<std::string_view, kEnumNames<Enum>.size()> names;
  std::size_t i = 0;
  for (const auto& [value, name] : kEnumNames<Enum>) {
    if (name == text) return value;
    names[i++] = name;
  }
  refuse_name(text, names);
}

}  // namespace dragoman
