#pragma once

#include "app/serve/http/message.h"

#include <fmt/format.h>
#include <stdexcept>
#include <string>

namespace dragoman {

/// A request that is not done, and with which status the client hears why.
class RequestError : public std::runtime_error {
 public:
  RequestError(int status, const std::string& message, HttpFields headers = {})
      : std::runtime_error(message), status_(status), headers_(std::move(headers)) {}

  int status() const { return status_; }
  const HttpFields& headers() const { return headers_; }

 private:
  int status_;
  HttpFields headers_;
};

}  // namespace dragoman
