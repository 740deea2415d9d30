#include "metrics/ngram_matcher.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <random>
#include <vector>

namespace dragoman {
namespace {

using testing::ElementsAre;
using Tokens = std::vector<std::uint32_t>;
using Counts = std::vector<std::int64_t>;

Counts counts(const NgramMatcher& matcher) {
  return {matcher.matches().begin(), matcher.matches().end()};
}

// The definition, word for word.
Counts plain_matches(const Tokens& hypothesis, const std::vector<Tokens>& references, std::size_t max_order) {
  auto ngrams_of = [](const Tokens& tokens, std::size_t order) {
    std::map<Tokens, std::int64_t> counts;
    for (std::size_t i = 0; i + order <= tokens.size(); ++i) ++counts[Tokens(&tokens[i], &tokens[i] + order)];
    return counts;
  };
  Counts result(max_order);
  for (std::size_t order = 1; order <= max_order; ++order) {
    for (const auto& [ngram, count] : ngrams_of(hypothesis, order)) {
      std::int64_t best = 0;
      for (const Tokens& reference : references) {
        auto counts = ngrams_of(reference, order);
        best = std::max(best, counts[ngram]);
      }
      result[order - 1] += std::min(count, best);
    }
  }
  return result;
}

TEST(NgramMatcher, ClipsRepeatedTokens) {
  NgramMatcher matcher(4);
  matcher.set_hypothesis(Tokens{7, 7, 7, 7});
  matcher.add_reference(Tokens{7, 8, 7});
  EXPECT_THAT(counts(matcher), ElementsAre(2, 0, 0, 0));
  matcher.add_reference(Tokens{7, 7, 9});
  EXPECT_THAT(counts(matcher), ElementsAre(2, 1, 0, 0));
}

TEST(NgramMatcher, ForgetsReferences) {
  NgramMatcher matcher(2);
  matcher.set_hypothesis(Tokens{1, 2, 1});
  matcher.add_reference(Tokens{1, 2, 1});
  EXPECT_THAT(counts(matcher), ElementsAre(3, 2));
  matcher.forget_references();
  EXPECT_THAT(counts(matcher), ElementsAre(0, 0));
  matcher.add_reference(Tokens{1, 2});
  EXPECT_THAT(counts(matcher), ElementsAre(2, 1));
}

TEST(NgramMatcher, EmptySentencesMatchNothing) {
  NgramMatcher matcher(4);
  matcher.set_hypothesis({});
  matcher.add_reference(Tokens{1});
  EXPECT_THAT(counts(matcher), ElementsAre(0, 0, 0, 0));
  matcher.set_hypothesis(Tokens{1});
  matcher.add_reference({});
  EXPECT_THAT(counts(matcher), ElementsAre(0, 0, 0, 0));
}

TEST(NgramMatcher, AgreesWithTheDefinitionOnRandomSentences) {
  std::mt19937 random(1);
  for (const std::size_t max_order : {1u, 4u, 6u}) {
    NgramMatcher matcher(max_order);  // one object throughout: nothing may be left over from the sentence before
    auto sentence = [&](std::size_t longest) {
      Tokens tokens(random() % (longest + 1));
      for (auto& token : tokens) token = random() % 4 == 0 ? 0xFFFFFFFFu - random() % 2 : random() % 4;
      return tokens;
    };
    for (int round = 0; round < 300; ++round) {
      const Tokens hypothesis = sentence(round % 50 == 0 ? 400 : 20);
      std::vector<Tokens> references(1 + random() % 3);
      matcher.set_hypothesis(hypothesis);
      for (Tokens& reference : references) {
        reference = sentence(20);
        matcher.add_reference(reference);
      }
      ASSERT_EQ(counts(matcher), plain_matches(hypothesis, references, max_order)) << "round " << round;
      matcher.forget_references();
      matcher.add_reference(references.back());
      ASSERT_EQ(counts(matcher), plain_matches(hypothesis, {references.back()}, max_order)) << "round " << round;
    }
  }
}

}  // namespace
}  // namespace dragoman
