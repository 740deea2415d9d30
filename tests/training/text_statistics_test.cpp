#include "training/data/text_statistics.h"

#include "tokenizer/tokenizer_trainer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::ElementsAre;
using ::testing::Optional;

TEST(TextSampler, CountsLinesOfOneSentence) {
  TextSampler sampler("en");
  EXPECT_EQ(sampler.one_sentence_share(), std::nullopt);
  sampler.add("\u00ad", "x");
  EXPECT_EQ(sampler.one_sentence_share(), std::nullopt) << "a blank line is none of one sentence";
  for (const char* line : {"One.", "Dr. Who", "One. Two.", "no stop"}) sampler.add(line, "x");
  EXPECT_THAT(sampler.one_sentence_share(), Optional(0.75));
}

TEST(TextSampler, KnowsTheLanguagesAbbreviations) {
  TextSampler english("en"), german("de");
  english.add("He is 20. Then he left.", "");
  german.add("Am 20. Tag ging er.", "");
  EXPECT_THAT(english.one_sentence_share(), Optional(0.0));
  EXPECT_THAT(german.one_sentence_share(), Optional(1.0));
}

TEST(TextSampler, OfALargeCorpusASampleIsLookedAt) {
  TextSampler sampler("");
  for (int i = 0; i < 300000; ++i) sampler.add(i < 240000 ? "one" : "One. Two.", std::to_string(i));
  EXPECT_NEAR(*sampler.one_sentence_share(), 0.8, 0.001);
  const ParallelText pairs = sampler.pairs();
  EXPECT_GE(pairs.source.size(), 1000u);
  EXPECT_LT(pairs.source.size(), 2000u);
  EXPECT_EQ(pairs.target.front(), "0");
  EXPECT_GT(std::stoi(pairs.target.back()), 290000);
}

TEST(TextSampler, LongLinesAreCutBetweenCharacters) {
  TextSampler sampler("");
  std::string line = "x";
  for (int i = 0; i < 1000; ++i) line += "ä";
  sampler.add(line, "short");
  EXPECT_EQ(sampler.pairs().source[0], line.substr(0, 999));
  EXPECT_THAT(sampler.pairs().target, ElementsAre("short"));
}

TEST(Lengths, AreThoseOfTheSource) {
  std::vector<PairPlace> pairs;
  for (int i = 1; i <= 1000; ++i) pairs.push_back({0, i, 7});
  TrainingFacts facts;
  describe_lengths(pairs, facts);
  EXPECT_THAT(facts.source_length_mean, Optional(500.5));
  EXPECT_THAT(facts.source_length_p99, Optional(990));
  EXPECT_THAT(facts.source_length_p999, Optional(999));
  EXPECT_THAT(facts.source_length_max, Optional(1000));
  facts = {};
  describe_lengths(std::span(pairs).first(1), facts);
  EXPECT_THAT(facts.source_length_p99, Optional(1));
  facts = {};
  describe_lengths({}, facts);
  EXPECT_EQ(facts, TrainingFacts{});
}

TEST(UnknownShare, IsOfVisibleCharacters) {
  const std::vector<std::string> lines(50, "abc def ghi.");
  const std::vector<std::string>* texts[] = {&lines};
  TokenizerOptions options;
  options.vocabulary_size = 18;
  const Tokenizer tokenizer = train_tokenizer(texts, options, 1, {});
  EXPECT_EQ(unknown_share(lines, tokenizer), 0);
  const std::vector<std::string> half{"abc.", "日本語で", "  ", "\u00ad"};
  EXPECT_EQ(unknown_share(half, tokenizer), 0.5);
  EXPECT_EQ(unknown_share({}, tokenizer), 0);
}

}  // namespace
}  // namespace dragoman
