#pragma once

#include "app/serve/http/message.h"

#include <string>

namespace dragoman {

/// {"error": message}; what of it is not UTF-8 is replaced.
HttpResponse error_response(int status, const std::string& message, HttpFields headers = {});

/// Status 500, for what is no fault of the client's: why is for the operator alone.
HttpResponse failure_response();

}  // namespace dragoman
