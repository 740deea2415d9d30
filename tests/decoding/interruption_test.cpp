#include "decoding/search/interruption.h"

#include "decoding/search/beam_search.h"
#include "tests/decoding/fake_scorer.h"

#include <algorithm>
#include <chrono>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stop_token>
#include <vector>

namespace dragoman {
namespace {

using std::chrono::steady_clock;
using ::testing::Property;
using ::testing::Throws;

using Reason = Interrupted::Reason;

auto throws_interrupted(Reason reason) {
  return Throws<Interrupted>(Property(&Interrupted::reason, reason));
}

TEST(Interruption, ComesWhenSomebodyAsksOrTheTimeIsOver) {
  EXPECT_NO_THROW(Interruption().check());
  std::stop_source source;
  Interruption interruption{source.get_token(), steady_clock::now() + std::chrono::hours(1)};
  EXPECT_NO_THROW(interruption.check());
  interruption.deadline = steady_clock::now();
  EXPECT_THAT([&] { interruption.check(); }, throws_interrupted(Reason::deadline));
  source.request_stop();
  EXPECT_THAT([&] { interruption.check(); }, throws_interrupted(Reason::stopped));
}

// The sentence never ends by itself; in the third step somebody asks for its end.
TEST(Interruption, EndsASearchAtItsNextStep) {
  std::stop_source source;
  std::size_t longest = 0;  // prefix that was asked for
  FakeScorer scorer([&](std::size_t, const Prefix& prefix) {
    longest = std::max(longest, prefix.size());
    if (longest == 2) source.request_stop();
    return std::vector<double>{0.0, 0.6, 0.4};
  });
  const Interruption interruption{source.get_token()};
  InterruptibleScorer interruptible(scorer, interruption);
  const std::vector<SearchedSentence> sentences{{1000}};
  SearchOptions options;
  options.beam_size = 2;
  EXPECT_THAT(
      [&] {
        beam_search(interruptible, sentences, {FakeScorer::kStart, FakeScorer::kEos}, options);
      },
      throws_interrupted(Reason::stopped));
  EXPECT_EQ(longest, 2U);
}

}  // namespace
}  // namespace dragoman
