#include "data/corpus/corpus_statistics.h"

#include "tests/base/temporary_folder.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <optional>

namespace dragoman {
namespace {

TEST(LengthCounts, KnowMeanAndQuantiles) {
  LengthCounts counts;
  EXPECT_EQ(counts.quantile(0.5), 0u);
  EXPECT_EQ(counts.mean(), 0);
  for (std::uint32_t length = 1; length <= 100; ++length) counts.add(length);
  EXPECT_EQ(counts.lines(), 100);
  EXPECT_EQ(counts.sum(), 5050);
  EXPECT_DOUBLE_EQ(counts.mean(), 50.5);
  EXPECT_EQ(counts.quantile(0.5), 50u);
  EXPECT_EQ(counts.quantile(0.95), 95u);
  EXPECT_EQ(counts.quantile(1), 100u);
  EXPECT_EQ(counts.longest(), 100u);
}

TEST(LengthCounts, LongOnesAreTheLongest) {
  LengthCounts counts;
  for (const std::uint32_t length : {3u, 5000u, 70000u}) counts.add(length);
  EXPECT_EQ(counts.quantile(0.3), 3u);
  EXPECT_EQ(counts.quantile(0.6), 70000u);
  EXPECT_EQ(counts.sum(), 75003);
}

TEST(LengthCounts, OfTwoPartsAreThoseOfTheWhole) {
  LengthCounts one, other, both;
  for (const std::uint32_t length : {2u, 9u}) one.add(length), both.add(length);
  for (const std::uint32_t length : {4u, 2000u, 4u}) other.add(length), both.add(length);
  one.add(other);
  EXPECT_EQ(one.lines(), both.lines());
  EXPECT_EQ(one.longest(), both.longest());
  for (const double share : {0.1, 0.5, 0.8, 1.0}) EXPECT_EQ(one.quantile(share), both.quantile(share));
}

TEST(CorpusStatistics, CountBothSides) {
  CorpusStatistics statistics;
  statistics.add(line_facts("two dogs"), line_facts("\u0434\u043e\u043c a"));
  statistics.add(line_facts("one"), line_facts("ein"));
  EXPECT_EQ(statistics.pairs(), 2);
  EXPECT_EQ(statistics.source.words.sum(), 3);
  EXPECT_EQ(statistics.target.letters, 7);
  EXPECT_EQ(statistics.target.scripts.size(), 2u);
}

TEST(PieceCounts, AreOfOneTokenizer) {
  const TemporaryFolder folder;
  const Tokenizer words = Tokenizer::load(folder.file("words", "<unk>\n</s>\na\ndog\n"));
  EXPECT_EQ(count_pieces(words, "a dog a"), (PieceCounts{3, 0, 0}));
  EXPECT_EQ(count_pieces(words, "a cat and a dog"), (PieceCounts{5, 2, 1}));
  EXPECT_EQ(count_pieces(words, " "), (PieceCounts{0, 0, 0}));
}

TEST(SideStatistics, HavePiecesWhereSomeWereCounted) {
  SideStatistics one, other;
  one.add(line_facts("a dog"));
  EXPECT_EQ(one.pieces, std::nullopt);
  one.add(PieceCounts{2, 0, 0});
  other.add(PieceCounts{5, 2, 1});
  one.add(other);
  EXPECT_EQ(one.pieces, (PieceCounts{7, 2, 1}));
  one.add(SideStatistics());
  EXPECT_EQ(one.pieces, (PieceCounts{7, 2, 1}));
}

}  // namespace
}  // namespace dragoman
