#include "decoding/search/next_words.h"

#include "tests/decoding/enumeration.h"

#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr SearchTokens kWordTokens{FakeScorer::kStart, FakeScorer::kEos};

// 0 is the end, 6 no text.
const VocabularyText& letters() {
  static const VocabularyText text({"", "▁a", "▁ab", "b", "c", ".", ""});
  return text;
}

SearchOptions up_to(int longest) {
  SearchOptions options;
  options.min_length = 0;
  options.max_length = longest;
  return options;
}

struct Expected {
  double probability = 0;
  bool is_whole = true;
};

// A letter goes on with a word; nothing goes on with a full stop.
bool goes_on(const std::string& text, const std::string& surface) {
  return text.empty() || (text != "." && (surface == "b" || surface == "c"));
}

// Of everything that can come behind `prefix`, by enumeration: the word that it begins with, and how probable that is.
void enumerate_words(const NextProbabilities& language, const Prefix& prefix, const std::string& text,
                     double probability, std::size_t longest, std::map<std::string, Expected>& words) {
  const std::vector<double> next = language(0, prefix);
  for (std::size_t id = 0; id < next.size(); ++id) {
    const std::string& surface = letters().of(static_cast<std::int32_t>(id));
    const double p = probability * next[id];
    if (id == FakeScorer::kEos) {
      words[text].probability += p;
    } else if (!surface.empty()) {
      Prefix longer = prefix;
      longer.push_back(static_cast<std::int32_t>(id));
      const std::string whole = text + surface;
      if (!goes_on(text, surface)) {
        words[text].probability += p;
      } else if (longer.size() == longest) {
        words[whole].probability += p;
        words[whole].is_whole = false;
      } else {
        enumerate_words(language, longer, whole, p, longest, words);
      }
    }
  }
}

std::vector<NextWord> words_of(const NextProbabilities& language, const TextPrefix& prefix, int longest,
                               std::size_t count) {
  FakeScorer scorer(language);
  const std::vector<const TextPrefix*> prefixes{&prefix};
  return next_words(scorer, std::vector<SearchedSentence>{{5, {&prefix}}}, kWordTokens, up_to(longest), {}, prefixes,
                    count)[0];
}

TEST(NextWords, AreThoseOfExhaustiveEnumeration) {
  const TextPrefix none({}, FakeScorer::kEos, letters());
  for (std::uint32_t seed = 0; seed < 20; ++seed) {
    const NextProbabilities language = random_language(seed, 7);
    std::map<std::string, Expected> expected;
    enumerate_words(language, {}, "", 1, 3, expected);
    const std::vector<NextWord> found = words_of(language, none, 3, 100);
    ASSERT_EQ(found.size(), expected.size());
    for (const NextWord& word : found) {
      ASSERT_TRUE(expected.contains(word.text)) << word.text;
      EXPECT_NEAR(std::exp(word.log_prob), expected[word.text].probability, 1e-6) << word.text;
      EXPECT_EQ(word.is_whole, expected[word.text].is_whole) << word.text;
    }
    EXPECT_TRUE(std::ranges::is_sorted(found, std::ranges::greater(), &NextWord::log_prob));
  }
}

// The search ends early, and has the same words all the same.
TEST(NextWords, TheLikeliestAreThoseOfExhaustiveEnumeration) {
  const TextPrefix none({}, FakeScorer::kEos, letters());
  for (std::uint32_t seed = 0; seed < 20; ++seed) {
    const NextProbabilities language = random_language(seed, 7);
    std::map<std::string, Expected> all;
    enumerate_words(language, {}, "", 1, 3, all);
    std::vector<std::pair<double, std::string>> expected;
    for (const auto& [text, word] : all) expected.emplace_back(-word.probability, text);
    std::ranges::sort(expected);
    std::vector<std::string> likeliest{expected[0].second, expected[1].second}, found;
    for (const NextWord& word : words_of(language, none, 3, 2)) found.push_back(word.text);
    std::ranges::sort(likeliest);
    std::ranges::sort(found);
    EXPECT_EQ(found, likeliest);
  }
}

