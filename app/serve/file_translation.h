#pragma once

#include "app/serve/router.h"

namespace dragoman {

/// Files that are translated as a whole: /translate_file, whose answer says where under /download_file/ the translation
/// is for some minutes, as LibreTranslate has them.
void add_file_translation(Router& router);

}  // namespace dragoman
