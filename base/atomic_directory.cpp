#include "base/atomic_directory.h"

#include "base/atomic_file.h"
#include "base/checksum.h"
#include "base/file_place.h"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <fcntl.h>
#include <fmt/format.h>
#include <optional>
#include <stdexcept>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

namespace fs = std::filesystem;

constexpr const char* kMark = "written_by.txt";

// Absolute, without links and without a slash at its end.
fs::path place_of(const fs::path& path) {
  const fs::path place = fs::weakly_canonical(fs::absolute(behind_links(path)));
  return place.has_filename() ? place : place.parent_path();
}

bool is_mount_point(const fs::path& path) {
  struct statx status {};
  return ::statx(AT_FDCWD, path.c_str(), 0, 0, &status) == 0 &&
         (status.stx_attributes_mask & status.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

std::vector<fs::path> sorted_entries(const fs::path& folder) {
  std::vector<fs::path> entries;
  for (const auto& entry : fs::directory_iterator(folder)) entries.push_back(entry.path());
  std::ranges::sort(entries);
  return entries;
}

// Of the names and contents of all files but the mark; none if anything else than files is there.
std::optional<std::uint32_t> checksum_of(const fs::path& folder) {
  std::uint32_t sum = 0;
  for (const fs::path& entry : sorted_entries(folder)) {
    if (!fs::is_regular_file(fs::symlink_status(entry))) return std::nullopt;
    const std::string name = entry.filename().string();
    if (name == kMark) continue;
    sum = crc32_of(fmt::format("{}\n{}\n", name, fs::file_size(entry)), sum);
    sum = crc32_of_file(entry, sum);
  }
  return sum;
}

// Whether `folder` is as an AtomicDirectory left it.
bool is_as_written(const fs::path& folder) {
  const fs::path mark = folder / kMark;
  if (!fs::is_regular_file(fs::symlink_status(mark))) return false;
  const std::string text = read_file(mark);
  const auto sum = checksum_of(folder);
  return sum && text.ends_with(fmt::format("\n{:08x}\n", *sum));
}

void sync(const fs::path& path, int flags) {
  const Descriptor opened(::open(path.c_str(), flags | O_RDONLY | O_CLOEXEC));
  if (!opened || (::fsync(opened.number()) != 0 && errno != EINVAL)) fail_with_errno(path, "sync");
}

// What fails is what the caller makes of it.
std::string obstacle_at(const fs::path& place) {
  const fs::file_status status = fs::status(place);
  if (!fs::exists(status)) return {};
  if (!fs::is_directory(status)) return "is a file; name a folder";
  std::error_code gone;
  if (fs::equivalent(place, ".", gone)) return "is the folder that you are in; name one in it, or beside it";
  if (is_mount_point(place)) return "is where a disk is mounted; name a folder in it";
  if (fs::is_empty(place) || is_as_written(place)) return {};
  const std::vector<fs::path> entries = sorted_entries(place);
  return fmt::format(
      "holds {}{}, and not only what quantize, heads or export wrote there; name another folder, or "
      "remove this one",
      entries.front().filename().string(), entries.size() > 1 ? " and other files" : "");
}

}  // namespace

std::string obstacle_to_replacing(const fs::path& path) {
  try {
    return obstacle_at(place_of(path));
  } catch (const fs::filesystem_error& error) {
    return fmt::format("cannot be looked into ({}); name another folder", error.code().message());
  }
}

AtomicDirectory::AtomicDirectory(const fs::path& path, std::string writer, StopCheck stop)
    : path_(place_of(path)), folder_(temporary_name(path_)), writer_(std::move(writer)), stop_(std::move(stop)) {
  const std::string obstacle = obstacle_to_replacing(path_);
  if (!obstacle.empty()) throw std::runtime_error(fmt::format("{}: {}", path_.string(), obstacle));
  make_folder();
}

AtomicDirectory::~AtomicDirectory() {
  std::error_code error;
  if (lock_) fs::remove_all(folder_, error);
}

// What has this name and is not locked is of a process that was killed.
void AtomicDirectory::make_folder() {
  std::error_code error;
  fs::create_directories(path_.parent_path(), error);
  while (!error) {
    if (::mkdir(folder_.c_str(), 0777) != 0 && errno != EEXIST) break;
    Descriptor made(::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!made) {
      if (errno == ENOENT) continue;
      break;
    }
    if (::flock(made.number(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
      throw std::runtime_error(
          fmt::format("{}: another process is writing it; wait for it, or name another folder", path_.string()));
    }
    if (!is_name_of(folder_, made.number())) continue;
    for (const fs::path& left : sorted_entries(folder_)) fs::remove_all(left);
    lock_ = std::move(made);
    return;
  }
  if (!error) error = {errno, std::generic_category()};
  throw std::runtime_error(fmt::format("{}: cannot make this folder: {}", path_.string(), error.message()));
}

void AtomicDirectory::check_stop() const {
  if (stop_) stop_();
}

void AtomicDirectory::commit() {
  check_stop();
  write_file_atomically(folder_ / kMark, fmt::format("{}\n{:08x}\n", writer_, checksum_of(folder_).value()));
  for (const fs::path& entry : sorted_entries(folder_)) {
    sync(entry, 0);
    check_stop();
  }
  take_mode_and_owner(lock_.number(), path_);
  sync(folder_, O_DIRECTORY);
  const std::string obstacle = obstacle_to_replacing(path_);  // which may have come meanwhile
  if (!obstacle.empty()) throw std::runtime_error(fmt::format("{}: {}", path_.string(), obstacle));
  check_stop();
  take_name();
  lock_.close();
  sync_folder_of(path_);
  std::error_code error;
  fs::remove_all(folder_, error);  // what was replaced; the next writer removes what stays
}

void AtomicDirectory::take_name() {
  const auto rename = [&](unsigned flags) {
    return ::renameat2(AT_FDCWD, folder_.c_str(), AT_FDCWD, path_.c_str(), flags) == 0;
  };
  if (rename(RENAME_EXCHANGE)) return;
  fs::path aside = folder_;
  aside += ".old";
  const bool cannot_exchange = errno == EINVAL || errno == ENOSYS;
  if (cannot_exchange && ::rename(path_.c_str(), aside.c_str()) != 0 && errno != ENOENT)
    fail_with_errno(path_, "replace");
  if (!rename(0)) fail_with_errno(path_, "replace");
  std::error_code error;
  if (cannot_exchange) fs::remove_all(aside, error);
}

}  // namespace dragoman
