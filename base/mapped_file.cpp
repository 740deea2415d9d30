#include "base/mapped_file.h"

#include "base/rounding.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <mutex>
#include <stdexcept>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace dragoman {
namespace {

[[noreturn]] void fail(const std::filesystem::path& path, std::string_view action, int error) {
  throw std::runtime_error(fmt::format("{}: cannot {}: {}", path.string(), action, std::strerror(error)));
}

// The mappings that there are, for a signal handler to look at. Those for which there is no place go without.
struct Mapping {
  std::atomic<const char*> begin{nullptr};
  std::size_t size = 0;
  char name[512] = {};
};
std::array<Mapping, 64> mappings;
std::mutex mappings_mutex;

// What lies behind the end of a file that was cut short has no bytes: whoever looks gets SIGBUS.
void end_by_name(int signal, siginfo_t* info, void*) {
  const auto* at = static_cast<const char*>(info->si_addr);
  for (const Mapping& mapping : mappings) {
    const char* begin = mapping.begin.load();
    if (!begin || at < begin || at >= begin + mapping.size) continue;
    for (const char* part : {"dragoman: ", mapping.name,
                             ": cannot read: the file has become shorter, or its disk fails; start again when it is "
                             "complete\n"}) {
      if (::write(STDERR_FILENO, part, std::strlen(part)) < 0) break;
    }
    ::_exit(1);
  }
  std::signal(signal, SIG_DFL);
  ::raise(signal);
}

void add_mapping(const std::filesystem::path& path, const void* begin, std::size_t size) {
  const std::lock_guard lock(mappings_mutex);
  static const bool handled = [] {
    struct sigaction action {};
    action.sa_sigaction = end_by_name;
    action.sa_flags = SA_SIGINFO;
    return ::sigaction(SIGBUS, &action, nullptr) == 0;
  }();
  for (Mapping& mapping : mappings) {
    if (!handled || mapping.begin.load()) continue;
    mapping.size = size;
    std::strncpy(mapping.name, path.c_str(), sizeof mapping.name - 1);
    mapping.begin = static_cast<const char*>(begin);
    return;
  }
}

void remove_mapping(const void* begin) {
  const std::lock_guard lock(mappings_mutex);
  for (Mapping& mapping : mappings) {
    if (mapping.begin.load() == begin) mapping.begin = nullptr;
  }
}

}  // namespace

MappedFile::MappedFile(const std::filesystem::path& path) : path_(path) {
  descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor_ < 0) fail(path, "open", errno);
  struct stat status {};
  int error = 0;
  if (::fstat(descriptor_, &status) != 0) {
    error = errno;
  } else if (S_ISDIR(status.st_mode)) {
    error = EISDIR;
  } else if (status.st_size > 0) {
    size_ = static_cast<std::size_t>(status.st_size);
    modified_ = status.st_mtim;
    start_ = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, descriptor_, 0);
    if (start_ == MAP_FAILED) error = errno;
  }
  if (error != 0) {
    ::close(descriptor_);
    fail(path, "read", error);
  }
  if (start_) add_mapping(path_, start_, size_);
}

void MappedFile::read(std::uint64_t begin, std::span<std::byte> bytes) const {
  while (!bytes.empty()) {
    const ssize_t count = ::pread(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(begin));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail(path_, "read", errno);
    if (count == 0)
      throw std::runtime_error(fmt::format("{}: cannot read: the file has become shorter", path_.string()));
    begin += static_cast<std::uint64_t>(count);
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
}

void MappedFile::require_unchanged() const {
  struct stat status {};
  if (::fstat(descriptor_, &status) != 0) fail(path_, "read", errno);
  const struct timespec& modified = status.st_mtim;
  if (static_cast<std::size_t>(status.st_size) == size_ && modified.tv_sec == modified_.tv_sec &&
      modified.tv_nsec == modified_.tv_nsec)
    return;
  throw std::runtime_error(
      fmt::format("{}: was written to while it was read; start again when it is complete", path_.string()));
}

// Whole pages: what else is on the first and the last one may be of use.
void MappedFile::forget(std::string_view part) const {
  static const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  const auto begin = rounded_up(reinterpret_cast<std::uintptr_t>(part.data()), page);
  const auto end = reinterpret_cast<std::uintptr_t>(part.data() + part.size()) / page * page;
  if (begin < end) ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);  // or it stays, and no harm
}

MappedFile::~MappedFile() {
  ::close(descriptor_);
  if (!start_) return;
  remove_mapping(start_);
  ::munmap(start_, size_);
}

}  // namespace dragoman
