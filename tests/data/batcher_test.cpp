#include "data/batcher.h"

#include "base/counter_random.h"
#include "data/parallel_corpus.h"
#include "tokenizer/tokenizer_trainer.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <numbers>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Batches = std::vector<std::vector<std::uint32_t>>;

struct Lengths {
  std::vector<int> source, target;
};

// Pairs of these lengths; where their ids are does not matter here.
std::vector<PairPlace> pairs_of(const std::vector<int>& source, const std::vector<int>& target) {
  std::vector<PairPlace> pairs;
  for (std::size_t i = 0; i < source.size(); ++i) pairs.push_back({0, source[i], target[i]});
  return pairs;
}

std::vector<PairPlace> pairs_of(const Lengths& lengths) {
  return pairs_of(lengths.source, lengths.target);
}

Batches epoch_of(const std::vector<int>& source, const std::vector<int>& target, BatchOptions options,
                 std::int64_t epoch = 0) {
  const std::vector<PairPlace> pairs = pairs_of(source, target);
  return Batcher(pairs, options).epoch(epoch);
}

// Lengths as translated sentences have them: log-normal (median 20 tokens), and a log ratio of target to source whose
// deviation, 0.65 / √length, is what the 29,000 English-German pairs of Multi30k show.
Lengths realistic_lengths(int pairs) {
  CounterRandom random(11, RandomPurpose::sampling, 0);
  auto normal = [&] {  // Box and Muller
    const double radius = std::sqrt(-2 * std::log(1 - random.uniform()));
    return radius * std::cos(2 * std::numbers::pi * random.uniform());
  };
  auto tokens = [](double length) { return std::clamp(static_cast<int>(std::lround(length)), 1, 256); };
  Lengths lengths;
  for (int i = 0; i < pairs; ++i) {
    const int source = tokens(20 * std::exp(0.5 * normal()));
    lengths.source.push_back(source);
    lengths.target.push_back(tokens(source * std::exp(0.05 + 0.65 / std::sqrt(source) * normal())));
  }
  return lengths;
}

std::int64_t width(const std::vector<std::uint32_t>& batch, const std::vector<int>& lengths) {
  int longest = 0;
  for (const auto pair : batch) longest = std::max(longest, lengths[pair]);
  return longest + 1;
}

double padding_share(const Batches& batches, const Lengths& lengths) {
  std::int64_t positions = 0, tokens = 0;
  for (const auto& batch : batches) {
    const auto rows = static_cast<std::int64_t>(batch.size());
    positions += rows * (width(batch, lengths.source) + width(batch, lengths.target));
    for (const auto pair : batch) tokens += lengths.source[pair] + lengths.target[pair] + 2;
  }
  return 1 - static_cast<double>(tokens) / static_cast<double>(positions);
}

void expect_each_pair_once(const Batches& batches, std::size_t pairs) {
  std::vector<int> seen(pairs);
  for (const auto& batch : batches) {
    EXPECT_FALSE(batch.empty());
    for (const auto pair : batch) {
      ASSERT_LT(pair, pairs);
      ++seen[pair];
    }
  }
  EXPECT_THAT(seen, Each(1));
}

