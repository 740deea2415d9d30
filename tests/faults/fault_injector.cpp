// Preloaded into a program: makes one of its calls fail, or stops the program there.
//
//   FAULT_FOLDER   calls on files outside this folder are neither counted nor touched
//   FAULT_COUNTS   a file of one std::uint64_t for each kind of call, where they are counted
//   FAULT_CALL     the kind: open, read, write, sync, rename, map, allocate (those of fault_kinds.h)
//   FAULT_NUMBER   which of these calls, counted from 1; 0: none
//   FAULT_EFFECT   an error number, "short" (half of the bytes), "kill", or "interrupt" (SIGINT, and then the call)
//
// Allocations are counted from 64 KiB on, and once main() has begun: what a library's constructors cannot get, nobody
// could report. A program with an allocator of its own does not ask this one.

#include "tests/faults/fault_kinds.h"

#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <string_view>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* memory, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
}

namespace {

using dragoman::FaultKind;

constexpr std::size_t kSmallestAllocation = 64 << 10;
constexpr int kNone = 0, kShort = -1, kKill = -2, kInterrupt = -3;

struct Plan {
  std::string_view folder;
  std::size_t kind = dragoman::kFaultKinds.size();
  std::uint64_t number = 0;
  int effect = kNone;
  std::atomic<std::uint64_t>* counts = nullptr;
};

Plan plan;
std::atomic<bool> in_main{false};

template <typename Function>
Function* next(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

// What becomes of the next call of this kind: an error number, kShort or kNone.
int effect_on(FaultKind kind) {
  const auto index = static_cast<std::size_t>(kind);
  if (!plan.counts) return kNone;
  const std::uint64_t number = ++plan.counts[index];
  if (index != plan.kind || number != plan.number) return kNone;
  if (plan.effect == kKill) {
    syscall(SYS_kill, getpid(), SIGKILL);
    for (;;) pause();
  }
  if (plan.effect == kInterrupt) {
    syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), SIGINT);
    return kNone;
  }
  return plan.effect;
}

bool is_inside(const char* path) {
  char whole[4096];
  std::string_view name(path);
  if (!name.starts_with('/')) {
    if (!getcwd(whole, sizeof whole)) return false;
    name = whole;
  }
  return name.starts_with(plan.folder);
}

bool is_inside(int descriptor) {
  char link[64], path[4096];
  std::strcpy(link, "/proc/self/fd/");
  char digits[16];
  int count = 0;
  for (int rest = descriptor; count == 0 || rest > 0; rest /= 10) digits[count++] = static_cast<char>('0' + rest % 10);
  char* end = link + std::strlen(link);
  while (count > 0) *end++ = digits[--count];
  *end = '\0';
  const ssize_t size = syscall(SYS_readlinkat, AT_FDCWD, link, path, sizeof path);
  return size > 0 && std::string_view(path, static_cast<std::size_t>(size)).starts_with(plan.folder);
}

template <typename File>
int effect_on(FaultKind kind, File file) {
  return plan.counts && in_main && is_inside(file) ? effect_on(kind) : kNone;
}

// Fails as a system call does; false where it should go on.
bool fails(int effect) {
  if (effect <= 0) return false;
  errno = effect;
  return true;
}

std::size_t part_of(std::size_t bytes, int effect) {
  return effect == kShort && bytes > 1 ? bytes / 2 : bytes;
}

bool refuses_allocation(std::size_t size) {
  return size >= kSmallestAllocation && in_main && effect_on(FaultKind::allocate) != kNone;
}

__attribute__((constructor)) void read_plan() {
  const char* folder = std::getenv("FAULT_FOLDER");
  const char* counts = std::getenv("FAULT_COUNTS");
  if (!folder || !counts) return;
  plan.folder = folder;
  if (const char* call = std::getenv("FAULT_CALL")) {
    for (std::size_t i = 0; i < dragoman::kFaultKinds.size(); ++i) {
      if (dragoman::kFaultKinds[i] == call) plan.kind = i;
    }
  }
  if (const char* number = std::getenv("FAULT_NUMBER")) plan.number = std::strtoull(number, nullptr, 10);
  if (const char* effect = std::getenv("FAULT_EFFECT")) {
    const std::string_view word = effect;
    plan.effect = word == "kill"        ? kKill
                  : word == "interrupt" ? kInterrupt
                  : word == "short"     ? kShort
                                        : std::atoi(effect);
  }
  const int file = static_cast<int>(syscall(SYS_openat, AT_FDCWD, counts, O_RDWR | O_CLOEXEC));
  void* memory = reinterpret_cast<void*>(syscall(SYS_mmap, nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0));
  if (memory != MAP_FAILED) plan.counts = static_cast<std::atomic<std::uint64_t>*>(memory);
}

int (*real_main)(int, char**, char**);

int main_of_program(int count, char** values, char** environment) {
  in_main = true;
  return real_main(count, values, environment);
}

