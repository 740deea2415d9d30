#pragma once

#include "app/serve/router.h"

namespace dragoman {

/// Where translated files are, each under a name that only its client knows.
inline constexpr const char* kDownloads = "/download_file/";

/// Files that are translated as a whole: /translate_file, whose answer says where under /download_file/ the translation
/// is for some minutes, as LibreTranslate has them.
void add_file_translation(Router& router);

}  // namespace dragoman
