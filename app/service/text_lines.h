#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

/// A text as lines, and what stands between them: a line feed, a carriage return and a line feed, or a carriage return.
class TextLines {
 public:
  explicit TextLines(std::string_view text);

  const std::vector<std::string>& lines() const { return lines_; }

  /// These in place of the lines, one for each.
  std::string with_lines(std::span<const std::string> others) const;

 private:
  std::vector<std::string> lines_;
  std::vector<std::string> ends_;  // behind each line; empty behind the last
};

}  // namespace dragoman
