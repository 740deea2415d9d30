#include "decoding/engine/shared_search.h"

#include "tests/decoding/language_scorer.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <gtest/gtest.h>
#include <latch>
#include <memory>
#include <set>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

constexpr SearchTokens kTokens{FakeScorer::kStart, FakeScorer::kEos};

// Sentences by number, of one to five ids, which some searches share.
struct Searches {
  explicit Searches(int threads, std::size_t sentences = 4, std::size_t tokens = 1000)
      : workers(threads, torch::kCPU),
        search(workers,
               [this](std::span<const SourceIds> sources) {
                 return std::make_unique<LanguageScorer>(sources, language, log, hook);
               },
               kTokens, options(), {}, {sentences, tokens}) {}

  static SearchOptions options() {
    SearchOptions options;
    options.beam_size = 3;
    options.n_best = 2;
    options.min_length = 1;
    options.max_length = 9;
    return options;
  }

  std::vector<std::vector<Hypothesis>> run(std::int32_t first, std::int32_t end,
                                           const Interruption& interruption = {}) {
    std::vector<std::vector<std::int32_t>> sources;
    for (std::int32_t i = first; i < end; ++i) sources.emplace_back(static_cast<std::size_t>(1 + i % 5), i);
    std::vector<SharedSearch::Sentence> sentences;
    for (const auto& source : sources) sentences.push_back({{source}, asked(source.front())});
    return search.run(sentences, interruption);
  }

  // If any asks for something, two of five do not.
  SearchedSentence asked(std::int32_t sentence) const {
    const std::int32_t length = 1 + sentence % 5;
    if (!some_ask) return {length};
    switch (sentence / 3 % 5) {
      case 1:
        return {length, {&must_come}, {&favoured}, &terms};
      case 2:
        return {length, {&begins}};
      case 3:
        return {length, {&no_repetition}, {&penalty, &first}};
      default:
        return {length};
    }
  }

  std::vector<Hypothesis> alone(std::int32_t sentence) const {
    FakeScorer scorer(
        [&](std::size_t, const Prefix& prefix) { return language(static_cast<std::size_t>(sentence), prefix); });
    return beam_search(scorer, std::vector{asked(sentence)}, kTokens, options(), {}, TermChooser(kTokens.eos)).front();
  }

  void expect_as_alone(const std::vector<Hypothesis>& found, std::int32_t sentence) const {
    const std::vector<Hypothesis> expected = alone(sentence);
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      EXPECT_EQ(found[i].ids, expected[i].ids) << "sentence " << sentence;
      EXPECT_EQ(found[i].score, expected[i].score) << "sentence " << sentence;
    }
  }

  bool some_ask = false;
  const TermSet terms{{{{3, 4}}, {{5}, {6, 7}}}};
  const TermsMustCome must_come{terms, FakeScorer::kEos, nullptr};
  const TermsFavoured favoured{terms, 2.0};
  const VocabularyText text{std::vector<std::string>(12, "▁a")};
  const TextPrefix begins{{{8, 2}}, FakeScorer::kEos, text};
  const NoRepeatNgram no_repetition{2};
  const RepetitionPenalty penalty{1.5};
  const FavouredPrefix first{{9}, 4.0};
  NextProbabilities language = random_language(7, 12);
  StepLog log;
  Hook hook = [](std::int32_t, std::size_t) {};
  Workers workers;
  SharedSearch search;
};

TEST(SharedSearch, FindsForEachSentenceWhatIsFoundForItAlone) {
  for (const int threads : {1, 3}) {
    for (const std::size_t sentences : {1, 4, 16}) {
      for (const std::size_t tokens : {1, 12, 1000}) {
        for (const bool some_ask : {false, true}) {
          Searches searches(threads, sentences, tokens);
          searches.some_ask = some_ask;
          const auto found = searches.run(0, 40);
          ASSERT_EQ(found.size(), 40U);
          for (std::int32_t i = 0; i < 40; ++i) searches.expect_as_alone(found[static_cast<std::size_t>(i)], i);
        }
      }
    }
  }
}

TEST(SharedSearch, SentencesHaveWhatTheyAskForAmongOthersThatDoNot) {
  Searches searches(1, 8);
  searches.some_ask = true;
  const auto found = searches.run(0, 60);
  for (std::int32_t i = 0; i < 60; ++i) {
    const std::vector<std::int32_t>& ids = found[static_cast<std::size_t>(i)].front().ids;
    if (i / 3 % 5 == 1) {
      EXPECT_EQ(searches.terms.left(searches.terms.behind(ids)), 0U) << "sentence " << i;
    }
    if (i / 3 % 5 == 2) {
      ASSERT_GE(ids.size(), 2U);
      EXPECT_EQ(std::vector(ids.begin(), ids.begin() + 2), (std::vector<std::int32_t>{8, 2}));
    }
  }
  const auto asks = [](std::int32_t sentence) { return sentence / 3 % 5 >= 1 && sentence / 3 % 5 <= 3; };
  EXPECT_TRUE(std::ranges::any_of(searches.log.sentences(), [&](const auto& step) {
    return std::ranges::any_of(step, asks) && !std::ranges::all_of(step, asks);
  })) << "they are searched together";
}

