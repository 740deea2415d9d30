#include "decoding/search/terms.h"

#include "decoding/search/beam_search.h"
#include "decoding/search/term_chooser.h"
#include "tests/decoding/enumeration.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <numeric>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

constexpr SearchTokens kTermTokens{FakeScorer::kStart, FakeScorer::kEos};

TermSet term(const TermForms& forms) {
  return TermSet(std::vector<TermForms>{forms});
}

TEST(TermSet, IsMetByOneOfTheForms) {
  const TermSet terms({{{1, 2}, {3}}, {{1, 4, 5}}});
  const TermSet::State start = terms.begin();
  EXPECT_EQ(terms.left(start), 4u);
  EXPECT_THAT(terms.helpful(start), ElementsAre(1, 3));
  const TermSet::State begun = terms.behind(Prefix{1});
  EXPECT_EQ(terms.left(begun), 3u) << "of the second term; the other form of the first would be as far away as before";
  EXPECT_THAT(terms.helpful(begun), ElementsAre(1, 2, 3, 4));
  EXPECT_EQ(terms.gained(begun), 1u);
  const TermSet::State one = terms.behind(Prefix{1, 2});
  EXPECT_THAT(one.met, ElementsAre(1, 0));
  EXPECT_TRUE(one.behind_term);
  EXPECT_EQ(terms.left(one), 3u);
  EXPECT_EQ(terms.gained(one), 2u);
  const TermSet::State both = terms.behind(Prefix{1, 2, 9, 1, 4, 5, 9});
  EXPECT_THAT(both.met, ElementsAre(1, 1));
  EXPECT_FALSE(both.behind_term);
  EXPECT_EQ(terms.left(both), 0u);
  EXPECT_THAT(terms.helpful(both), ElementsAre());
}

TEST(TermSet, WhatIsGivenUpBeginsAnew) {
  const TermSet terms = term({{1, 1, 2}});
  EXPECT_EQ(terms.left(terms.behind(Prefix{1, 1})), 1u);
  EXPECT_EQ(terms.left(terms.behind(Prefix{1, 1, 1})), 1u) << "the last two are as good a beginning";
  EXPECT_EQ(terms.left(terms.behind(Prefix{1, 1, 3})), 3u);
  EXPECT_EQ(terms.left(terms.behind(Prefix{1, 1, 1, 2})), 0u);
}

TEST(TermSet, EqualTermsNeedTokensOfTheirOwn) {
  const TermSet terms({{{1}}, {{1}}});
  EXPECT_EQ(terms.left(terms.behind(Prefix{1})), 1u);
  EXPECT_EQ(terms.left(terms.behind(Prefix{1, 1})), 0u);
}

TEST(TermSet, TheLongestIsMet) {
  const TermSet terms({{{2}}, {{1, 2}}});
  EXPECT_THAT(terms.behind(Prefix{1, 2}).met, ElementsAre(0, 1));
  EXPECT_THAT(terms.behind(Prefix{2}).met, ElementsAre(1, 0));
}

// 3 stands for letters that go on with whatever is before them.
TEST(TermSet, DoesNotBeginWithinAWord) {
  const VocabularyText text({"", "▁a", "▁.", "b", "▁b"});
  const TermSet terms({{{3}, {4}}}, &text);
  EXPECT_THAT(terms.helpful(terms.begin()), ElementsAre(3, 4));
  EXPECT_THAT(terms.helpful(terms.behind(Prefix{1})), ElementsAre(4));
  EXPECT_EQ(terms.left(terms.behind(Prefix{1, 3})), 1u);
  EXPECT_EQ(terms.left(terms.behind(Prefix{1, 4})), 0u);
  EXPECT_EQ(terms.left(terms.behind(Prefix{2, 3})), 0u);
  EXPECT_EQ(terms.left(terms.behind(Prefix{3})), 0u);
}

// The term is what 4 and 3 spell one behind the other, "▁bb"; they come as 3, 4.
TEST(TermSet, DoesNotEndWithinAWordThatComesLastFirst) {
  const VocabularyText text({"", "▁a", ".", "b", "▁b"}, TokenOrder::right_to_left);
  const TermSet terms({{{3, 4}}}, &text);
  EXPECT_EQ(terms.left(terms.behind(Prefix{3, 4})), 0u);
  EXPECT_EQ(terms.left(terms.behind(Prefix{1, 3, 4})), 0u);
  EXPECT_EQ(terms.left(terms.behind(Prefix{2, 3, 4})), 0u);
  EXPECT_EQ(terms.left(terms.behind(Prefix{3, 3, 4})), 2u) << "behind it a letter goes on with its word";
  EXPECT_THAT(terms.helpful(terms.behind(Prefix{1})), ElementsAre(3));
  EXPECT_THAT(terms.helpful(terms.behind(Prefix{3})), ElementsAre(4)) << "which has begun, and begins no more";
}

