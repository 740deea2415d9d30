#include "app/cli/failure.h"
#include "app/program.h"
#include "app/quick_commands.h"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <fcntl.h>
#include <fmt/core.h>
#include <optional>
#include <stdexcept>
#include <string>
#include <unistd.h>
#include <vector>

namespace dragoman {
namespace {

// A program that is started with stdin, stdout or stderr closed would give their numbers to the files that it opens,
// and write its messages there. Each is taken for the wrong direction, so that whoever uses it hears of it.
void reserve_standard_descriptors() {
  for (const int number : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(number, F_GETFD) == -1 && errno == EBADF)
      (void)!::open("/dev/null", number == STDIN_FILENO ? O_WRONLY : O_RDONLY);
  }
}

// LibTorch keeps descriptions of the 1,024 last shapes of products that oneDNN computed, for each thread: some 60 MB.
// oneDNN keeps the code for them itself, so that with fewer nothing becomes slower. Read at the first product.
void limit_descriptions_of_products() {
  ::setenv("LRU_CACHE_CAPACITY", "128", 0);
}

// What the constructors of its libraries throw ends the program: it must not pass through the loader.
void* open_library() noexcept {
  return ::dlopen(DRAGOMAN_LIBRARY, RTLD_LAZY | RTLD_LOCAL);
}

using LibraryMain = int (*)(int count, const char* const* arguments);

LibraryMain main_of_library() {
  void* const library = open_library();
  void* const found = library ? ::dlsym(library, "dragoman_main") : nullptr;
  if (found) return reinterpret_cast<LibraryMain>(found);
  const char* const reason = ::dlerror();
  throw std::runtime_error(
      fmt::format("cannot load a library of the program: {}; install the program again, or give it more memory",
                  reason ? reason : "no reason given"));
}

// What needs no model is done at once; for all else there is the library.
int run(const std::string& name, const std::vector<std::string>& arguments) {
  if (const std::optional<int> code = run_quickly(name, arguments)) return *code;
  std::vector<const char*> words = {name.c_str()};
  for (const std::string& argument : arguments) words.push_back(argument.c_str());
  return main_of_library()(static_cast<int>(words.size()), words.data());
}

}  // namespace
}  // namespace dragoman

int main(int count, char** values) {
  dragoman::reserve_standard_descriptors();
  dragoman::limit_descriptions_of_products();
  // A reader that goes away is an error code of write(), not the end of a training run whose log was piped somewhere.
  std::signal(SIGPIPE, SIG_IGN);
  const int code = dragoman::run_program({values + 1, values + count}, dragoman::run, dragoman::describe_own_failure);
#if !defined(__SANITIZE_ADDRESS__)
  // Whatever is to be kept has been written. LibTorch takes a tenth of a second to take its tables of operators apart.
  std::fflush(nullptr);
  std::_Exit(code);
#endif
  return code;
}
