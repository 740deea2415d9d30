#include "base/file_place.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <fmt/format.h>
#include <optional>
#include <stdexcept>
#include <string>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace dragoman {
namespace {

namespace fs = std::filesystem;

constexpr int kMostLinks = 40;  // no chain is as long as this

fs::path behind_one_link(const fs::path& path) {
  return path.parent_path() / fs::read_symlink(path);
}

bool is_link(const fs::path& path) {
  std::error_code error;
  return fs::is_symlink(fs::symlink_status(path, error));
}

// The number that a name in /proc/self/fd stands for.
std::optional<int> named_descriptor(fs::path path) {
  std::error_code error;
  const fs::path descriptors = fs::canonical("/proc/self/fd", error);
  if (error) return std::nullopt;
  for (int hops = 0; hops < kMostLinks; ++hops) {
    const std::string name = path.filename().string();
    const bool is_number =
        !name.empty() && name.size() < 9 && std::ranges::all_of(name, [](char c) { return c >= '0' && c <= '9'; });
    if (is_number && fs::canonical(folder_of(path), error) == descriptors) return std::atoi(name.c_str());
    if (!is_link(path)) break;
    path = behind_one_link(path);
  }
  return std::nullopt;
}

}  // namespace

fs::path folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : ".";
}

// What a link leads to need not exist yet, so that no library call resolves it.
fs::path behind_links(fs::path path) {
  for (int hops = 0; hops < kMostLinks && is_link(path); ++hops) path = behind_one_link(path);
  return path;
}

fs::path file_to_replace(const fs::path& path) {
  fs::path file = behind_links(path);
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) return file;
  if (S_ISDIR(status.st_mode)) throw std::runtime_error(fmt::format("{}: is a directory; name a file", path.string()));
  constexpr mode_t kAnyWrite = S_IWUSR | S_IWGRP | S_IWOTH;
  if (::faccessat(AT_FDCWD, file.c_str(), W_OK, AT_EACCESS) != 0 || (status.st_mode & kAnyWrite) == 0) {
    throw std::runtime_error(
        fmt::format("{}: may not be written; name another file, or allow it (chmod u+w)", path.string()));
  }
  return file;
}

Descriptor open_in_place(const fs::path& path) {
  if (const auto number = named_descriptor(path)) {
    Descriptor same(::fcntl(*number, F_DUPFD_CLOEXEC, 0));
    if (!same) fail_with_errno(path, "open");
    if ((::fcntl(same.number(), F_GETFL) & O_ACCMODE) == O_RDONLY)
      throw std::runtime_error(fmt::format("{}: is open for reading only", path.string()));
    return same;
  }
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0 || S_ISREG(status.st_mode) || S_ISDIR(status.st_mode)) return Descriptor();
  Descriptor opened(::open(path.c_str(), O_WRONLY | O_NOCTTY | O_CLOEXEC));
  if (!opened) fail_with_errno(path, "open");
  return opened;
}

void take_mode_and_owner(int descriptor, const fs::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return;
  // The group alone may be allowed where the owner is not; a change of either takes away bits of the mode.
  if (::fchown(descriptor, status.st_uid, status.st_gid) != 0)
    (void)!::fchown(descriptor, static_cast<uid_t>(-1), status.st_gid);
  ::fchmod(descriptor, status.st_mode & 07777);
}

void sync_folder_of(const fs::path& path) {
  const fs::path folder = folder_of(path);
  const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // Not every folder that may be written may be read, nor does every file system sync folders.
  if (!opened || ::fsync(opened.number()) == 0 || errno == EINVAL || errno == ENOTSUP) return;
  fail_with_errno(folder, "sync");
}

}  // namespace dragoman
