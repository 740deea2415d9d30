#pragma once

#include <charconv>
#include <concepts>
#include <string>
#include <utility>
#include <vector>

namespace dragoman::api {

/// An option by the name that it has on the command line ("beam-size"; '_' is read as '-'), and its value: of a flag
/// true or false, of a list several. `dragoman COMMAND --help all` lists them.
struct Option {
  std::string name;
  std::vector<std::string> values;

  Option(std::string option, std::string value) : name(std::move(option)), values{std::move(value)} {}
  Option(std::string option, const char* value) : Option(std::move(option), std::string(value)) {}
  Option(std::string option, bool value) : Option(std::move(option), value ? "true" : "false") {}
  Option(std::string option, std::vector<std::string> items) : name(std::move(option)), values(std::move(items)) {}

  template <typename Number>
  requires(std::integral<Number> || std::floating_point<Number>) Option(std::string option, Number value)
      : name(std::move(option)) {
    char digits[64];
    values.emplace_back(digits, std::to_chars(digits, digits + sizeof(digits), value).ptr);
  }
};

using Options = std::vector<Option>;

}  // namespace dragoman::api
