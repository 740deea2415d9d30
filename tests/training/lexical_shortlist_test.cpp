#include "training/data/lexical_shortlist.h"

#include "base/memory.h"

#include <cstdint>
#include <gmock/gmock.h>
#include <random>
#include <stdexcept>
#include <vector>

namespace dragoman {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;
using Ids = std::vector<std::int32_t>;

// Source token s is always translated by s + 20, and every target ends with 19.
struct Corpus {
  std::vector<Ids> sources, targets;

  Corpus() {
    std::mt19937 generator(1);
    for (int i = 0; i < 300; ++i) {
      Ids source, target;
      for (int k = 0; k < 6; ++k) {
        source.push_back(static_cast<std::int32_t>(generator() % 20));
        target.insert(target.begin(), source.back() + 20);
      }
      target.push_back(19);
      sources.push_back(source);
      targets.push_back(target);
    }
  }
};

TEST(LexicalShortlist, FindsWhatTranslatesEachToken) {
  const Corpus corpus;
  const Shortlist shortlist =
      lexical_shortlist(corpus.sources, corpus.targets, 21, 40, {2}, false, {.per_token = 2, .frequent = 1});
  EXPECT_THAT(shortlist.always(), ElementsAre(2, 19));
  for (std::int32_t source = 0; source < 20; ++source)
    EXPECT_THAT(shortlist.list_for(Ids{source}), testing::Contains(source + 20)) << source;
  EXPECT_THAT(shortlist.list_for(Ids{20}), ElementsAre(2, 19)) << "a token that the corpus does not have";
  EXPECT_EQ(shortlist.tokens().size(), 40U);
}

// "the house", "the book", "a book": the shared words tell which is which (Brown et al. 1993).
TEST(LexicalShortlist, SharedWordsTellTheOthersApart) {
  const std::vector<Ids> sources = {{0, 1}, {0, 2}, {3, 2}}, targets = {{10, 11}, {10, 12}, {13, 12}};
  const Shortlist shortlist =
      lexical_shortlist(sources, targets, 4, 14, {}, true, {.per_token = 1, .frequent = 0, .iterations = 10});
  EXPECT_THAT(shortlist.tokens(), ElementsAre(10, 11, 12, 13));
  EXPECT_THAT(shortlist.list_for(Ids{1}), ElementsAre(1, 11)) << "and the token itself";
}

// A pair's tokens are paired each with each: one of 40,000 tokens would take 12.8 GB.
TEST(LexicalShortlist, LearnsNothingFromPairsThatAreTooLong) {
  Corpus corpus;
  const auto learn = [](const Corpus& from) {
    return lexical_shortlist(from.sources, from.targets, 21, 40, {2}, false, {.per_token = 2, .frequent = 1});
  };
  const Shortlist without = learn(corpus);
  corpus.sources.emplace_back(40'000, 3);
  corpus.targets.emplace_back(40'000, 39);
  corpus.sources.push_back({1});
  corpus.targets.emplace_back(257, 39);
  reset_memory_peak();
  const std::int64_t before = memory_use().now;
  const Shortlist with = learn(corpus);
  EXPECT_LT(memory_use().peak - before, 100'000'000);
  EXPECT_EQ(with.tokens(), without.tokens());
  EXPECT_EQ(with.always(), without.always());
}

// Where they are wanted, memory is still bounded by the pairs that differ.
TEST(LexicalShortlist, KeepsThePairsOfALongSentenceOnce) {
  const std::vector<Ids> sources = {Ids(5'000, 0)}, targets = {Ids(5'000, 1)};
  reset_memory_peak();
  const std::int64_t before = memory_use().now;
  const Shortlist shortlist =
      lexical_shortlist(sources, targets, 1, 2, {}, false, {.frequent = 0, .iterations = 1, .max_length = 5'000});
  EXPECT_THAT(shortlist.tokens(), ElementsAre(1));
  EXPECT_LT(memory_use().peak - before, 50'000'000) << "of 200 MB for all pairs";
}

TEST(LexicalShortlist, RefusesWhatIsOutOfRange) {
  const std::vector<Ids> one = {{0}}, none;
  const auto make = [&](const LexicalShortlistOptions& options) {
    return [&] { lexical_shortlist(one, one, 1, 1, {}, false, options); };
  };
  EXPECT_THAT(make({.per_token = 0}), ThrowsMessage<std::invalid_argument>(HasSubstr("--per-token is 0")));
  EXPECT_THAT(make({.frequent = -1}), ThrowsMessage<std::invalid_argument>(HasSubstr("--frequent is -1")));
  EXPECT_THAT(make({.iterations = 0}), ThrowsMessage<std::invalid_argument>(HasSubstr("--iterations is 0")));
  EXPECT_THAT(make({.max_length = 0}), ThrowsMessage<std::invalid_argument>(HasSubstr("--max-length is 0")));
  EXPECT_THROW(lexical_shortlist(one, none, 1, 1, {}, false, {}), std::invalid_argument);
}

}  // namespace
}  // namespace dragoman
