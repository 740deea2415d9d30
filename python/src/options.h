#pragma once

#include <dragoman/options.h>
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>
#include <string>
#include <utility>
#include <vector>

namespace dragoman::python {

/// Names and values, as the Python side has made them text.
using OptionTexts = std::vector<std::pair<std::string, std::vector<std::string>>>;

inline api::Options options_of(const OptionTexts& texts) {
  api::Options options;
  for (const auto& [name, values] : texts) options.emplace_back(name, values);
  return options;
}

}  // namespace dragoman::python
