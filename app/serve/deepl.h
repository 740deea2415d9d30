#pragma once

#include "app/serve/router.h"

namespace dragoman {

/// The parts of DeepL's interface, version 2, that clients use to translate: /v2/translate, /v2/languages, /v2/usage.
void add_deepl(Router& router);

}  // namespace dragoman
