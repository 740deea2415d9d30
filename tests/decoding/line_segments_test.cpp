#include "decoding/text/line_segments.h"

#include "tests/decoding/sample_sentences.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::ElementsAre;

LineSegmenter segmenter(SentenceSplitting splitting, std::size_t limit = 100) {
  return {sample_tokenizer(), source_splitter(splitting, {}), limit, in_threads(1)};
}

// What each segment of the line says.
std::vector<std::string> texts_of(const LineSegments& segments, std::size_t line) {
  std::vector<std::string> texts;
  for (const LineSegment& segment : segments.of(segments.lines[line]))
    texts.push_back(sample_tokenizer().decode(segment.ids));
  return texts;
}

TEST(LineSegments, AreSentencesWhereAsked) {
  const std::vector<std::string> lines{"the dog. 317.  288", "a cat", "", "the dog waits. ", "\u00ad"};
  const LineSegments on = segmenter(SentenceSplitting::on).segment(lines);
  EXPECT_THAT(texts_of(on, 0), ElementsAre("the dog.", "317.", "288"));
  EXPECT_THAT(texts_of(on, 1), ElementsAre("a cat"));
  EXPECT_THAT(texts_of(on, 2), ElementsAre());
  EXPECT_THAT(texts_of(on, 3), ElementsAre("the dog waits."));
  EXPECT_THAT(texts_of(on, 4), ElementsAre());
  EXPECT_EQ(on.segments[1].sentence, (TextRange{9, 13}));
  const LineSegments off = segmenter(SentenceSplitting::off).segment(lines);
  EXPECT_THAT(texts_of(off, 0), ElementsAre("the dog. 317. 288"));
  EXPECT_EQ(off.lines.size(), lines.size());
}

TEST(LineSegments, AnUnsplitLineHasTheSameIdsEitherWay) {
  std::vector<std::string> lines = sample_sentences(30);
  lines.push_back("  blanks around 3.5 dogs.  ");
  const LineSegments on = segmenter(SentenceSplitting::on).segment(lines);
  ASSERT_EQ(on.segments.size(), lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) EXPECT_EQ(on.segments[i].ids, sample_tokenizer().encode(lines[i]));
}

TEST(LineSegments, OfALongSentenceArePartsOfIt) {
  const std::vector<std::string> lines{"a cat. The birds sing in my town where the old dog waits. 317"};
  const LineSegments segments = segmenter(SentenceSplitting::on, 14).segment(lines);
  std::vector<std::int32_t> ids;
  for (const LineSegment& segment : segments.segments) {
    EXPECT_LE(segment.ids.size(), 14u);
    if (segment.sentence != segments.segments[1].sentence) continue;
    EXPECT_EQ(segment.first_token, ids.size());
    ids.insert(ids.end(), segment.ids.begin(), segment.ids.end());
  }
  EXPECT_EQ(ids, sample_tokenizer().encode("The birds sing in my town where the old dog waits."));
  EXPECT_EQ(texts_of(segments, 0).front(), "a cat.");
  EXPECT_EQ(texts_of(segments, 0).back(), "317");
  EXPECT_TRUE(segments.lines[0].cut);
}

TEST(LineSegments, SentencesAreNotPackedUpToTheLimit) {
  const std::vector<std::string> lines{"a cat. 317. 288."};
  EXPECT_EQ(segmenter(SentenceSplitting::on, 1000).segment(lines).segments.size(), 3u);
}

TEST(SentenceSplittingTest, IsAutomaticWhereNearlyAllLinesWereOneSentence) {
  const auto splits = [](SentenceSplitting splitting, std::optional<double> share) {
    TrainingFacts facts;
    facts.one_sentence_share = share;
    return source_splitter(splitting, facts) != nullptr && target_splitter(splitting, facts) != nullptr;
  };
  EXPECT_TRUE(splits(SentenceSplitting::automatic, 0.95));
  EXPECT_FALSE(splits(SentenceSplitting::automatic, 0.949));
  EXPECT_FALSE(splits(SentenceSplitting::automatic, std::nullopt)) << "nothing is known of an older model";
  EXPECT_TRUE(splits(SentenceSplitting::on, 0.1));
  EXPECT_FALSE(splits(SentenceSplitting::off, 1));
}

TEST(SentenceSplittingTest, KnowsTheLanguageOfEachSide) {
  TrainingFacts facts;
  facts.source_lang = "en";
  facts.target_lang = "de";
  const std::string line = "He is 20. Then";
  EXPECT_EQ(source_splitter(SentenceSplitting::on, facts)->split(line).size(), 2u);
  EXPECT_EQ(target_splitter(SentenceSplitting::on, facts)->split(line).size(), 1u);
}

}  // namespace
}  // namespace dragoman