TEST(NextWords, ComeBehindAPrefixHoweverItIsSpelt) {
  const TextPrefix prefix({{5}, "▁ab", "", false}, FakeScorer::kEos, letters());
  const NextProbabilities language = random_language(3, 7);
  // "▁ab" is one token or two.
  std::map<std::string, Expected> expected;
  double joint = language(0, {})[5] * language(0, {5})[2];
  enumerate_words(language, {5, 2}, "", joint, 4, expected);
  joint = language(0, {})[5] * language(0, {5})[1] * language(0, {5, 1})[3];
  enumerate_words(language, {5, 1, 3}, "", joint, 4, expected);
  const std::vector<NextWord> found = words_of(language, prefix, 4, 100);
  ASSERT_EQ(found.size(), expected.size());
  for (const NextWord& word : found) {
    EXPECT_NEAR(std::exp(word.log_prob) / joint, expected[word.text].probability / joint, 1e-4) << word.text;
    EXPECT_EQ(word.ids.front(), 5);
  }
}

TEST(NextWords, ThereMayBeFewer) {
  const TextPrefix all({{1, 3}, "", "", true}, FakeScorer::kEos, letters());
  const std::vector<NextWord> found = words_of(random_language(1, 7), all, 5, 4);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].text, "");
  EXPECT_THAT(found[0].ids, ElementsAre(1, 3));
}

TEST(NextWords, ObeyConstraints) {
  const TextPrefix none({}, FakeScorer::kEos, letters());
  const ForbiddenIds forbidden({0, 1, 2, 6});
  FakeScorer scorer(random_language(2, 7));
  const std::vector<const TextPrefix*> prefixes{&none};
  const auto found = next_words(scorer, std::vector<SearchedSentence>{{5, {&none}}}, kWordTokens, up_to(2),
                                {&forbidden}, prefixes, 100)[0];
  std::vector<std::string> texts;
  for (const NextWord& word : found) texts.push_back(word.text);
  std::ranges::sort(texts);
  EXPECT_THAT(texts, ElementsAre(".", "b", "bb", "bc", "c", "cb", "cc"));
}

// Each sentence has what it has alone.
TEST(NextWords, SentencesDoNotDependOnEachOther) {
  const TextPrefix none({}, FakeScorer::kEos, letters()), begun({{1}, "", "", false}, FakeScorer::kEos, letters());
  const NextProbabilities language = random_language(4, 7);
  FakeScorer scorer([&](std::size_t sentence, const Prefix& prefix) { return language(sentence % 2, prefix); });
  const std::vector<const TextPrefix*> prefixes{&none, &begun, &none};
  const std::vector<SearchedSentence> sentences{{5, {&none}}, {5, {&begun}}, {5, {&none}}};
  const auto found = next_words(scorer, sentences, kWordTokens, up_to(4), {}, prefixes, 3);
  const std::vector<NextWord> alone = words_of(language, none, 4, 3);
  for (const std::size_t i : {0u, 2u}) {
    ASSERT_EQ(found[i].size(), alone.size());
    for (std::size_t k = 0; k < alone.size(); ++k) {
      EXPECT_EQ(found[i][k].text, alone[k].text);
      EXPECT_EQ(found[i][k].ids, alone[k].ids);
      EXPECT_DOUBLE_EQ(found[i][k].log_prob, alone[k].log_prob);
    }
  }
  EXPECT_EQ(found[1].size(), 3u);
  for (const NextWord& word : found[1]) EXPECT_EQ(word.ids.front(), 1);
}

TEST(NextWords, NothingFollowsWhereNothingIsAllowed) {
  const TextPrefix none({}, FakeScorer::kEos, letters());
  const ForbiddenIds forbidden({0, 1, 2, 3, 4, 5, 6});
  FakeScorer scorer(random_language(2, 7));
  const std::vector<const TextPrefix*> prefixes{&none};
  EXPECT_THAT(next_words(scorer, std::vector<SearchedSentence>{{5, {&none}}}, kWordTokens, up_to(2), {&forbidden},
                         prefixes, 3)[0],
              IsEmpty());
}

}  // namespace
}  // namespace dragoman
