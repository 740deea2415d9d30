#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace dragoman {

/// How often each client may ask: so many times at once, and again as a minute goes by (a leaky bucket, as the generic
/// cell rate algorithm of ITU-T I.371 keeps it: of each client the time when its bucket is empty). Threads may share
/// it.
class RateLimit {
 public:
  using Clock = std::chrono::steady_clock;

  /// per_minute: at least 1. Nothing if the client may ask now, which counts; else how long it is to wait, at least a
  /// second, and it does not count.
  std::optional<std::chrono::seconds> ask(const std::string& client, int per_minute, Clock::time_point now);

  /// Clients that are remembered: those that have asked within a minute, and some more.
  std::size_t clients() const;

 private:
  void forget_empty(Clock::time_point now);

  mutable std::mutex mutex_;
  std::unordered_map<std::string, Clock::time_point> empty_at_;
  std::size_t forget_at_ = 1024;  // clients
};

/// Whose address it is, as far as that can be said: of IPv6 the first 64 bits, which a network has to itself.
std::string client_of_address(std::string_view address);

}  // namespace dragoman
