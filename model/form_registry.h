#pragma once

#include "base/enum_names.h"

#include <span>
#include <string_view>
#include <vector>

namespace dragoman {

/// One of the forms that an option chooses from: its name there and in config.json, a line about it for help and
/// documentation, and the function that makes it.
template <typename Make>
struct Form {
  std::string_view name;
  std::string_view summary;
  Make* make;
};

/// The form of that name; std::invalid_argument naming the choices if there is none.
template <typename AnyForm>
const AnyForm& form_named(std::span<const AnyForm> forms, std::string_view name) {
  std::vector<std::string_view> names;
  for (const AnyForm& form : forms) {
    if (form.name == name) return form;
    names.push_back(form.name);
  }
  refuse_name(name, names);
}

}  // namespace dragoman
