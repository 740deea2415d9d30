#pragma once

#include "base/utf8.h"

#include <span>
#include <string>
#include <vector>

namespace dragoman {

/// The lines as a user of the library gives them, with U+FFFD where they are not UTF-8.
inline std::vector<std::string> valid_text(std::span<const std::string> lines) {
  std::vector<std::string> texts;
  texts.reserve(lines.size());
  for (const std::string& line : lines) texts.push_back(replace_invalid_utf8(line));
  return texts;
}

}  // namespace dragoman
