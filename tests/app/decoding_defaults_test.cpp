#include "app/decoding_defaults.h"

#include <gtest/gtest.h>
#include <set>
#include <string>

namespace dragoman {
namespace {

SearchOptions searched(const DecodingDefaults& defaults, const std::set<std::string>& given) {
  SearchOptions search;
  apply_decoding_defaults(
      defaults, [&](const std::string& name) { return given.contains(name); }, search);
  return search;
}

TEST(DecodingDefaults, ReplaceWhatNobodyHasGiven) {
  const DecodingDefaults defaults{.beam_size = 3,
                                  .length_penalty = 0.6,
                                  .min_length = 2,
                                  .max_length = 200,
                                  .never_produced = {},
                                  .forces_end = {}};
  const SearchOptions all = searched(defaults, {});
  EXPECT_EQ(all.beam_size, 3);
  EXPECT_EQ(all.length_penalty, 0.6);
  EXPECT_EQ(all.min_length, 2);
  EXPECT_EQ(all.max_length, 200);
  const SearchOptions usual;
  const SearchOptions none = searched(defaults, {"beam-size", "length-penalty", "min-length", "max-length"});
  EXPECT_EQ(none.beam_size, usual.beam_size);
  EXPECT_EQ(none.length_penalty, usual.length_penalty);
  EXPECT_EQ(none.min_length, usual.min_length);
  EXPECT_EQ(none.max_length, usual.max_length);
}

TEST(DecodingDefaults, OfAModelWithoutAnyChangeNothing) {
  EXPECT_EQ(searched({}, {}).beam_size, SearchOptions().beam_size);
  EXPECT_EQ(searched({}, {}).max_length, SearchOptions().max_length);
}

TEST(DecodingDefaults, GiveWayToALimitInProportionToTheSource) {
  DecodingDefaults defaults;
  defaults.max_length = 200;
  EXPECT_EQ(searched(defaults, {"max-length-ratio"}).max_length, 0);
  EXPECT_EQ(searched(defaults, {"max-length-extra"}).max_length, 0);
}

}  // namespace
}  // namespace dragoman
