#include "app/cli/option.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <stdexcept>

namespace dragoman {
namespace {

// from_chars refuses what nobody would call wrong: a leading plus.
std::string_view without_plus(const std::string& text) {
  std::string_view view = text;
  if (view.size() > 1 && view[0] == '+' && view[1] != '-') view.remove_prefix(1);
  return view;
}

template <typename T>
T parse_whole_number(const std::string& text, T lowest, T highest) {
  const std::string_view digits = without_plus(text);
  T value{};
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  const bool complete = end == digits.data() + digits.size();
  if (error == std::errc::result_out_of_range ||
      (error == std::errc() && complete && (value < lowest || value > highest))) {
    throw std::invalid_argument(fmt::format("'{}' is out of range ({} to {})", text, lowest, highest));
  }
  if (error != std::errc() || !complete) {
    if (std::is_unsigned_v<T> && text.starts_with('-')) {
      throw std::invalid_argument(fmt::format("'{}' is not a whole number of at least 0", text));
    }
    throw std::invalid_argument(fmt::format("'{}' is not a whole number", text));
  }
  return value;
}

}  // namespace

std::int64_t parse_integer(const std::string& text, std::int64_t lowest, std::int64_t highest) {
  return parse_whole_number<std::int64_t>(text, lowest, highest);
}

std::uint64_t parse_unsigned(const std::string& text, std::uint64_t highest) {
  return parse_whole_number<std::uint64_t>(text, 0, highest);
}

double parse_real(const std::string& text) {
  const std::string_view digits = without_plus(text);
  double value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error == std::errc::result_out_of_range) {
    throw std::invalid_argument(fmt::format("'{}' is out of range", text));
  }
  if (error != std::errc() || end != digits.data() + digits.size() || !std::isfinite(value)) {
    throw std::invalid_argument(fmt::format("'{}' is not a number", text));
  }
  return value;
}

bool parse_bool(const std::string& text) {
  std::string lower = text;  // YAML knows True and TRUE, too
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
  for (const char* yes : {"true", "yes", "on"}) {
    if (lower == yes) return true;
  }
  for (const char* no : {"false", "no", "off"}) {
    if (lower == no) return false;
  }
  throw std::invalid_argument(fmt::format("'{}' is neither true nor false", text));
}

}  // namespace dragoman
