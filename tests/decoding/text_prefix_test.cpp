#include "decoding/search/text_prefix.h"

#include "decoding/search/beam_search.h"
#include "tests/decoding/enumeration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

// 0 is the end, 1 no text.
const std::vector<std::string>& surfaces() {
  static const std::vector<std::string> all{"", "", "▁a", "▁ab", "b", "▁", "c", "▁abc", "▁d"};
  return all;
}

TEST(VocabularyTextTest, KnowsWhatCanBeginAText) {
  const VocabularyText text(surfaces());
  EXPECT_THAT(text.spelling("▁ab"), UnorderedElementsAre(2, 3, 5, 7));
  EXPECT_THAT(text.spelling("b"), ElementsAre(4));
  EXPECT_THAT(text.spelling("x"), IsEmpty());
  EXPECT_THAT(text.spelling("▁"), UnorderedElementsAre(5, 2, 3, 7, 8));
}

class TextPrefixTest : public ::testing::Test {
 protected:
  static constexpr std::int32_t kEnd = FakeScorer::kEos;

  static std::vector<std::int32_t> allowed(const TextPrefix& constraint, const Prefix& prefix) {
    AllowedIds ids;
    constraint.restrict(prefix, ids);
    std::vector<std::int32_t> result;
    for (std::int32_t id = 0; id < 9; ++id) {
      if (ids.contains(id)) result.push_back(id);
    }
    return result;
  }

  const VocabularyText text_{surfaces()};
};

TEST_F(TextPrefixTest, IdsAreAsTheyAreAndTheTextIsSpeltSomehow) {
  const TextPrefix constraint({{8}, "▁ab", "", false}, kEnd, text_);
  EXPECT_THAT(allowed(constraint, {}), ElementsAre(8));
  EXPECT_THAT(allowed(constraint, {8}), ElementsAre(2, 3, 5, 7));
  EXPECT_THAT(allowed(constraint, {8, 2}), ElementsAre(4));
  EXPECT_EQ(allowed(constraint, {8, 3}).size(), 9u) << "the word may go on";
  EXPECT_EQ(allowed(constraint, {8, 7}).size(), 9u);
  EXPECT_FALSE(constraint.is_met(Prefix{8, 2}));
  EXPECT_TRUE(constraint.is_met(Prefix{8, 2, 4}));
}

TEST_F(TextPrefixTest, AWordThatIsCompleteDoesNotGoOn) {
  const TextPrefix constraint({{}, "▁a", "▁", false}, kEnd, text_);
  EXPECT_THAT(allowed(constraint, {}), ElementsAre(2, 5));
  EXPECT_THAT(allowed(constraint, {2}), ElementsAre(0, 2, 3, 5, 7, 8));
  EXPECT_TRUE(constraint.is_met(Prefix{2}));
}

TEST_F(TextPrefixTest, ItsLastWordMayHaveToEnd) {
  const TextPrefix constraint({{}, "▁a", "", false, true}, kEnd, text_);
  EXPECT_THAT(allowed(constraint, {}), ElementsAre(2, 5)) << "what is longer goes on with the word";
  EXPECT_THAT(allowed(constraint, {2}), ElementsAre(0, 1, 2, 3, 5, 7, 8));
  EXPECT_EQ(allowed(constraint, {2, 8}).size(), 9u);
}

TEST_F(TextPrefixTest, KnowsWhatIsBehindIt) {
  const TextPrefix constraint({{8}, "▁a", "", false}, kEnd, text_);
  EXPECT_EQ(constraint.text_behind(Prefix{}), std::nullopt);
  EXPECT_EQ(constraint.text_behind(Prefix{8, 5}), std::nullopt);
  EXPECT_EQ(constraint.text_behind(Prefix{8, 2}), "");
  EXPECT_EQ(constraint.text_behind(Prefix{8, 7, 6}), "bcc");
}

TEST_F(TextPrefixTest, IsStrongerThanWhatWasForbidden) {
  const TextPrefix constraint({{8}, "▁a", "", false}, kEnd, text_);
  AllowedIds ids;
  ids.forbid(std::vector<std::int32_t>{8});
  constraint.restrict({}, ids);
  EXPECT_TRUE(ids.contains(8));
  EXPECT_FALSE(ids.contains(2));
}

TEST_F(TextPrefixTest, NothingComesBehindWhatIsAll) {
  const TextPrefix constraint({{2, 4}, "", "", true}, kEnd, text_);
  EXPECT_THAT(allowed(constraint, {2}), ElementsAre(4));
  EXPECT_THAT(allowed(constraint, {2, 4}), ElementsAre(kEnd));
}

TEST_F(TextPrefixTest, ALargeBeamFindsTheBestThatBeginsSo) {
  SearchOptions wide;
  wide.beam_size = wide.n_best = 1000;
  wide.min_length = 0;
  wide.max_length = 3;
  const TextPrefix constraint({{}, "▁ab", "", false}, kEnd, text_);
  const auto begins = [&](const Hypothesis& h) {
    std::string whole;
    for (const std::int32_t id : h.ids) {
      if (surfaces()[static_cast<std::size_t>(id)].empty() && whole.size() < 5) return false;
      whole += surfaces()[static_cast<std::size_t>(id)];
    }
    return whole.starts_with("▁ab");
  };
  for (std::uint32_t seed = 0; seed < 5; ++seed) {
    const NextProbabilities language = random_language(seed, 9);
    FakeScorer scorer(language);
    const auto found =
        beam_search(scorer, std::vector<SearchedSentence>{{5}}, {FakeScorer::kStart, kEnd}, wide, {&constraint});
    std::vector<Hypothesis> expected = keep_if(enumerate(language, wide, 3), begins);
    expect_found(keep_if(found[0], begins), expected);
  }
}

}  // namespace
}  // namespace dragoman
