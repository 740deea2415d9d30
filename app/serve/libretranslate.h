#pragma once

#include "app/serve/router.h"

namespace dragoman {

/// The interface of LibreTranslate 1.9, as its own clients use it: /translate, /detect, /languages,
/// /frontend/settings, /suggest, /health. Its repair of punctuation and its unescaping of html are left out.
void add_libretranslate(Router& router);

}  // namespace dragoman