TEST(TermSet, RefusesWhatCannotCome) {
  EXPECT_THROW(term({}), std::invalid_argument);
  EXPECT_THROW(term({{1}, {}}), std::invalid_argument);
}

TEST(TermsMustComeTest, KeepsTheEndAwayAndWordsWhole) {
  const TermSet terms = term({{1, 2}});
  const VocabularyText text({"", "▁a", "b", "c", "▁c"});
  const TermsMustCome constraint(terms, FakeScorer::kEos, &text);
  const auto is_allowed = [&](const Prefix& prefix, std::int32_t id) {
    AllowedIds allowed;
    constraint.restrict(prefix, allowed);
    return allowed.contains(id);
  };
  EXPECT_FALSE(is_allowed({1}, FakeScorer::kEos));
  EXPECT_TRUE(is_allowed({1}, 3));
  EXPECT_TRUE(is_allowed({1, 2}, FakeScorer::kEos));
  EXPECT_FALSE(is_allowed({1, 2}, 3)) << "it would be a part of a longer word";
  EXPECT_TRUE(is_allowed({1, 2}, 4));
  EXPECT_TRUE(is_allowed({1, 2, 4}, 3));
}

TEST(TermsMustComeTest, KeepsWordsWholeThatComeLastFirst) {
  const TermSet begins_word = term({{2, 1}}), within_word = term({{2, 3}});
  const VocabularyText text({"", "▁a", "b", "c", "▁."}, TokenOrder::right_to_left);
  const auto is_allowed = [&](const TermSet& terms, const Prefix& prefix, std::int32_t id) {
    AllowedIds allowed;
    TermsMustCome(terms, FakeScorer::kEos, &text).restrict(prefix, allowed);
    return allowed.contains(id);
  };
  EXPECT_TRUE(is_allowed(begins_word, {2, 1}, 1)) << "a blank is between them";
  EXPECT_TRUE(is_allowed(begins_word, {2, 1}, 3));
  EXPECT_FALSE(is_allowed(within_word, {2, 3}, 1)) << "the word would begin before the term";
  EXPECT_TRUE(is_allowed(within_word, {2, 3}, 4));
}

// Where a script has no blanks, a word ends everywhere.
TEST(TermsMustComeTest, ADigitMayComeBehindASign) {
  const VocabularyText text({"", "▁犬", "猫", "7"});
  const TermSet signs = term({{1, 2}});
  AllowedIds allowed;
  TermsMustCome(signs, FakeScorer::kEos, &text).restrict(Prefix{1, 2}, allowed);
  EXPECT_TRUE(allowed.contains(3));
}

SearchOptions beams(int count, int longest) {
  SearchOptions options;
  options.beam_size = options.n_best = count;
  options.min_length = 0;
  options.max_length = longest;
  return options;
}

std::vector<std::vector<Hypothesis>> search_with(const NextProbabilities& language,
                                                 const std::vector<const TermSet*>& terms, const SearchOptions& options,
                                                 const Constraint* more = nullptr,
                                                 const Preference* preference = nullptr) {
  FakeScorer scorer(language);
  std::vector<TermsMustCome> constraints;
  std::vector<SearchedSentence> sentences;
  constraints.reserve(terms.size());
  for (const TermSet* const of_sentence : terms) {
    SearchedSentence& sentence = sentences.emplace_back(SearchedSentence{5});
    if (!of_sentence) continue;
    sentence.terms = of_sentence;
    sentence.constraints.push_back(&constraints.emplace_back(*of_sentence, FakeScorer::kEos, nullptr));
    if (preference) sentence.preferences.push_back(preference);
  }
  std::vector<const Constraint*> of_all;
  if (more) of_all.push_back(more);
  return beam_search(scorer, sentences, kTermTokens, options, of_all, TermChooser(FakeScorer::kEos));
}

TEST(TermChooserTest, ALargeBeamFindsTheBestThatHasTheTerms) {
  const SearchOptions wide = beams(40, 3);
  const std::vector<std::vector<TermForms>> sets{
      {{{2}}}, {{{2, 1}}}, {{{2, 1}, {3}}}, {{{2}}, {{1}, {3}}}, {{{1}}, {{1}}}};
  for (const std::vector<TermForms>& each : sets) {
    const TermSet terms(each);
    const auto has_terms = [&](const Hypothesis& h) { return terms.left(terms.behind(h.ids)) == 0; };
    for (std::uint32_t seed = 0; seed < 10; ++seed) {
      const NextProbabilities language = random_language(seed, 4);
      const auto possible = [&](const Hypothesis& h) { return !h.complete || has_terms(h); };
      std::vector<Hypothesis> expected = keep_if(enumerate(language, wide, 3), possible);
      std::ranges::stable_partition(expected, has_terms);  // what is cut without them comes last
      expect_found(search_with(language, {&terms}, wide)[0], expected);
    }
  }
}

