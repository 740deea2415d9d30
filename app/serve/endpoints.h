#pragma once

#include "app/serve/router.h"

namespace dragoman {

/// All that programs may ask of a server, as /spec describes it: everything but the page for people.
Router api_endpoints();

}  // namespace dragoman
