#include "data/line_counts.h"

#include "base/counted.h"

#include <stdexcept>

namespace dragoman {

void check_same_length(const std::string& one, std::int64_t one_lines, const std::string& other,
                       std::int64_t other_lines) {
  if (one_lines == other_lines) return;
  throw std::runtime_error(fmt::format("{} has {}, {} has {}; each line needs its counterpart", one,
                                       counted(one_lines, "line"), other, other_lines));
}

void refuse_different_lengths(LineReader& one, LineReader& other) {
  for (std::string line; one.next(line);) {
  }
  for (std::string line; other.next(line);) {
  }
  check_same_length(one.name(), one.line_number(), other.name(), other.line_number());
}

}  // namespace dragoman
