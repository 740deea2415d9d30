#include "app/serve/http/error_response.h"

#include <nlohmann/json.hpp>
#include <utility>

namespace dragoman {

HttpResponse error_response(int status, const std::string& message, HttpFields headers) {
  const auto replace = nlohmann::json::error_handler_t::replace;
  return {.status = status,
          .body = nlohmann::json{{"error", message}}.dump(-1, ' ', false, replace),
          .headers = std::move(headers)};
}

HttpResponse failure_response() {
  return error_response(
      500, "the server failed at this; it has said why on its stderr, with the X-Request-Id of this answer");
}

}  // namespace dragoman
