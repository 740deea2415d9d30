#include "base/descriptor.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <stdexcept>
#include <sys/stat.h>
#include <unistd.h>

namespace dragoman {

void Descriptor::close() {
  if (number_ >= 0) ::close(std::exchange(number_, -1));
}

void fail_with_errno(const std::filesystem::path& path, std::string_view action) {
  const int error = errno;
  throw std::runtime_error(fmt::format("{}: cannot {}: {}", path.string(), action, std::strerror(error)));
}

Descriptor open_to_read(const std::filesystem::path& path) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) fail_with_errno(path, "open");
  return file;
}

std::size_t read_some(const Descriptor& file, char* bytes, std::size_t most, const std::filesystem::path& path) {
  for (;;) {
    const ssize_t count = ::read(file.number(), bytes, most);
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno != EINTR) fail_with_errno(path, "read");
  }
}

bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return false;
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

bool is_name_of(const std::filesystem::path& path, int descriptor) {
  struct stat named {
  }, opened{};
  return ::lstat(path.c_str(), &named) == 0 && ::fstat(descriptor, &opened) == 0 && named.st_dev == opened.st_dev &&
         named.st_ino == opened.st_ino;
}

}  // namespace dragoman
