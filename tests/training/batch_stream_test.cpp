#include "training/data/batch_stream.h"

#include "data/parallel_corpus.h"
#include "tests/model/tiny_config.h"
#include "tests/tokenizer/sample_text.h"
#include "tokenizer/tokenizer_trainer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

Tokenizer sample_tokenizer() {
  const auto lines = sample_lines();
  const std::vector<std::string>* texts[] = {&lines};
  TokenizerOptions options;
  options.vocabulary_size = 140;
  return train_tokenizer(texts, options, 2, {});
}

class BatchStreamTest : public ::testing::Test {
 protected:
  BatchStreamTest() {
    const auto lines = sample_lines(60);
    for (std::size_t i = 0; i + 7 < lines.size(); ++i)
      corpus_.append(tokenizer_.encode(lines[i]), tokenizer_.encode(lines[i + 7]));
  }

  BatchStream stream(std::optional<PairDraws> draws = {}) const {
    return BatchStream(corpus_, options_, {frame_}, std::move(draws));
  }

  PairDraws sampler(std::size_t max_length = 256) const {
    return {{}, {{SubwordSampler(tokenizer_, 0.1), SubwordSampler(tokenizer_, 0.1)}}, 5, max_length};
  }

  PairDraws augmenter(const std::vector<std::string>& changes, std::size_t max_length = 256) const {
    return {{{Augmentation::of(changes), tokenizer_, tokenizer_}}, {}, 5, max_length};
  }

  // The target texts of a batch, in its order.
  std::vector<std::string> texts(const Batch& batch) const {
    std::vector<std::string> result;
    for (std::int64_t row = 0; row < batch.target_out.size(0); ++row) {
      const torch::Tensor ids = batch.target_out[row].to(torch::kInt32).contiguous();
      result.push_back(tokenizer_.decode({ids.const_data_ptr<std::int32_t>(), static_cast<std::size_t>(ids.numel())}));
    }
    return result;
  }

  static bool equal(const Batch& a, const Batch& b) {
    return a.source.equal(b.source) && a.target_in.equal(b.target_in) && a.target_out.equal(b.target_out) &&
           a.source_lengths.equal(b.source_lengths) && a.target_tokens == b.target_tokens;
  }

  Tokenizer tokenizer_ = sample_tokenizer();
  TokenizedCorpus corpus_;
  BatchOptions options_{.batch_tokens = 300, .seed = 3};
  TextFrame frame_ = text_frame(tiny_config());
};

TEST_F(BatchStreamTest, GivesTheBatchesOfEachEpochInOrder) {
  BatchStream batches = stream();
  batches.seek(0, 0);
  const Batcher batcher(corpus_.pairs().places, options_);
  for (std::int64_t epoch = 0; epoch < 3; ++epoch) {
    const auto expected = batcher.epoch(epoch);
    ASSERT_GT(expected.size(), 3u);
    EXPECT_EQ(batches.batches_in(epoch), static_cast<std::int64_t>(expected.size()));
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const PlacedBatch placed = batches.next();
      EXPECT_EQ(placed.epoch, epoch);
      EXPECT_EQ(placed.index, static_cast<std::int64_t>(i));
      EXPECT_EQ(placed.ends_epoch, i + 1 == expected.size());
      EXPECT_EQ(placed.share_of_epoch == 1.0, placed.ends_epoch);
      EXPECT_TRUE(equal(placed.batch, make_batch(corpus_.pairs(), expected[i], frame_, torch::kCPU)));
    }
  }
}

TEST_F(BatchStreamTest, GoesOnFromAnyPlaceAsIfItHadNeverStopped) {
  for (const bool sampled : {false, true}) {
    const auto of_kind = [&] {
      PairDraws draws = augmenter({"join=0.3", "typos=0.2", "title=0.3"});
      draws.pieces = sampler().pieces;
      return sampled ? std::optional(std::move(draws)) : std::nullopt;
    };
    BatchStream whole = stream(of_kind()), again = stream(of_kind());
    whole.seek(0, 0);
    std::vector<PlacedBatch> all;
    for (int i = 0; i < 25; ++i) all.push_back(whole.next());
    for (const std::size_t start : {24u, 0u, 7u, 13u}) {
      again.seek(all[start].epoch, all[start].index);
      for (std::size_t i = start; i < all.size(); ++i) EXPECT_TRUE(equal(again.next().batch, all[i].batch));
    }
  }
}