TEST(BatcherTest, KeepsTheBudgetWithLittlePadding) {
  const Lengths lengths = realistic_lengths(20'000);
  const std::vector<PairPlace> pairs = pairs_of(lengths);
  const Batcher batcher(pairs, {.batch_tokens = 4096});
  std::int64_t positions = 0;
  for (const auto& [source, target] : {std::pair(lengths.source, lengths.target)}) {
    for (std::size_t i = 0; i < source.size(); ++i) positions += std::max(source[i], target[i]) + 1;
  }
  for (std::int64_t epoch = 0; epoch < 8; ++epoch) {
    const Batches batches = batcher.epoch(epoch);
    expect_each_pair_once(batches, 20'000);
    for (const auto& batch : batches) {
      const auto rows = static_cast<std::int64_t>(batch.size());
      ASSERT_LE(rows * std::max(width(batch, lengths.source), width(batch, lengths.target)), 4096);
    }
    EXPECT_LT(padding_share(batches, lengths), 0.05) << "epoch " << epoch;
    // Padding must not be saved by making batches small.
    EXPECT_LT(static_cast<double>(batches.size()) * 4096, 1.08 * static_cast<double>(positions)) << "epoch " << epoch;
  }
}

TEST(BatcherTest, EpochsDependOnSeedAndNumberAlone) {
  const Lengths lengths = realistic_lengths(2000);
  const std::vector<PairPlace> pairs = pairs_of(lengths);
  const Batcher one(pairs, {.batch_tokens = 1000, .seed = 5});
  const Batches late = one.epoch(9);
  EXPECT_NE(one.epoch(0), one.epoch(1));
  EXPECT_EQ(one.epoch(9), late);
  const Batcher same(pairs, {.batch_tokens = 1000, .seed = 5});
  EXPECT_EQ(same.epoch(9), late);
  const Batcher other(pairs, {.batch_tokens = 1000, .seed = 6});
  EXPECT_NE(other.epoch(9), late);
}

TEST(BatcherTest, PairsMeetOthersInEveryEpoch) {
  const Lengths lengths = realistic_lengths(20'000);
  const std::vector<PairPlace> pairs = pairs_of(lengths);
  const Batcher batcher(pairs, {});
  auto as_sets = [&](std::int64_t epoch) {
    std::set<std::set<std::uint32_t>> sets;
    for (const auto& batch : batcher.epoch(epoch)) sets.emplace(batch.begin(), batch.end());
    return sets;
  };
  const auto first = as_sets(0), second = as_sets(1);
  std::vector<std::set<std::uint32_t>> in_both;
  std::set_intersection(first.begin(), first.end(), second.begin(), second.end(), std::back_inserter(in_both));
  EXPECT_THAT(in_both, IsEmpty());
}

TEST(BatcherTest, ALargeCorpusIsBatchedWindowByWindow) {
  const Lengths lengths = realistic_lengths(20'000);
  const std::vector<PairPlace> pairs = pairs_of(lengths);
  const Batcher batcher(pairs, {.batch_tokens = 1000, .window = 6000});
  ASSERT_EQ(batcher.windows(), 4);
  for (std::int64_t epoch = 0; epoch < 2; ++epoch) {
    Batches all;
    for (std::int64_t window = 0; window < 4; ++window) {
      const Batches part = batcher.window(epoch, window);
      std::int64_t size = 0, of_the_first_half = 0;
      for (const auto& batch : part) {
        size += static_cast<std::int64_t>(batch.size());
        of_the_first_half += std::ranges::count_if(batch, [](std::uint32_t pair) { return pair < 10'000; });
      }
      EXPECT_EQ(size, window < 3 ? 6000 : 2000);
      EXPECT_NEAR(static_cast<double>(of_the_first_half), static_cast<double>(size) / 2,
                  0.1 * static_cast<double>(size));
      all.insert(all.end(), part.begin(), part.end());
    }
    expect_each_pair_once(all, 20'000);
    EXPECT_EQ(batcher.epoch(epoch), all);
    EXPECT_LT(padding_share(all, lengths), 0.07);
  }
  EXPECT_NE(batcher.window(0, 0), batcher.window(1, 0));
}

TEST(BatcherTest, LengthsComeInMixedOrder) {
  const Lengths lengths = realistic_lengths(20'000);
  const std::vector<PairPlace> pairs = pairs_of(lengths);
  const Batches batches = Batcher(pairs, {}).epoch(0);
  int rises = 0;
  for (std::size_t i = 1; i < batches.size(); ++i) {
    rises += width(batches[i], lengths.source) > width(batches[i - 1], lengths.source);
  }
  const double share = static_cast<double>(rises) / static_cast<double>(batches.size());
  EXPECT_GT(share, 0.3);
  EXPECT_LT(share, 0.7);
}

TEST(BatcherTest, APairBeyondTheBudgetIsABatchOfItsOwn) {
  const std::vector<int> source{3, 500, 4, 3, 2}, target{3, 4, 4, 300, 2};
  for (std::int64_t epoch = 0; epoch < 8; ++epoch) {
    const Batches batches = epoch_of(source, target, {.batch_tokens = 20}, epoch);
    expect_each_pair_once(batches, 5);
    for (const auto& batch : batches) {
      for (const auto pair : batch) {
        if (pair == 1 || pair == 3) {
          EXPECT_EQ(batch.size(), 1u);
        }
      }
    }
  }
}

TEST(BatcherTest, CountsTheEndTokenAndTheLongerSide) {
  // Four rows of 4 + 1 tokens are 20.
  const std::vector<int> four(4, 4), one(4, 1);
  EXPECT_EQ(epoch_of(four, one, {.batch_tokens = 20}).size(), 1u);
  EXPECT_EQ(epoch_of(one, four, {.batch_tokens = 20}).size(), 1u);
  EXPECT_EQ(epoch_of(four, one, {.batch_tokens = 19}).size(), 2u);
  EXPECT_EQ(epoch_of(one, four, {.batch_tokens = 19}).size(), 2u);
}

TEST(BatcherTest, TakesSmallCorpora) {
  EXPECT_THAT(epoch_of({}, {}, {}), IsEmpty());
  EXPECT_THAT(epoch_of({0}, {0}, {.batch_tokens = 1}), ElementsAre(ElementsAre(0u)));
  const Lengths lengths = realistic_lengths(30);
  const std::vector<PairPlace> pairs = pairs_of(lengths);
  EXPECT_EQ(Batcher(pairs, {.batch_tokens = 1 << 20}).epoch(3).size(), 1u);
}

TEST(BatcherTest, CutsAtMultiplesOfRowsWhereTheyFit) {
  const Lengths lengths = realistic_lengths(5000);
  const std::vector<PairPlace> pairs = pairs_of(lengths);
  const Batches batches = Batcher(pairs, {.batch_tokens = 2048, .row_multiple = 8}).epoch(0);
  expect_each_pair_once(batches, 5000);
  std::size_t others = 0;
  for (const auto& batch : batches) {
    const std::int64_t widest = std::max(width(batch, lengths.source), width(batch, lengths.target));
    EXPECT_LE(static_cast<std::int64_t>(batch.size()) * widest, 2048);
    others += batch.size() > 8 && batch.size() % 8 != 0;
  }
  EXPECT_LE(others, 1u);  // the last cut
  EXPECT_LT(padding_share(batches, lengths), 0.1);
}

TEST(BatcherTest, HasWhatAMixtureSays) {
  const Lengths lengths = realistic_lengths(500);
  const std::vector<PairPlace> pairs = pairs_of(lengths);
  const std::uint64_t ends[] = {100, 500};
  for (const std::int64_t window : {1 << 20, 64}) {
    const Batcher batcher(pairs, {.batch_tokens = 300, .window = window}, Mixture(ends, {250, 200}, 1));
    EXPECT_EQ(batcher.size(), 450);
    std::vector<int> seen(500);
    for (std::int64_t epoch = 0; epoch < 2; ++epoch) {
      for (const auto& batch : batcher.epoch(epoch)) {
        for (const std::uint32_t pair : batch) ++seen[pair];
      }
    }
    EXPECT_TRUE(std::all_of(seen.begin(), seen.begin() + 100, [](int times) { return times == 5; })) << window;
    EXPECT_TRUE(std::all_of(seen.begin() + 100, seen.end(), [](int times) { return times == 1; })) << window;
  }
}

TEST(BatcherTest, RefusesWhatCannotBe) {
  EXPECT_THROW(epoch_of({1}, {1}, {.batch_tokens = 0}), std::invalid_argument);
  EXPECT_THROW(epoch_of({1}, {1}, {.row_multiple = 0}), std::invalid_argument);
  EXPECT_THROW(epoch_of({1}, {1}, {.window = 0}), std::invalid_argument);
}

// Runs where the corpus is at hand: MULTI30K_DIR, filled by data/fetch_multi30k.sh.
TEST(BatcherTest, LittlePaddingOnMulti30k) {
  const char* folder = std::getenv("MULTI30K_DIR");
  if (folder == nullptr || *folder == 0) GTEST_SKIP() << "MULTI30K_DIR is not set";
  for (const std::string language : {"de", "fr"}) {
    const std::string train = std::string(folder) + "/train.";
    const ParallelText text = read_parallel({{train + "en.gz"}, {train + language + ".gz"}, {}});
    const std::vector<std::string>* texts[] = {&text.source, &text.target};
    const Tokenizer tokenizer = train_tokenizer(texts, {.vocabulary_size = 8000}, 2, {});
    FilterReport report;
    const TokenizedCorpus corpus = tokenize(text, tokenizer, tokenizer, {}, 2, report);
    EXPECT_EQ(report, (FilterReport{.kept = 29'000}));
    Lengths lengths;
    for (const PairPlace& place : corpus.pairs().places) {
      lengths.source.push_back(place.source_length);
      lengths.target.push_back(place.target_length);
    }
    const std::span<const PairPlace> pairs = corpus.pairs().places;
    const Batcher batcher(pairs, {.batch_tokens = 4096});
    for (std::int64_t epoch = 0; epoch < 4; ++epoch) {
      const double share = padding_share(batcher.epoch(epoch), lengths);
      EXPECT_LT(share, 0.05);
      RecordProperty("padding_" + language + std::to_string(epoch), std::to_string(share));
    }
  }
}

TEST(PadRowsTest, PadsBehindTheRows) {
  const std::vector<std::int32_t> a{5, 6, 7}, b{8}, c, start{1}, end{2}, several{1, 3};
  const std::span<const std::int32_t> rows[] = {a, b, c};
  const PaddedIds plain = pad_rows(rows, {}, {}, 0);
  EXPECT_EQ(plain.rows, 3);
  EXPECT_EQ(plain.width, 3);
  EXPECT_THAT(plain.ids, ElementsAre(5, 6, 7, 8, 0, 0, 0, 0, 0));
  EXPECT_THAT(plain.lengths, ElementsAre(3, 1, 0));

  const PaddedIds framed = pad_rows(rows, start, end, 9, 4);
  EXPECT_EQ(framed.width, 8);
  EXPECT_THAT(framed.lengths, ElementsAre(5, 3, 2));
  EXPECT_THAT(framed.ids, ElementsAre(1, 5, 6, 7, 2, 9, 9, 9,  //
                                      1, 8, 2, 9, 9, 9, 9, 9,  //
                                      1, 2, 9, 9, 9, 9, 9, 9));
  EXPECT_THAT(pad_rows(rows, start, {}, 0).ids, ElementsAre(1, 5, 6, 7, 1, 8, 0, 0, 1, 0, 0, 0));
  EXPECT_THAT(pad_rows(rows, {}, end, 0).ids, ElementsAre(5, 6, 7, 2, 8, 2, 0, 0, 2, 0, 0, 0));
  EXPECT_THAT(pad_rows(rows, several, end, 0).ids, ElementsAre(1, 3, 5, 6, 7, 2, 1, 3, 8, 2, 0, 0, 1, 3, 2, 0, 0, 0));
}

TEST(PadRowsTest, PutsItsOwnFrameAroundEachRow) {
  const std::vector<std::int32_t> a{5, 6}, b{8}, first{1}, second{3, 4}, end{2};
  const std::span<const std::int32_t> rows[] = {a, b};
  const RowFrame frames[] = {{first, end}, {second, {}}};
  const PaddedIds padded = pad_framed_rows(rows, frames, 0);
  EXPECT_THAT(padded.ids, ElementsAre(1, 5, 6, 2, 3, 4, 8, 0));
  EXPECT_THAT(padded.lengths, ElementsAre(4, 3));
}

TEST(PadRowsTest, TakesNoRowsAndWidthsThatFit) {
  const std::vector<std::int32_t> start{1}, end{2};
  const PaddedIds none = pad_rows({}, start, end, 0, 4);
  EXPECT_EQ(none.rows, 0);
  EXPECT_EQ(none.width, 0);
  EXPECT_THAT(none.ids, IsEmpty());
  const std::vector<std::int32_t> a{5, 6, 7, 8};
  const std::span<const std::int32_t> rows[] = {a};
  EXPECT_EQ(pad_rows(rows, {}, {}, 0, 4).width, 4);
  EXPECT_THROW(pad_rows(rows, {}, {}, 0, 0), std::invalid_argument);
}

}  // namespace
}  // namespace dragoman
