#include "app/serve/file_store.h"

#include <algorithm>
#include <fmt/format.h>
#include <random>
#include <utility>

namespace dragoman {
namespace {

// Of 128 bits from the system's generator.
std::string unguessable_name() {
  std::random_device random;
  return fmt::format("{:08x}{:08x}{:08x}{:08x}", random(), random(), random(), random());
}

}  // namespace

std::string FileStore::add(std::string file_name, std::string bytes) {
  const std::lock_guard lock(mutex_);
  const Clock::time_point now = Clock::now();
  bytes_ += bytes.size();
  files_.push_back(
      {unguessable_name(), std::move(file_name), std::make_shared<const std::string>(std::move(bytes)), now});
  drop(now);
  return files_.back().name;
}

std::optional<FileStore::File> FileStore::find(const std::string& name) {
  const std::lock_guard lock(mutex_);
  drop(Clock::now());
  const auto found = std::ranges::find(files_, name, &File::name);
  return found == files_.end() ? std::nullopt : std::optional(*found);
}

// The last one stays whatever its size.
void FileStore::drop(Clock::time_point now) {
  while (!files_.empty() && (now - files_.front().added > time_ || (bytes_ > most_bytes_ && files_.size() > 1))) {
    bytes_ -= files_.front().bytes->size();
    files_.pop_front();
  }
}

}  // namespace dragoman
