#include "base/partial_file.h"

#include "base/atomic_file.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sstream>
#include <stdexcept>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace dragoman {
namespace {

std::filesystem::path with_suffix(std::filesystem::path path, const char* suffix) {
  path += suffix;
  return path;
}

}  // namespace

PartialFile::PartialFile(std::filesystem::path path, std::string identity)
    : path_(file_behind(std::move(path))),
      partial_(with_suffix(path_, ".partial")),
      progress_(with_suffix(path_, ".progress")),
      identity_(std::move(identity)) {
  descriptor_ = ::open(partial_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
  if (descriptor_ < 0) fail("write here");
  try {
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0 || !still_has_its_name()) {
      throw std::runtime_error(
          fmt::format("{}: another process is writing it; wait for it, or name another file", path_.string()));
    }
    resume();
  } catch (...) {
    ::close(descriptor_);
    throw;
  }
}

// Whoever held the lock a moment ago may have given the file its name.
bool PartialFile::still_has_its_name() const {
  struct stat opened {
  }, named{};
  return ::fstat(descriptor_, &opened) == 0 && ::stat(partial_.c_str(), &named) == 0 && opened.st_ino == named.st_ino;
}

// The note is three lines: the position, the size, and the identity, which may be of several lines.
void PartialFile::resume() {
  if (!identity_.empty() && std::filesystem::exists(progress_)) {
    std::istringstream note(read_file(progress_));
    std::int64_t position = 0;
    std::uint64_t size = 0;
    std::string rest;
    struct stat status {};
    if (note >> position >> size && note.get() == '\n' && std::getline(note, rest, '\0') && rest == identity_ &&
        ::fstat(descriptor_, &status) == 0 && size <= static_cast<std::uint64_t>(status.st_size)) {
      position_ = position;
      size_ = size;
      kept_ = true;
    }
  }
  if (!kept_) std::filesystem::remove(progress_);
  const auto end = static_cast<off_t>(size_);
  if (::ftruncate(descriptor_, end) != 0 || ::lseek(descriptor_, end, SEEK_SET) != end) fail("write");
}

PartialFile::~PartialFile() {
  if (descriptor_ < 0) return;
  if (!kept_) ::unlink(partial_.c_str());
  ::close(descriptor_);
}

void PartialFile::fail(std::string_view action) const {
  const int error = errno;
  throw std::runtime_error(fmt::format("{}: cannot {}: {}", path_.string(), action, std::strerror(error)));
}

void PartialFile::write(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor_, text.data(), text.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      fail("write");
    }
    text.remove_prefix(static_cast<std::size_t>(written));
    size_ += static_cast<std::uint64_t>(written);
  }
}

void PartialFile::checkpoint(std::int64_t position) {
  if (identity_.empty()) return;
  if (::fdatasync(descriptor_) != 0) fail("write");
  write_file_atomically(progress_, fmt::format("{}\n{}\n{}", position, size_, identity_));
  kept_ = true;
}

void PartialFile::commit() {
  if (::fsync(descriptor_) != 0) fail("write");
  if (::rename(partial_.c_str(), path_.c_str()) != 0) fail("replace");
  ::unlink(progress_.c_str());
  ::close(descriptor_);
  descriptor_ = -1;
  sync_folder_of(path_);
}

}  // namespace dragoman
