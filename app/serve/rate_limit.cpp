#include "app/serve/rate_limit.h"

#include <algorithm>
#include <boost/asio/ip/address.hpp>

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
  boost::system::error_code error;
  const auto parsed = boost::asio::ip::make_address(std::string(address), error);
  if (error || !parsed.is_v6() || parsed.to_v6().is_v4_mapped()) return std::string(address);
  auto bytes = parsed.to_v6().to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), 0);
  return boost::asio::ip::address_v6(bytes).to_string();
}

}  // namespace dragoman
