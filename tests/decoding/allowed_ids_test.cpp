#include "decoding/search/allowed_ids.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <vector>

namespace dragoman {
namespace {

using ::testing::ElementsAre;
using Ids = std::vector<std::int32_t>;

Ids allowed_of_six(const AllowedIds& allowed) {
  Ids ids;
  for (std::int32_t id = 0; id < 6; ++id) {
    if (allowed.contains(id)) ids.push_back(id);
  }
  return ids;
}

TEST(AllowedIds, AreAllAtFirst) {
  EXPECT_THAT(allowed_of_six({}), ElementsAre(0, 1, 2, 3, 4, 5));
}

TEST(AllowedIds, AreWhatEveryCallAllows) {
  AllowedIds allowed;
  allowed.forbid(Ids{4, 1});
  EXPECT_THAT(allowed_of_six(allowed), ElementsAre(0, 2, 3, 5));
  allowed.forbid(Ids{1, 0});
  EXPECT_THAT(allowed_of_six(allowed), ElementsAre(2, 3, 5));
  EXPECT_THAT(allowed.ids(), ElementsAre(0, 1, 4));
  allowed.keep_only(Ids{5, 3, 5, 1});
  EXPECT_THAT(allowed_of_six(allowed), ElementsAre(3, 5)) << "1 was forbidden before";
  EXPECT_THAT(allowed.ids(), ElementsAre(3, 5));
  allowed.forbid(Ids{3});
  EXPECT_THAT(allowed_of_six(allowed), ElementsAre(5));
  allowed.keep_only(Ids{3, 4});
  EXPECT_THAT(allowed_of_six(allowed), ElementsAre());
}

TEST(AllowedIds, AreForbiddenInAnyOrderAndAsOftenAsMayBe) {
  AllowedIds allowed;
  for (const Ids& ids : {Ids{5, 2, 5}, Ids{}, Ids{1, 3}, Ids{3, 1, 2}}) allowed.forbid(ids);
  EXPECT_THAT(allowed.ids(), ElementsAre(1, 2, 3, 5));
}

}  // namespace
}  // namespace dragoman