TEST_F(BatchStreamTest, GoesThroughTheWindowsOfALargeCorpus) {
  options_.window = 20;
  BatchStream whole = stream(), again = stream();
  whole.seek(0, 0);
  std::vector<PlacedBatch> all;
  do {
    all.push_back(whole.next());
  } while (!all.back().ends_epoch);
  EXPECT_EQ(whole.batches_in(0), static_cast<std::int64_t>(all.size()));
  std::int64_t rows = 0;
  for (const PlacedBatch& placed : all) {
    rows += placed.batch.source.size(0);
    EXPECT_DOUBLE_EQ(placed.share_of_epoch, static_cast<double>(rows) / static_cast<double>(corpus_.size()));
  }
  EXPECT_EQ(rows, static_cast<std::int64_t>(corpus_.size()));
  const std::size_t late = all.size() - 2;  // in the last window
  again.seek(0, static_cast<std::int64_t>(late));
  EXPECT_TRUE(equal(again.next().batch, all[late].batch));
}

TEST_F(BatchStreamTest, TheWorstBatchIsTheLargest) {
  corpus_.append(std::vector<std::int32_t>(600, 9), std::vector<std::int32_t>(700, 9));
  BatchStream batches = stream();
  EXPECT_EQ(batches.worst().target_out.size(1), 701);
}

TEST_F(BatchStreamTest, TheWorstBatchIsAsLongAsItIsDrawn) {
  options_.batch_tokens = 100'000;  // all pairs are one batch
  BatchStream plain = stream(), sampled = stream(sampler());
  const auto positions = [](const Batch& batch) { return batch.source.numel() + batch.target_in.numel(); };
  const std::int64_t worst = positions(sampled.worst());
  EXPECT_GT(worst, positions(plain.worst()));
  sampled.seek(0, 0);
  for (int epoch = 0; epoch < 8; ++epoch) EXPECT_LE(positions(sampled.next().batch), worst);
}

TEST_F(BatchStreamTest, TheWorstBatchIsInCapitalsWhereOneMayBe) {
  options_.batch_tokens = 100'000;
  BatchStream plain = stream(), changed = stream(augmenter({"upper=0.0001"}));
  const auto positions = [](const Batch& batch) { return batch.source.numel() + batch.target_in.numel(); };
  EXPECT_GT(positions(changed.worst()), positions(plain.worst()));
}

TEST_F(BatchStreamTest, SamplesOtherPiecesOfTheSameTextInEachEpoch) {
  BatchStream plain = stream(), sampled = stream(sampler());
  plain.seek(0, 0);
  sampled.seek(0, 0);
  std::set<std::string> pieces;  // of one sentence, over the epochs
  std::string followed;
  for (int i = 0; i < 60; ++i) {
    const Batch best = plain.next().batch, drawn = sampled.next().batch;
    const std::vector<std::string> lines = texts(drawn);
    EXPECT_EQ(texts(best), lines);
    EXPECT_FALSE(best.target_out.sizes() == drawn.target_out.sizes() && best.target_out.equal(drawn.target_out));
    if (followed.empty()) followed = lines[0];
    for (std::size_t row = 0; row < lines.size(); ++row) {
      if (lines[row] != followed) continue;
      std::string spelled;
      const torch::Tensor ids = drawn.target_out[static_cast<std::int64_t>(row)];
      for (std::int64_t k = 0; k < ids.numel(); ++k)
        spelled += tokenizer_.piece(static_cast<std::int32_t>(ids[k].item<std::int64_t>())) + " ";
      pieces.insert(spelled);
    }
  }
  EXPECT_GT(pieces.size(), 2u);
}

TEST_F(BatchStreamTest, WhatWouldBeTooLongKeepsItsBestPieces) {
  std::size_t longest = 0;
  for (std::size_t i = 0; i < corpus_.size(); ++i) longest = std::max(longest, corpus_.pairs().target(i).size());
  BatchStream sampled = stream(sampler(longest));
  sampled.seek(0, 0);
  for (int i = 0; i < 20; ++i)
    EXPECT_LE(sampled.next().batch.target_out.size(1), static_cast<std::int64_t>(longest + 1));
}

