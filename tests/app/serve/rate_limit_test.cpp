#include "app/serve/rate_limit.h"

#include <chrono>
#include <gtest/gtest.h>
#include <optional>
#include <string>

namespace dragoman {
namespace {

using namespace std::chrono_literals;

class RateLimits : public ::testing::Test {
 protected:
  std::optional<std::chrono::seconds> ask(const std::string& client, int per_minute = 6) {
    return limit_.ask(client, per_minute, now_);
  }

  RateLimit limit_;
  RateLimit::Clock::time_point now_ = RateLimit::Clock::now();
};

TEST_F(RateLimits, LetAClientAskSoOftenAtOnceAndThenAsTimeGoesBy) {
  for (int i = 0; i < 6; ++i) EXPECT_FALSE(ask("a")) << i;
  EXPECT_EQ(ask("a"), 10s);
  EXPECT_EQ(ask("a"), 10s) << "what is refused does not count";
  EXPECT_FALSE(ask("b")) << "others may";
  now_ += 9500ms;
  EXPECT_EQ(ask("a"), 1s);
  now_ += 500ms;
  EXPECT_FALSE(ask("a"));
  EXPECT_EQ(ask("a"), 10s);
  now_ += 1h;
  for (int i = 0; i < 6; ++i) EXPECT_FALSE(ask("a")) << "no more than a minute's is saved";
  EXPECT_TRUE(ask("a"));
}

TEST_F(RateLimits, CanBeSetAnew) {
  for (int i = 0; i < 6; ++i) ask("a");
  EXPECT_EQ(ask("a", 60), 1s);
  now_ += 1s;
  EXPECT_FALSE(ask("a", 60));
  EXPECT_EQ(ask("a", 1), 60s);
}

TEST_F(RateLimits, ForgetClientsThatAskNoMore) {
  for (int i = 0; i < 3000; ++i) {
    EXPECT_FALSE(ask(std::to_string(i)));
    now_ += 20ms;
  }
  EXPECT_LT(limit_.clients(), 2000U) << "each was empty after ten seconds, in which 500 asked";
  ask("busy", 1);
  for (int i = 0; i < 3000; ++i) ask("again" + std::to_string(i));
  EXPECT_TRUE(ask("busy", 1));
}

TEST_F(RateLimits, TakeANetworkForAClient) {
  EXPECT_EQ(client_of_address("192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(client_of_address("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
  EXPECT_EQ(client_of_address("2001:db8:1:2::7"), client_of_address("2001:db8:1:2:ffff::"));
  EXPECT_EQ(client_of_address("::ffff:192.0.2.7"), "::ffff:192.0.2.7");
  EXPECT_EQ(client_of_address(""), "");
}

}  // namespace
}  // namespace dragoman
