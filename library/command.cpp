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

// Where the program begins that is more than this library: app/main.cpp.
extern "C" DRAGOMAN_API int dragoman_main(int count, const char* const* arguments) {
  return dragoman::api::run_command({arguments, arguments + count});
}