TEST_F(BatchStreamTest, ChangesTextsAnewInEachEpoch) {
  BatchStream plain = stream(), changed = stream(augmenter({"end=0.5"}));
  plain.seek(0, 0);
  changed.seek(0, 0);
  std::set<std::string> forms;  // of one sentence, over the epochs
  int with_end = 0, without = 0;
  std::string followed;
  for (int i = 0; i < 60; ++i) {
    const std::vector<std::string> before = texts(plain.next().batch), after = texts(changed.next().batch);
    ASSERT_EQ(before.size(), after.size());
    if (followed.empty()) followed = before[0];
    for (std::size_t row = 0; row < before.size(); ++row) {
      if (before[row] == followed) forms.insert(after[row]);
      EXPECT_THAT(before[row], ::testing::StartsWith(after[row]));
      if (!before[row].ends_with(".")) continue;
      ++(after[row] == before[row] ? with_end : without);
    }
  }
  EXPECT_GT(with_end, 20);
  EXPECT_GT(without, 20);
  EXPECT_EQ(forms.size(), 2u);
}

TEST_F(BatchStreamTest, JoinsTheLinesOfABatchAsFarAsTheyFit) {
  const auto whole = [](const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) text += (text.empty() ? "" : " ") + line;
    return text;
  };
  std::size_t longest = 0;
  for (std::size_t i = 0; i < corpus_.size(); ++i) longest = std::max(longest, corpus_.pairs().target(i).size());
  BatchStream plain = stream(), joined = stream(augmenter({"join=1"})),
              limited = stream(augmenter({"join=1"}, longest));
  for (BatchStream* one : {&plain, &joined, &limited}) one->seek(0, 0);
  std::set<std::size_t> together;
  for (int i = 0; i < 20; ++i) {
    const std::vector<std::string> before = texts(plain.next().batch), after = texts(joined.next().batch);
    EXPECT_EQ(whole(after), whole(before));
    together.insert((before.size() + after.size() - 1) / after.size());
    const Batch short_enough = limited.next().batch;
    EXPECT_EQ(whole(texts(short_enough)), whole(before));
    EXPECT_LE(short_enough.target_out.size(1), static_cast<std::int64_t>(longest + 1));
  }
  EXPECT_EQ(together, (std::set<std::size_t>{2, 3}));
}

// Each row has the frame of its own corpus; of the second, which is short, all come twice.
TEST_F(BatchStreamTest, MixesCorporaOfSeveralLanguages) {
  const auto first = static_cast<std::int64_t>(corpus_.size());
  corpus_.begin_corpus();
  const auto lines = sample_lines(70);
  for (std::size_t i = 60; i + 2 < lines.size(); ++i)
    corpus_.append(tokenizer_.encode(lines[i]), tokenizer_.encode(lines[i + 2]));
  const std::int64_t second = static_cast<std::int64_t>(corpus_.size()) - first;
  TextFrame german = frame_, french = frame_;
  german.source_before = {91};
  french.source_before = {92};
  BatchStream batches(corpus_, options_, {german, french}, {}, Mixture(corpus_.corpus_ends(), {first, 2 * second}, 1));
  batches.seek(0, 0);
  std::int64_t of_german = 0, of_french = 0;
  for (bool more = true; more;) {
    const PlacedBatch placed = batches.next();
    const torch::Tensor begin = placed.batch.source.select(1, 0);
    of_german += (begin == 91).sum().item<std::int64_t>();
    of_french += (begin == 92).sum().item<std::int64_t>();
    more = !placed.ends_epoch;
  }
  EXPECT_EQ(of_german, first);
  EXPECT_EQ(of_french, 2 * second);
  EXPECT_THROW(BatchStream(corpus_, options_, {german}, {}), std::invalid_argument) << "a frame is missing";
}

TEST_F(BatchStreamTest, TellsOfWhatFailsWhilePreparing) {
  corpus_.append(std::vector<std::int32_t>{100'000}, std::vector<std::int32_t>{5});
  BatchStream sampled = stream(sampler());
  sampled.seek(0, 0);
  EXPECT_THROW(
      {
        for (int i = 0; i < 100; ++i) sampled.next();
      },
      std::out_of_range);
  BatchStream plain = stream();
  EXPECT_THROW(plain.next(), std::logic_error) << "before seek()";
  plain.seek(0, 100'000);
  EXPECT_THAT([&] { plain.next(); }, ThrowsMessage<std::logic_error>(HasSubstr("behind the end")));
  EXPECT_THROW(BatchStream(TokenizedCorpus(), options_, {frame_}, {}), std::invalid_argument);
}

}  // namespace
}  // namespace dragoman
