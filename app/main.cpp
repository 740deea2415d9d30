#include "app/commands.h"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <unistd.h>

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

}  // namespace
}  // namespace dragoman

int main(int count, char** values) {
  dragoman::reserve_standard_descriptors();
  dragoman::limit_descriptions_of_products();
  // A reader that goes away is an error code of write(), not the end of a training run whose log was piped somewhere.
  std::signal(SIGPIPE, SIG_IGN);
  const int code = dragoman::run_command({values + 1, values + count});
#if !defined(__SANITIZE_ADDRESS__)
  // Whatever is to be kept has been written. LibTorch takes a tenth of a second to take its tables of operators apart.
  std::fflush(nullptr);
  std::_Exit(code);
#endif
  return code;
}
