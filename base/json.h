#pragma once

#include <concepts>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace dragoman {

/// The value of a JSON text from a file; none where the text is not valid JSON or nests deeper than any file of ours:
/// what goes through such values goes down once a level, and would run out of stack.
std::optional<nlohmann::ordered_json> parse_json(std::string_view text);

/// The same with the keys of an object sorted: for those of many keys, which the other reads in the square of the time.
std::optional<nlohmann::json> parse_sorted_json(std::string_view text);

/// The whole number that `json` is. Throws std::invalid_argument if it is something else or out of the type's range;
/// the library would make 2 of 2.5, 1 of true, and cut off what does not fit.
template <std::integral Number>
Number whole_number(const nlohmann::ordered_json& json) {
  if (json.is_number_unsigned()) {
    if (const auto value = json.get<std::uint64_t>(); std::in_range<Number>(value)) return static_cast<Number>(value);
  } else if (json.is_number_integer()) {
    if (const auto value = json.get<std::int64_t>(); std::in_range<Number>(value)) return static_cast<Number>(value);
  }
  throw std::invalid_argument(fmt::format("{} is not a whole number of that range", json.dump()));
}

}  // namespace dragoman
