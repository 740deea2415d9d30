#include "decoding/engine/shared_search.h"

#include "decoding/search/whole_rows.h"
#include "tests/decoding/fake_scorer.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <functional>
#include <gtest/gtest.h>
#include <latch>
#include <memory>
#include <mutex>
#include <set>
#include <stdexcept>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

constexpr SearchTokens kTokens{FakeScorer::kStart, FakeScorer::kEos};

// What the steps of all batches were of: the first ids of sentences, row by row.
class StepLog {
 public:
  void add(std::vector<std::int32_t> rows) {
    const std::lock_guard lock(mutex_);
    steps_.push_back(std::move(rows));
  }
  std::vector<std::set<std::int32_t>> sentences() const {
    std::vector<std::set<std::int32_t>> all;
    for (const auto& step : steps_) all.emplace_back(step.begin(), step.end());
    return all;
  }

 private:
  std::mutex mutex_;
  std::vector<std::vector<std::int32_t>> steps_;
};

using Hook = std::function<void(std::int32_t sentence, std::size_t tokens)>;

// A language in which the first id of a source is what the next tokens follow from.
class LanguageScorer : public BatchScorer {
 public:
  LanguageScorer(std::span<const SourceIds> sources, const NextProbabilities& next, StepLog& log, const Hook& hook)
      : next_(next), log_(log), hook_(hook) {
    for (const SourceIds& source : sources) rows_.push_back({source.ids.front(), {}, true});
  }

  std::unique_ptr<const NextTokens> step(std::span<const std::int32_t> previous,
                                         std::span<const std::int64_t> parents) override {
    std::vector<Row> rows;
    std::vector<std::int32_t> sentences;
    LogProbs result;
    for (std::size_t i = 0; i < previous.size(); ++i) {
      Row row = rows_.at(static_cast<std::size_t>(parents[i]));
      if (row.is_new != (previous[i] == FakeScorer::kStart)) throw std::logic_error("a start where there is none");
      if (!row.is_new) row.prefix.push_back(previous[i]);
      row.is_new = false;
      hook_(row.sentence, row.prefix.size());
      const std::vector<double> probabilities = next_(static_cast<std::size_t>(row.sentence), row.prefix);
      result.vocabulary = std::ssize(probabilities);
      for (const double probability : probabilities) result.values.push_back(static_cast<float>(std::log(probability)));
      sentences.push_back(row.sentence);
      rows.push_back(std::move(row));
    }
    result.rows = std::ssize(rows);
    rows_ = std::move(rows);
    log_.add(std::move(sentences));
    return std::make_unique<WholeRows>(std::move(result));
  }

  void join(const BatchScorer& other) override {
    const auto& rows = dynamic_cast<const LanguageScorer&>(other).rows_;
    rows_.insert(rows_.end(), rows.begin(), rows.end());
  }

 private:
  struct Row {
    std::int32_t sentence;
    Prefix prefix;
    bool is_new;
  };

  const NextProbabilities& next_;
  StepLog& log_;
  const Hook& hook_;
  std::vector<Row> rows_;
};

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
    for (const auto& source : sources) sentences.push_back({{source}, static_cast<std::int32_t>(source.size())});
    return search.run(sentences, interruption);
  }

  std::vector<Hypothesis> alone(std::int32_t sentence) const {
    FakeScorer scorer(
        [&](std::size_t, const Prefix& prefix) { return language(static_cast<std::size_t>(sentence), prefix); });
    const std::vector<std::int32_t> lengths = {1 + sentence % 5};
    return beam_search(scorer, lengths, kTokens, options()).front();
  }

  void expect_as_alone(const std::vector<Hypothesis>& found, std::int32_t sentence) const {
    const std::vector<Hypothesis> expected = alone(sentence);
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      EXPECT_EQ(found[i].ids, expected[i].ids) << "sentence " << sentence;
      EXPECT_EQ(found[i].score, expected[i].score) << "sentence " << sentence;
    }
  }

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
        Searches searches(threads, sentences, tokens);
        const auto found = searches.run(0, 40);
        ASSERT_EQ(found.size(), 40U);
        for (std::int32_t i = 0; i < 40; ++i) searches.expect_as_alone(found[static_cast<std::size_t>(i)], i);
      }
    }
  }
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
  const std::vector<SharedSearch::Sentence> sentences(6, {{source}, 1});
  for (const auto& found : search.run(sentences, {})) EXPECT_TRUE(found.empty());
}

}  // namespace
}  // namespace dragoman