mode_t mode_of(int flags, va_list arguments) {
  return (flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE ? va_arg(arguments, mode_t) : 0;
}

int open_at(int folder, const char* path, int flags, mode_t mode) {
  if (fails(effect_on(FaultKind::open, path))) return -1;
  return static_cast<int>(syscall(SYS_openat, folder, path, flags, mode));
}

}  // namespace

extern "C" {

int __libc_start_main(int (*main)(int, char**, char**), int count, char** values, void (*init)(), void (*fini)(),
                      void (*at_exit)(), void* stack_end) {
  real_main = main;
  return next<decltype(__libc_start_main)>("__libc_start_main")(main_of_program, count, values, init, fini, at_exit,
                                                                stack_end);
}

int open(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  return open_at(AT_FDCWD, path, flags, mode);
}

int open64(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  return open_at(AT_FDCWD, path, flags, mode);
}

int openat(int folder, const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  return open_at(folder, path, flags, mode);
}

ssize_t read(int file, void* bytes, std::size_t count) {
  const int effect = effect_on(FaultKind::read, file);
  return fails(effect) ? -1 : syscall(SYS_read, file, bytes, part_of(count, effect));
}

ssize_t pread(int file, void* bytes, std::size_t count, off_t place) {
  const int effect = effect_on(FaultKind::read, file);
  return fails(effect) ? -1 : syscall(SYS_pread64, file, bytes, part_of(count, effect), place);
}

ssize_t pread64(int file, void* bytes, std::size_t count, off64_t place) {
  return pread(file, bytes, count, place);
}

ssize_t write(int file, const void* bytes, std::size_t count) {
  const int effect = effect_on(FaultKind::write, file);
  return fails(effect) ? -1 : syscall(SYS_write, file, bytes, part_of(count, effect));
}

int ftruncate(int file, off_t size) noexcept {
  return fails(effect_on(FaultKind::write, file)) ? -1 : static_cast<int>(syscall(SYS_ftruncate, file, size));
}

int ftruncate64(int file, off64_t size) noexcept {
  return ftruncate(file, size);
}

int fsync(int file) {
  return fails(effect_on(FaultKind::sync, file)) ? -1 : static_cast<int>(syscall(SYS_fsync, file));
}

int fdatasync(int file) {
  return fails(effect_on(FaultKind::sync, file)) ? -1 : static_cast<int>(syscall(SYS_fdatasync, file));
}

int rename(const char* from, const char* to) noexcept {
  return fails(effect_on(FaultKind::rename, to)) ? -1 : static_cast<int>(syscall(SYS_rename, from, to));
}

int renameat2(int from_folder, const char* from, int to_folder, const char* to, unsigned flags) noexcept {
  if (fails(effect_on(FaultKind::rename, to))) return -1;
  return static_cast<int>(syscall(SYS_renameat2, from_folder, from, to_folder, to, flags));
}

int linkat(int from_folder, const char* from, int to_folder, const char* to, int flags) noexcept {
  if (fails(effect_on(FaultKind::rename, to))) return -1;
  return static_cast<int>(syscall(SYS_linkat, from_folder, from, to_folder, to, flags));
}

int mkdir(const char* path, mode_t mode) noexcept {
  return fails(effect_on(FaultKind::rename, path)) ? -1 : static_cast<int>(syscall(SYS_mkdir, path, mode));
}

void* mmap(void* place, std::size_t size, int access, int flags, int file, off_t offset) noexcept {
  if (file >= 0 && fails(effect_on(FaultKind::map, file))) return MAP_FAILED;
  return reinterpret_cast<void*>(syscall(SYS_mmap, place, size, access, flags, file, offset));
}

void* mmap64(void* place, std::size_t size, int access, int flags, int file, off64_t offset) noexcept {
  return mmap(place, size, access, flags, file, offset);
}

void* malloc(std::size_t size) noexcept {
  if (!refuses_allocation(size)) return __libc_malloc(size);
  errno = ENOMEM;
  return nullptr;
}

void* calloc(std::size_t count, std::size_t size) noexcept {
  if (!refuses_allocation(count * size)) return __libc_calloc(count, size);
  errno = ENOMEM;
  return nullptr;
}

void* realloc(void* memory, std::size_t size) noexcept {
  if (!refuses_allocation(size)) return __libc_realloc(memory, size);
  errno = ENOMEM;
  return nullptr;
}

void* memalign(std::size_t alignment, std::size_t size) noexcept {
  if (!refuses_allocation(size)) return __libc_memalign(alignment, size);
  errno = ENOMEM;
  return nullptr;
}

void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
  return memalign(alignment, size);
}

int posix_memalign(void** memory, std::size_t alignment, std::size_t size) noexcept {
  void* const found = memalign(alignment, size);
  if (!found) return ENOMEM;
  *memory = found;
  return 0;
}

}  // extern "C"
