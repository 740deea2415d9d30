#pragma once

#include "app/serve/router.h"

namespace dragoman {

/// Dragoman's own interface, with everything that its search offers: /v1/translate, as a whole or line by line as
/// server-sent events.
void add_native_api(Router& router);

}  // namespace dragoman
