#include "app/commands.h"

#include <cstdio>
#include <dragoman/command.h>
#include <dragoman/version.h>

namespace dragoman::api {

int run_command(const std::vector<std::string>& arguments) {
  const int code = dragoman::run_command(arguments);
  std::fflush(nullptr);
  return code;
}

std::string version() {
  return DRAGOMAN_VERSION;
}

}  // namespace dragoman::api
