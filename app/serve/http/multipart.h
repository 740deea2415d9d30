#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

/// A field of a form that is sent as multipart/form-data (RFC 7578).
struct FormPart {
  std::string name;
  std::string file_name;  ///< empty for what is no file
  std::string data;
};

/// Of the value of a Content-Type header; nothing if it is another type, or has no boundary.
std::optional<std::string> multipart_boundary(std::string_view content_type);

/// Throws std::invalid_argument if the body does not end with the boundary, or a part has no header.
std::vector<FormPart> parse_multipart(std::string_view body, std::string_view boundary);

}  // namespace dragoman
