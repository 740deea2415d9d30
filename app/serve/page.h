#pragma once

#include "app/serve/router.h"

namespace dragoman {

/// The page for people at /, its scripts and styles beside it, and what it answers to a browser without scripts.
void add_page(Router& router);

}  // namespace dragoman
