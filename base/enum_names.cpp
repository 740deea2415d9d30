#include "base/enum_names.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <stdexcept>

namespace dragoman {

void refuse_name(std::string_view text, std::span<const std::string_view> names) {
  throw std::invalid_argument(fmt::format("'{}' is none of {}", text, fmt::join(names, ", ")));
}

}  // namespace dragoman
