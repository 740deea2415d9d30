#pragma once

#include "app/serve/http/message.h"

#include <string>

namespace dragoman {

/// {"error": message}; what of it is not UTF-8 is replaced.
HttpResponse error_response(int status, const std::string& message, HttpFields headers = {});

}  // namespace dragoman
