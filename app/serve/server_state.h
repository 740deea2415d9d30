#pragma once

#include "app/serve/router.h"

#include <string_view>

namespace dragoman {

/// What /spec answers.
std::string_view api_description();

/// What programs ask a server about itself: /metrics for Prometheus, /spec as OpenAPI 3.
void add_server_state(Router& router);

}  // namespace dragoman
