#include "training/data/lexical_shortlist.h"

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

TEST(LexicalShortlist, RefusesWhatIsOutOfRange) {
  const std::vector<Ids> one = {{0}}, none;
  const auto make = [&](const LexicalShortlistOptions& options) {
    return [&] { lexical_shortlist(one, one, 1, 1, {}, false, options); };
  };
  EXPECT_THAT(make({.per_token = 0}), ThrowsMessage<std::invalid_argument>(HasSubstr("--per-token is 0")));
  EXPECT_THAT(make({.frequent = -1}), ThrowsMessage<std::invalid_argument>(HasSubstr("--frequent is -1")));
  EXPECT_THAT(make({.iterations = 0}), ThrowsMessage<std::invalid_argument>(HasSubstr("--iterations is 0")));
  EXPECT_THROW(lexical_shortlist(one, none, 1, 1, {}, false, {}), std::invalid_argument);
}

}  // namespace
}  // namespace dragoman