NextProbabilities language_of(const nlohmann::json& golden) {
  const std::vector<std::vector<double>> weights = golden["weights"];
  const std::vector<double> growth = golden["growth"];
  return [=](std::size_t, const Prefix& prefix) {
    std::vector<double> next = weights.at(static_cast<std::size_t>(prefix.empty() ? 0 : prefix.back()));
    for (std::size_t id = 0; id < next.size(); ++id) next[id] *= std::pow(growth[id], prefix.size());
    const double sum = std::accumulate(next.begin(), next.end(), 0.0);
    for (double& probability : next) probability /= sum;
    return next;
  };
}

TEST(TermChooserTest, FindsWhatPlainPythonFinds) {
  std::ifstream file(std::string(DRAGOMAN_FIXTURES) + "/terms_golden.json");
  const auto cases = nlohmann::json::parse(file);
  ASSERT_THAT(cases, SizeIs(33));
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const nlohmann::json& golden = cases[i];
    const TermSet terms(golden["terms"].get<std::vector<TermForms>>());
    const TermsFavoured favoured(terms, golden["bonus"]);
    SearchOptions options = beams(golden["beam_size"], golden["longest"]);
    options.n_best = std::min(options.n_best, 10);
    std::vector<Hypothesis> expected;
    for (const nlohmann::json& one : golden["found"]) {
      Hypothesis& hypothesis = expected.emplace_back();
      hypothesis.ids = one["ids"].get<Prefix>();
      hypothesis.complete = one["complete"];
      hypothesis.score = one["score"];
    }
    SCOPED_TRACE("case " + std::to_string(i));
    const std::vector<Hypothesis> found = search_with(language_of(golden), {&terms}, options, nullptr, &favoured)[0];
    expect_found(found, expected);
    for (std::size_t k = 0; k < found.size(); ++k)
      EXPECT_NEAR(found[k].log_prob, golden["found"][k]["log_prob"].get<double>(), 1e-5);
  }
}

// Whatever the model thinks of them.
TEST(TermChooserTest, ASmallBeamHasAllTerms) {
  std::mt19937 random(7);
  for (std::uint32_t seed = 0; seed < 60; ++seed) {
    const NextProbabilities language = random_language(seed, 30, 2.0);
    std::vector<TermForms> terms;
    for (std::size_t k = 0; k < 1 + seed % 4; ++k) {
      TermForms forms(1 + random() % 2);
      for (auto& form : forms) {
        form.resize(1 + random() % 3);
        for (std::int32_t& id : form) id = static_cast<std::int32_t>(1 + random() % 29);
      }
      terms.push_back(forms);
    }
    const TermSet set(terms);
    for (const int beam_size : {1, 2, 5}) {
      const Hypothesis best = search_with(language, {&set}, beams(beam_size, 40))[0][0];
      EXPECT_TRUE(best.complete);
      EXPECT_EQ(set.left(set.behind(best.ids)), 0u) << "seed " << seed << ", beam size " << beam_size;
    }
  }
}

TEST(TermChooserTest, SentencesWithoutTermsAreSearchedAsEver) {
  const NextProbabilities language = random_language(2, 12, 1.5);
  const TermSet terms = term({{3, 4}});
  const TermSet none(std::vector<TermForms>{});
  const SearchOptions options = beams(4, 9);
  FakeScorer plain(language);
  const auto expected = beam_search(plain, std::vector<SearchedSentence>(3, {5}), kTermTokens, options);
  const auto found = search_with(language, {nullptr, &terms, &none}, options);
  expect_found(found[0], expected[0]);
  expect_found(found[2], expected[2]);
}

// Nothing ends without its terms: the translation is cut at the limit, and says so.
TEST(TermChooserTest, WhatCannotBeIsCutAtTheLimit) {
  const NextProbabilities language = random_language(2, 9, 2.0);
  const TermSet too_long = term({{1, 2, 3, 4, 5}}), forbidden = term({{7}});
  const ForbiddenIds no_seven({7});
  const auto cut = search_with(language, {&too_long}, beams(3, 4))[0];
  for (const Hypothesis& hypothesis : cut) EXPECT_FALSE(hypothesis.complete);
  const auto found = search_with(language, {&forbidden}, beams(3, 6), &no_seven)[0];
  EXPECT_FALSE(found[0].complete);
  EXPECT_EQ(found[0].ids.size(), 6u);
  EXPECT_EQ(std::ranges::count(found[0].ids, 7), 0);
}

}  // namespace
}  // namespace dragoman
