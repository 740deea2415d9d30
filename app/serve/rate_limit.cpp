#include "app/serve/rate_limit.h"

#include <algorithm>
#include <arpa/inet.h>
#include <cstdint>
#include <iterator>
#include <netinet/in.h>

namespace dragoman {

std::optional<std::chrono::seconds> RateLimit::ask(const std::string& client, int per_minute, Clock::time_point now) {
  constexpr std::chrono::minutes kBucket{1};
  const Clock::duration each = Clock::duration(kBucket) / per_minute;
  const std::lock_guard lock(mutex_);
  forget_empty(now);
  Clock::time_point& empty_at = empty_at_.try_emplace(client, now).first->second;
  const Clock::time_point filled = std::max(empty_at, now) + each;
  if (filled <= now + kBucket) {
    empty_at = filled;
    return std::nullopt;
  }
  return std::max(std::chrono::ceil<std::chrono::seconds>(filled - now - kBucket), std::chrono::seconds(1));
}

// Now and then, so that it costs each request little.
void RateLimit::forget_empty(Clock::time_point now) {
  if (empty_at_.size() < forget_at_) return;
  std::erase_if(empty_at_, [now](const auto& client) { return client.second <= now; });
  forget_at_ = std::max<std::size_t>(1024, 2 * empty_at_.size());
}

std::size_t RateLimit::clients() const {
  const std::lock_guard lock(mutex_);
  return empty_at_.size();
}

std::string client_of_address(std::string_view address) {
  std::string text(address);
  in6_addr parsed{};
  if (::inet_pton(AF_INET6, text.c_str(), &parsed) != 1 || IN6_IS_ADDR_V4MAPPED(&parsed)) return text;
  std::fill(std::begin(parsed.s6_addr) + 8, std::end(parsed.s6_addr), std::uint8_t{0});
  char network[INET6_ADDRSTRLEN];
  return ::inet_ntop(AF_INET6, &parsed, network, sizeof network);
}

}  // namespace dragoman
