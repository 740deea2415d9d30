#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace dragoman {

/// Files that clients fetch soon after they were made, in memory: each for some time, and the oldest go where all are
/// more than may be.
class FileStore {
 public:
  using Clock = std::chrono::steady_clock;

  FileStore(std::size_t most_bytes, Clock::duration time) : most_bytes_(most_bytes), time_(time) {}

  /// Returns a name that nobody guesses.
  std::string add(std::string file_name, std::string bytes);

  struct File {
    std::string name, file_name;
    std::shared_ptr<const std::string> bytes;
    Clock::time_point added;
  };
  /// Nothing if it is not there any more.
  std::optional<File> find(const std::string& name);

 private:
  void drop(Clock::time_point now);

  std::size_t most_bytes_;
  Clock::duration time_;
  std::mutex mutex_;
  std::deque<File> files_;
  std::size_t bytes_ = 0;
};

}  // namespace dragoman
