#include "app/serve/endpoints.h"

#include "app/serve/deepl.h"
#include "app/serve/file_translation.h"
#include "app/serve/libretranslate.h"
#include "app/serve/native_api.h"
#include "app/serve/server_state.h"

namespace dragoman {

Router api_endpoints() {
  Router router;
  add_libretranslate(router);
  add_deepl(router);
  add_native_api(router);
  add_file_translation(router);
  add_server_state(router);
  return router;
}

}  // namespace dragoman
