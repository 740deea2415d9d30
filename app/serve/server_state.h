#pragma once

#include "app/serve/router.h"

namespace dragoman {

/// What programs ask a server about itself: /metrics for Prometheus, /spec as OpenAPI 3.
void add_server_state(Router& router);

}  // namespace dragoman
