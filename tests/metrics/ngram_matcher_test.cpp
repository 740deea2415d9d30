#include "metrics/ngram_matcher.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using testing::ElementsAre;
using Words = std::vector<std::string_view>;

// The definition, word for word.
std::array<std::int64_t, kMaxNgramOrder> plain_matches(const Words& hypothesis, const std::vector<Words>& references) {
  auto ngrams_of = [](const Words& words, std::size_t order) {
    std::map<Words, std::int64_t> counts;
    for (std::size_t i = 0; i + order <= words.size(); ++i) ++counts[Words(&words[i], &words[i] + order)];
    return counts;
  };
  std::array<std::int64_t, kMaxNgramOrder> result{};
  for (std::size_t order = 1; order <= kMaxNgramOrder; ++order) {
    for (const auto& [ngram, count] : ngrams_of(hypothesis, order)) {
      std::int64_t best = 0;
      for (const Words& reference : references) {
        auto counts = ngrams_of(reference, order);
        best = std::max(best, counts[ngram]);
      }
      result[order - 1] += std::min(count, best);
    }
  }
  return result;
}

TEST(NgramMatcher, ClipsRepeatedWords) {
  NgramMatcher matcher;
  matcher.set_hypothesis(Words{"the", "the", "the", "the"});
  matcher.add_reference(Words{"the", "cat", "the"});
  EXPECT_THAT(matcher.matches(), ElementsAre(2, 0, 0, 0));
  matcher.add_reference(Words{"the", "the", "mat"});
  EXPECT_THAT(matcher.matches(), ElementsAre(2, 1, 0, 0));
}

TEST(NgramMatcher, EqualIdsOfDifferentOrdersAreDifferentNgrams) {
  NgramMatcher matcher;
  matcher.set_hypothesis(Words{"a", "b", "c"});
  matcher.add_reference(Words{"a", "b", "b", "c"});
  EXPECT_THAT(matcher.matches(), ElementsAre(3, 2, 0, 0));
}

TEST(NgramMatcher, EmptySentencesMatchNothing) {
  NgramMatcher matcher;
  matcher.set_hypothesis({});
  matcher.add_reference(Words{"a"});
  EXPECT_THAT(matcher.matches(), ElementsAre(0, 0, 0, 0));
  matcher.set_hypothesis(Words{"a"});
  matcher.add_reference({});
  EXPECT_THAT(matcher.matches(), ElementsAre(0, 0, 0, 0));
}

TEST(NgramMatcher, AgreesWithTheDefinitionOnRandomSentences) {
  std::mt19937 random(1);
  const Words vocabulary{"a", "b", "c", "ab", "", "ä", "the"};
  auto sentence = [&](std::size_t longest) {
    Words words(random() % (longest + 1));
    for (auto& word : words) word = vocabulary[random() % vocabulary.size()];
    return words;
  };
  NgramMatcher matcher;  // one object throughout: nothing may be left over from the sentence before
  for (int round = 0; round < 500; ++round) {
    const Words hypothesis = sentence(round % 50 == 0 ? 400 : 20);
    std::vector<Words> references(1 + random() % 3);
    matcher.set_hypothesis(hypothesis);
    for (Words& reference : references) {
      reference = sentence(20);
      matcher.add_reference(reference);
    }
    ASSERT_EQ(matcher.matches(), plain_matches(hypothesis, references)) << "round " << round;
  }
}

}  // namespace
}  // namespace dragoman
