#include "decoding/search/search_options.h"

#include <cmath>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>

namespace dragoman {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

TEST(SearchOptions, DefaultsAreValid) {
  EXPECT_NO_THROW(SearchOptions{}.validate());
}

TEST(SearchOptions, RefusesWhatIsOutOfRangeNamingFlagAndLimit) {
  struct Case {
    std::function<void(SearchOptions&)> change;
    std::string flag, limit;
  };
  const Case cases[] = {
      {[](SearchOptions& o) { o.beam_size = 0; }, "--beam-size is 0", "from 1 to 1000"},
      {[](SearchOptions& o) { o.beam_size = 1001; }, "--beam-size is 1001", "from 1 to 1000"},
      {[](SearchOptions& o) { o.n_best = 0; }, "--n-best is 0", "from 1"},
      {[](SearchOptions& o) { o.n_best = 6; }, "--n-best 6", "--beam-size 5"},
      {[](SearchOptions& o) { o.length_penalty = -0.1; }, "--length-penalty", "from 0 to 10"},
      {[](SearchOptions& o) { o.length_penalty = std::nan(""); }, "--length-penalty", "from 0 to 10"},
      {[](SearchOptions& o) { o.min_length = -1; }, "--min-length is -1", "from 0"},
      {[](SearchOptions& o) { o.max_length = -1; }, "--max-length is -1", "from 0"},
      {[](SearchOptions& o) { o.max_length_ratio = -1.0; }, "--max-length-ratio", "from 0"},
      {[](SearchOptions& o) { o.max_length_extra = -1; }, "--max-length-extra", "from 0"},
      {[](SearchOptions& o) { o.min_length = 9, o.max_length = 8; }, "--min-length 9", "--max-length 8"},
      {[](SearchOptions& o) { o.min_length = 9, o.model_max_length = 8; }, "--min-length 9", "8 positions"},
  };
  for (const Case& c : cases) {
    SearchOptions options;
    c.change(options);
    EXPECT_THAT([&] { options.validate(); },
                ThrowsMessage<std::invalid_argument>(AllOf(HasSubstr(c.flag), HasSubstr(c.limit))));
  }
}

TEST(SearchOptions, LengthLimitFollowsTheSourceUnlessGiven) {
  SearchOptions options;
  options.max_length_ratio = 1.5;
  options.max_length_extra = 10;
  EXPECT_EQ(options.length_limit(0), 10);
  EXPECT_EQ(options.length_limit(5), 17);
  EXPECT_EQ(options.length_limit(100), 160);
  options.min_length = 30;
  EXPECT_EQ(options.length_limit(5), 30) << "the minimum wins over a relative limit";
  options.max_length = 40;
  EXPECT_EQ(options.length_limit(5), 40);
  EXPECT_EQ(options.length_limit(1000), 40);
  options.model_max_length = 35;
  EXPECT_EQ(options.length_limit(1000), 35);
}

TEST(SearchOptions, LengthLimitIsNeverZeroAndNeverOverflows) {
  SearchOptions options;
  options.max_length_ratio = 0.0;
  options.max_length_extra = 0;
  EXPECT_EQ(options.length_limit(7), 1);
  options.max_length_ratio = 1000.0;
  EXPECT_EQ(options.length_limit(2'000'000'000), 100000);
}

}  // namespace
}  // namespace dragoman
