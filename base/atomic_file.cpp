#include "base/atomic_file.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <stdexcept>
#include <sys/stat.h>
#include <unistd.h>

namespace dragoman {
namespace {

[[noreturn]] void fail(const std::filesystem::path& path, std::string_view action) {
  const int error = errno;
  throw std::runtime_error(fmt::format("{}: cannot {}: {}", path.string(), action, std::strerror(error)));
}

std::string name_in_proc(int descriptor) {
  return fmt::format("/proc/self/fd/{}", descriptor);
}

std::filesystem::path folder_of(const std::filesystem::path& path) {
  return path.has_parent_path() ? path.parent_path() : ".";
}

[[noreturn]] void fail_to_write(const std::filesystem::path& path) {
  if (errno != ENOENT) fail(path, "write");
  throw std::runtime_error(
      fmt::format("{}: cannot write: there is no folder {}", path.string(), folder_of(path).string()));
}

}  // namespace

std::filesystem::path file_behind(std::filesystem::path path) {
  if (std::filesystem::is_directory(path))
    throw std::runtime_error(fmt::format("{}: is a directory; name a file", path.string()));
  // What a link points to need not exist yet, so that no library call resolves it. No chain is as long as this.
  for (int hops = 0; hops < 40 && std::filesystem::is_symlink(std::filesystem::symlink_status(path)); ++hops)
    path = path.parent_path() / std::filesystem::read_symlink(path);
  return path;
}

// A rename is durable only once the directory that holds the name is synced too.
void sync_folder_of(const std::filesystem::path& path) {
  const std::filesystem::path folder = folder_of(path);
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

AtomicFile::AtomicFile(std::filesystem::path path) : path_(file_behind(std::move(path))) {
  temporary_ = fmt::format("{}.{}.tmp", path_.string(), ::getpid());
  open();
  if (descriptor_ < 0) fail_to_write(path_);
}

void AtomicFile::open() {
  const std::filesystem::path folder = folder_of(path_);
  descriptor_ = ::open(folder.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);
  // It gets its name through /proc, which need not be there.
  if (descriptor_ >= 0 && ::access(name_in_proc(descriptor_).c_str(), F_OK) == 0) return;
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  named_ = descriptor_ >= 0;
}

AtomicFile::~AtomicFile() {
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  if (named_) ::unlink(temporary_.c_str());
}

void AtomicFile::write(const void* bytes, std::size_t count) {
  const char* at = static_cast<const char*>(bytes);
  while (count > 0) {
    const ssize_t written = ::write(descriptor_, at, count);
    if (written < 0) {
      if (errno == EINTR) continue;
      fail_to_write(path_);
    }
    at += written;
    count -= static_cast<std::size_t>(written);
  }
}

void AtomicFile::commit() {
  if (::fsync(descriptor_) != 0) fail_to_write(path_);
  if (!named_) {
    ::unlink(temporary_.c_str());  // of a process that had this number before
    const std::string file = name_in_proc(descriptor_);
    if (::linkat(AT_FDCWD, file.c_str(), AT_FDCWD, temporary_.c_str(), AT_SYMLINK_FOLLOW) != 0) fail_to_write(path_);
    named_ = true;
  }
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) fail_to_write(path_);
  ::close(descriptor_);
  descriptor_ = -1;
  sync_folder_of(path_);
}

void write_file_atomically(const std::filesystem::path& path, std::string_view text) {
  AtomicFile file(path);
  file.write(text);
  file.commit();
}

std::string read_file(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) fail(path, "open");
  struct stat status {};
  std::string contents;
  if (::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode))
    contents.reserve(static_cast<std::size_t>(status.st_size));
  char buffer[1 << 16];
  for (;;) {
    const ssize_t count = ::read(descriptor, buffer, sizeof buffer);
    if (count == 0) break;
    if (count < 0) {
      if (errno == EINTR) continue;
      const int error = errno;
      ::close(descriptor);
      errno = error;
      fail(path, "read");
    }
    contents.append(buffer, static_cast<std::size_t>(count));
  }
  ::close(descriptor);
  return contents;
}

}  // namespace dragoman
