// What happens for want of memory where no exception can tell main(): one is thrown in a thread, or by a constructor of
// LibTorch before main() begins; or there is none, since oneDNN does not look at what it is given for its own small
// objects. Then the process ends with the line that main() would print, and exit code 1.

#if !defined(__SANITIZE_ADDRESS__)  // which has an allocator and last words of its own

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <dlfcn.h>
#include <exception>
#include <new>
#include <string_view>
#include <sys/mman.h>
#include <unistd.h>

namespace dragoman {
namespace {

[[noreturn]] void end_out_of_memory() {
  constexpr std::string_view kMessage = "dragoman: out of memory\n";
  [[maybe_unused]] const ssize_t ignored = ::write(STDERR_FILENO, kMessage.data(), kMessage.size());
  std::_Exit(1);
}

constinit std::terminate_handler usual_end = std::abort;

// Allocates nothing.
[[noreturn]] void end() {
  try {
    if (const std::exception_ptr thrown = std::current_exception()) std::rethrow_exception(thrown);
  } catch (const std::bad_alloc&) {
    end_out_of_memory();
  } catch (...) {
  }
  usual_end();
  std::abort();
}

// A place of which nothing is used, to be given up for the first small object that finds none: then it is the next
// large one that fails, whose exception can be caught.
constexpr std::size_t kReserve = 8 << 20;
constinit std::atomic<void*> reserve{nullptr};

void prepare(int, char**, char**) {
  usual_end = std::set_terminate(end);
  void* const place =
      ::mmap(nullptr, kReserve, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (place != MAP_FAILED) reserve = place;
  // tcmalloc would tell of each allocation of a gigabyte, the good ones, too.
  ::setenv("TCMALLOC_LARGE_ALLOC_REPORT_THRESHOLD", "9000000000000000000", 0);
}

// In an executable, these are called before the constructors of all libraries.
__attribute__((section(".preinit_array"), used)) void (*const kPrepare)(int, char**, char**) = prepare;

}  // namespace
}  // namespace dragoman

// This is what oneDNN and LibTorch call, the second for its tensors; the allocator's own is the next of that name.
extern "C" __attribute__((visibility("default"))) int posix_memalign(void** memory, std::size_t alignment,
                                                                     std::size_t size) noexcept {
  using namespace dragoman;
  static const auto allocate = reinterpret_cast<decltype(&posix_memalign)>(dlsym(RTLD_NEXT, "posix_memalign"));
  constexpr std::size_t kSmall = 512 << 10;  // some of these objects are of 200 KB
  const int error = allocate(memory, alignment, size);
  if (error != ENOMEM || size > kSmall) return error;
  if (void* const place = reserve.exchange(nullptr); !place || ::munmap(place, kReserve) != 0) end_out_of_memory();
  return allocate(memory, alignment, size);
}
#endif
