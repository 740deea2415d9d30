#include "base/atomic_file.h"

#include "base/file_place.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <fmt/format.h>
#include <stdexcept>
#include <sys/file.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace dragoman {
namespace {

std::string name_in_proc(const Descriptor& file) {
  return fmt::format("/proc/self/fd/{}", file.number());
}

// A file system without locks has nobody to tell whether a file is at work.
bool lock(const Descriptor& file) {
  return ::flock(file.number(), LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK;
}

// Removes what a process that was killed has left under this name; false if its process lives.
bool remove_left_over(const std::string& name) {
  const Descriptor left(::open(name.c_str(), O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!left) return errno == ENOENT;
  if (!lock(left)) return false;
  return !is_name_of(name, left.number()) || ::unlink(name.c_str()) == 0;
}

[[noreturn]] void refuse_second_writer(const std::filesystem::path& path) {
  throw std::runtime_error(fmt::format("{}: another process is writing it", path.string()));
}

}  // namespace

std::filesystem::path temporary_name(const std::filesystem::path& path) {
  return folder_of(path) / fmt::format(".{}.dragoman.tmp", path.filename().string());
}

AtomicFile::AtomicFile(std::filesystem::path path) : path_(std::move(path)), file_(open_in_place(path_)) {
  if (file_) return;
  path_ = file_to_replace(path_);
  temporary_ = temporary_name(path_).string();
  open();
  take_mode_and_owner(file_.number(), path_);
}

void AtomicFile::fail_to_write() const {
  if (errno != ENOENT) fail_with_errno(path_, "write");
  throw std::runtime_error(
      fmt::format("{}: cannot write: there is no folder {}", path_.string(), folder_of(path_).string()));
}

void AtomicFile::open() {
  file_ = Descriptor(::open(folder_of(path_).c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666));
  // It gets its name through /proc, which need not be there.
  if (file_ && ::access(name_in_proc(file_).c_str(), F_OK) == 0) {
    lock(file_);
  } else {
    open_named();
  }
}

void AtomicFile::open_named() {
  do {
    file_ = Descriptor(::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666));
    if (!file_) fail_to_write();
    if (!lock(file_)) refuse_second_writer(path_);
  } while (!is_name_of(temporary_, file_.number()));
  named_ = true;
  if (::ftruncate(file_.number(), 0) != 0) fail_to_write();  // of a process that was killed
}

AtomicFile::~AtomicFile() {
  if (file_ && named_) ::unlink(temporary_.c_str());
}

void AtomicFile::write(const void* bytes, std::size_t count) {
  if (!write_all(file_.number(), {static_cast<const char*>(bytes), count})) fail_to_write();
}

// Another process has it for a moment only, unless it was killed in that moment.
void AtomicFile::take_temporary_name() {
  using std::chrono::steady_clock;
  const auto give_up = steady_clock::now() + std::chrono::seconds(10);
  const std::string file = name_in_proc(file_);
  while (::linkat(AT_FDCWD, file.c_str(), AT_FDCWD, temporary_.c_str(), AT_SYMLINK_FOLLOW) != 0) {
    if (errno != EEXIST) fail_to_write();
    if (remove_left_over(temporary_)) continue;
    if (steady_clock::now() > give_up) refuse_second_writer(path_);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  named_ = true;
}

void AtomicFile::commit() {
  const bool in_place = temporary_.empty();
  // A pipe or a terminal cannot be synced.
  if (::fsync(file_.number()) != 0 && !(in_place && (errno == EINVAL || errno == EROFS))) fail_to_write();
  if (!in_place) {
    // Where nothing is to be replaced one step will do.
    const bool has_its_name =
        !named_ && ::linkat(AT_FDCWD, name_in_proc(file_).c_str(), AT_FDCWD, path_.c_str(), AT_SYMLINK_FOLLOW) == 0;
    if (!has_its_name) {
      if (!named_) take_temporary_name();
      if (::rename(temporary_.c_str(), path_.c_str()) != 0) fail_to_write();
    }
  }
  file_.close();
  if (!in_place) sync_folder_of(path_);
}

void write_file_atomically(const std::filesystem::path& path, std::string_view text) {
  AtomicFile file(path);
  file.write(text);
  file.commit();
}

std::string read_file(const std::filesystem::path& path) {
  const Descriptor file = open_to_read(path);
  struct stat status {};
  std::string contents;
  if (::fstat(file.number(), &status) == 0 && S_ISREG(status.st_mode))
    contents.reserve(static_cast<std::size_t>(status.st_size));
  std::array<char, 1 << 16> buffer;
  while (const std::size_t count = read_some(file, buffer.data(), buffer.size(), path))
    contents.append(buffer.data(), count);
  return contents;
}

}  // namespace dragoman
