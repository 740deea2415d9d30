#include "base/partial_file.h"

#include "base/atomic_file.h"
#include "base/checksum.h"
#include "base/file_place.h"
#include "base/text_position.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <stdexcept>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace dragoman {
namespace {

namespace fs = std::filesystem;

// Of .progress: its first line, and what the second and the last begin with.
constexpr std::string_view kHeader = "dragoman progress 2\n";
constexpr std::string_view kOutput = "output ";
constexpr std::string_view kSeal = "checksum ";

fs::path with_suffix(fs::path path, const char* suffix) {
  path += suffix;
  return path;
}

// Takes the first line, without its end, off `text`.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

std::string sealed(const std::string& text) {
  return fmt::format("{}{}{:08x}\n", text, kSeal, crc32_of(text));
}

// What sealed() was given; nothing if this is not what it made.
std::optional<std::string> unsealed(const std::string& text) {
  const std::size_t seal = kSeal.size() + 9;
  if (!text.starts_with(kHeader) || text.size() < seal) return std::nullopt;
  std::string inside = text.substr(0, text.size() - seal);
  return sealed(inside) == text ? std::optional(inside) : std::nullopt;
}

// Lines of "NAME: VALUE".
std::map<std::string, std::string> values_of(std::string_view lines) {
  std::map<std::string, std::string> values;
  while (!lines.empty()) {
    const std::string_view line = take_line(lines);
    const std::size_t colon = std::min(line.find(": "), line.size());
    values[std::string(line.substr(0, colon))] = line.substr(std::min(colon + 2, line.size()));
  }
  return values;
}

}  // namespace

PartialFile::PartialFile(const fs::path& path, std::string identity, bool restart)
    : path_(file_to_replace(path)),
      partial_(with_suffix(path_, ".partial")),
      progress_(with_suffix(path_, ".progress")),
      identity_(std::move(identity)) {
  for (const fs::path& file : {partial_, progress_}) {
    const fs::file_status status = fs::symlink_status(file);
    if (fs::exists(status) && !fs::is_regular_file(status))
      refuse(fmt::format("{} is in the way and no regular file; move it away", file.string()));
  }
  const bool existed = open();
  try {
    if (restart || !resume(existed)) begin_anew();
  } catch (...) {
    if (!existed) ::unlink(partial_.c_str());
    throw;
  }
}

PartialFile::~PartialFile() {
  if (!file_ || kept_) return;
  ::unlink(partial_.c_str());
  ::unlink(progress_.c_str());
}

void PartialFile::refuse(const std::string& what) const {
  throw std::runtime_error(fmt::format("{}: {}", path_.string(), what));
}

// Whether it was there.
bool PartialFile::open() {
  constexpr int kFlags = O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
  bool existed = true;
  file_ = Descriptor(::open(partial_.c_str(), kFlags));
  if (!file_ && errno == ENOENT) {
    existed = false;
    file_ = Descriptor(::open(partial_.c_str(), kFlags | O_CREAT | O_EXCL, 0666));
  }
  const bool made_by_another = !file_ && errno == EEXIST;
  if (!file_ && !made_by_another) fail_with_errno(path_, "write here");
  // Whoever held the lock a moment ago may have given the file its name.
  if (made_by_another || (::flock(file_.number(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) ||
      !is_name_of(partial_, file_.number()))
    refuse("another process is writing it; wait for it, or name another file");
  return existed;
}

// False if there is nothing to go on with.
bool PartialFile::resume(bool existed) {
  if (!fs::exists(progress_)) {
    if (!existed || fs::file_size(partial_) == 0) return false;
    refuse(fmt::format("{} is there, but no {} that tells what it is; move it away, or write over it with --restart",
                       partial_.string(), progress_.string()));
  }
  const auto progress = unsealed(read_file(progress_));
  std::string_view rest = progress ? std::string_view(*progress).substr(kHeader.size()) : std::string_view();
  const std::string_view output = take_line(rest);
  const auto position = parse_text_position(output.substr(std::min(output.size(), kOutput.size())));
  if (!output.starts_with(kOutput) || !position) {
    refuse(fmt::format("{} is damaged, or of another program or version; move it away, or begin anew with --restart",
                       progress_.string()));
  }
  if (!existed || position->bytes == 0) return false;
  const std::string_view note = take_line(rest);
  verify_identity(rest);
  if (fs::file_size(partial_) < position->bytes || crc32_of_file(partial_, 0, position->bytes) != position->checksum) {
    refuse(fmt::format("{} has changed since {} was written; begin anew with --restart", partial_.string(),
                       progress_.string()));
  }
  position_ = *position;
  note_ = note;
  kept_ = true;
  const auto end = static_cast<off_t>(position_.bytes);
  if (::ftruncate(file_.number(), end) != 0 || ::lseek(file_.number(), end, SEEK_SET) != end)
    fail_with_errno(path_, "write");
  return true;
}

void PartialFile::verify_identity(std::string_view earlier) const {
  if (earlier == identity_) return;
  std::map<std::string, std::string> theirs = values_of(earlier), ours = values_of(identity_);
  for (const auto* values : {&ours, &theirs}) {
    for (const auto& [name, value] : *values) {
      if (theirs[name] == ours[name]) continue;
      const auto shown = [](const std::string& text) { return text.empty() ? "nothing" : text; };
      refuse(
          fmt::format("{} was begun with another {}, {} rather than {}; give the same to go on with it, or begin "
                      "anew with --restart",
                      partial_.string(), name, shown(theirs[name]), shown(ours[name])));
    }
  }
}

void PartialFile::begin_anew() {
  if (::ftruncate(file_.number(), 0) != 0) fail_with_errno(path_, "write");
  take_mode_and_owner(file_.number(), path_);
  write_progress();
}

void PartialFile::write(std::string_view text) {
  if (!write_all(file_.number(), text)) fail_with_errno(path_, "write");
  position_.add(text);
}

void PartialFile::write_progress() {
  write_file_atomically(
      progress_, sealed(fmt::format("{}{}{}\n{}\n{}", kHeader, kOutput, to_string(position_), note_, identity_)));
}

void PartialFile::checkpoint(const std::string& note) {
  if (::fdatasync(file_.number()) != 0) fail_with_errno(path_, "write");
  note_ = note;
  write_progress();
  kept_ = true;
}

void PartialFile::commit() {
  if (::fsync(file_.number()) != 0) fail_with_errno(path_, "write");
  if (::rename(partial_.c_str(), path_.c_str()) != 0) fail_with_errno(path_, "replace");
  file_.close();
  ::unlink(progress_.c_str());
  sync_folder_of(path_);
}

}  // namespace dragoman
