#pragma once

#include "app/serve/http/server.h"

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace dragoman {

/// What has been done since the server was started.
class Statistics {
 public:
  /// Upper ends of the classes of times, in seconds.
  static constexpr std::array<double, 13> kTimes = {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60};

  /// endpoint: a path that is served; what is not is counted as one.
  void add(const std::string& endpoint, const HttpRecord& record);
  /// Of texts that were translated: not of those that were refused, given up or not brought to an end.
  void add_characters(std::uint64_t characters) { characters_ += characters; }

  std::uint64_t characters() const { return characters_; }

  /// In the text format of Prometheus.
  std::string to_text() const;

 private:
  struct OfEndpoint {
    std::map<int, std::uint64_t> by_status;
    std::array<std::uint64_t, kTimes.size()> by_time{};
    std::uint64_t count = 0;
    double seconds = 0;
  };
  mutable std::mutex mutex_;
  std::map<std::string, OfEndpoint> endpoints_;
  std::atomic<std::uint64_t> characters_ = 0;
};

}  // namespace dragoman
