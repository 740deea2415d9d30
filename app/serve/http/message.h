#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dragoman {

/// Names and values, in the order in which they came.
using HttpFields = std::vector<std::pair<std::string, std::string>>;

/// The first value of this name; empty if there is none.
std::string_view field_of(const HttpFields& fields, std::string_view name);

struct HttpRequest {
  std::string method;
  std::string path;    ///< decoded, without the query
  std::string query;   ///< behind the question mark, as it came
  HttpFields headers;  ///< their names in lower case
  std::string body;
  std::string peer;  ///< the client's address
  std::string id;    ///< of this request, in logs and answers

  std::string_view header(std::string_view name) const { return field_of(headers, name); }
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "application/json; charset=utf-8";
  std::string body;
  HttpFields headers = {};
  std::shared_ptr<const std::string> shared_body = nullptr;  ///< in place of `body`, where others have its bytes, too
};

}  // namespace dragoman
