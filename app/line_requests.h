#pragma once

#include "app/line_request.h"
#include "base/enum_names.h"
#include "data/line_reader.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace dragoman {

/// What the lines of the input are. json: each an object with "text", and what is asked for it alone.
enum class InputFormat { plain, json };

template <>
inline constexpr auto kEnumNames<InputFormat> = enum_names<InputFormat>({{InputFormat::plain, "plain"},
                                                                         {InputFormat::json, "json"}});

/// Where what is asked for single lines is written.
struct RequestOptions {
  InputFormat format = InputFormat::plain;
  std::string prefixes;  ///< a file with what each line's translation begins with; empty: none
};

/// Makes requests of the lines of an input, and of those of a file with a prefix for each.
class LineRequests {
 public:
  /// name: of the input, for errors.
  LineRequests(std::string name, const RequestOptions& options);

  /// Of lines of which the first has this number; each call goes on behind the call before. Throws std::runtime_error
  /// naming file and line of what is no such object, and of a line without its prefix.
  std::vector<LineRequest> read(std::span<const std::string> lines, std::int64_t first_line_number);

  /// Throws std::runtime_error if there are more prefixes than these lines.
  void check_end(std::int64_t lines);

 private:
  std::string name_;
  InputFormat format_;
  std::optional<LineReader> prefixes_;
};

}  // namespace dragoman