TEST(SharedSearch, NoSentencesNothingFound) {
  EXPECT_TRUE(Searches(2).run(0, 0).empty());
}

TEST(SharedSearch, OthersJoinAsSentencesLeave) {
  Searches searches(1, 4);
  searches.run(0, 40);
  const auto steps = searches.log.sentences();
  std::set<std::int32_t> begun;
  std::size_t full = 0;
  for (const auto& step : steps) {
    begun.insert(step.begin(), step.end());
    EXPECT_LE(step.size(), 4U);
    if (step.size() == 4) ++full;
    // While others wait there is no room for them.
    if (begun.size() < 40) {
      EXPECT_EQ(step.size(), 4U);
    }
  }
  EXPECT_GT(full, 10U);
}

TEST(SharedSearch, ABatchHasNoMoreTokensThanItMay) {
  Searches searches(1, 16, 12);
  searches.run(0, 40);
  for (const auto& step : searches.log.sentences()) {
    std::int32_t longest = 0;
    for (const std::int32_t sentence : step) longest = std::max(longest, 1 + sentence % 5);
    EXPECT_LE(static_cast<std::int32_t>(step.size()) * longest, 12);
  }
}

TEST(SharedSearch, FewSentencesAreSharedAmongIdleWorkers) {
  Searches searches(2, 16);
  std::latch both(2);
  searches.hook = [&](std::int32_t, std::size_t) {
    thread_local const void* come = nullptr;
    if (std::exchange(come, &both) != &both) both.arrive_and_wait();
  };
  searches.run(0, 10);
  for (const auto& step : searches.log.sentences()) EXPECT_LE(step.size(), 5U);
}

TEST(SharedSearch, CallersTakePartInOneSearch) {
  Searches searches(2, 8);
  searches.some_ask = true;
  std::vector<std::vector<std::vector<Hypothesis>>> found(8);
  {
    std::vector<std::jthread> callers;
    for (std::size_t i = 0; i < found.size(); ++i) {
      callers.emplace_back([&, i] {
        const auto first = static_cast<std::int32_t>(100 * i);
        for (int round = 0; round < 20; ++round) found[i] = searches.run(first, first + 5);
      });
    }
  }
  for (std::size_t i = 0; i < found.size(); ++i) {
    for (std::size_t k = 0; k < 5; ++k) searches.expect_as_alone(found[i][k], static_cast<std::int32_t>(100 * i + k));
  }
  const auto steps = searches.log.sentences();
  EXPECT_TRUE(std::ranges::any_of(steps, [](const auto& step) { return *step.begin() / 100 != *step.rbegin() / 100; }));
}

TEST(SharedSearch, WhoNoLongerWantsHisSentencesLeavesTheOthersTheirs) {
  Searches searches(1, 8);
  searches.some_ask = true;
  std::stop_source stop;
  searches.hook = [&](std::int32_t sentence, std::size_t tokens) {
    if (sentence == 0 && tokens == 2) stop.request_stop();
  };
  std::vector<std::vector<Hypothesis>> others;
  {
    std::jthread other([&] { others = searches.run(100, 130); });
    EXPECT_THROW(searches.run(0, 300, {stop.get_token(), {}}), Interrupted);
  }
  for (std::int32_t i = 0; i < 30; ++i) searches.expect_as_alone(others[static_cast<std::size_t>(i)], 100 + i);
  EXPECT_LT(searches.log.sentences().size(), 400U) << "all has been searched";
}

TEST(SharedSearch, EndsAtItsDeadline) {
  Searches searches(1, 2);
  searches.hook = [](std::int32_t, std::size_t) { std::this_thread::sleep_for(std::chrono::milliseconds(1)); };
  const Interruption soon{{}, std::chrono::steady_clock::now() + std::chrono::milliseconds(50)};
  EXPECT_THROW(searches.run(0, 10000, soon), Interrupted);
  EXPECT_THROW(searches.run(0, 1, {{}, std::chrono::steady_clock::now()}), Interrupted);
}

TEST(SharedSearch, ABatchThatFailsIsNotFoundAndTheOthersAre) {
  Searches searches(1, 4);
  searches.some_ask = true;
  searches.hook = [](std::int32_t sentence, std::size_t tokens) {
    if (sentence == 24 && tokens == 1) throw std::runtime_error("no number");
  };
  const auto found = searches.run(0, 40);
  EXPECT_TRUE(found[24].empty());
  std::size_t missing = 0;
  for (std::int32_t i = 0; i < 40; ++i) {
    const auto& one = found[static_cast<std::size_t>(i)];
    missing += one.empty() ? 1 : 0;
    if (!one.empty()) searches.expect_as_alone(one, i);
  }
  EXPECT_LE(missing, 4U);
}

TEST(SharedSearch, ABeginningThatFailsIsNotFound) {
  const Workers workers(1, torch::kCPU);
  SharedSearch search(workers,
                      [](std::span<const SourceIds>) -> std::unique_ptr<BatchScorer> { throw std::bad_alloc(); },
                      kTokens, Searches::options(), {}, {4, 1000});
  const std::vector<std::int32_t> source = {1};
  const std::vector<SharedSearch::Sentence> sentences(6, {{source}, {1}});
  for (const auto& found : search.run(sentences, {})) EXPECT_TRUE(found.empty());
}

}  // namespace
}  // namespace dragoman
