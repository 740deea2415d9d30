#include "decoding/text/line_segments.h"

#include "base/atomic_file.h"
#include "decoding/text/segment_words.h"
#include "tests/decoding/sample_sentences.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;

LineSegmenter segmenter(SentenceSplitting splitting, std::size_t limit = 100) {
  return {{{sample_tokenizer(), limit}}, source_splitter(splitting, {}), in_threads(1)};
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

Tokenizer tokenizer_of_bytes() {
  const std::string stem = DRAGOMAN_FIXTURES "/byte_level/tokenizer";
  return Tokenizer::from_files(
      {{".merges", read_file(stem + ".merges")}, {".vocabulary", read_file(stem + ".vocabulary")}}, "bart");
}

TEST(LineSegments, OfFewLinesDoNotWaitForThoseWhoShareTheLoop) {
  int loops = 0;
  const LineSegmenter segmenter({{tokenizer_of_bytes(), 13}}, nullptr, [&](std::size_t count, const LoopBody& body) {
    ++loops;
    body(0, count);
  });
  EXPECT_EQ(segmenter.segment(std::vector<std::string>(2, "the zxqv")).segments.size(), 2U);
  EXPECT_EQ(loops, 0);
  EXPECT_EQ(segmenter.segment(std::vector<std::string>(1000, "the zxqv")).segments.size(), 1000U);
  EXPECT_EQ(loops, 1);
}

TEST(LineSegments, OfPiecesOfBytesAreCutBetweenWordsOrElseCharacters) {
  const Tokenizer tokenizer = tokenizer_of_bytes();
  const std::vector<std::string> lines{"the zxqv zxqvw. The zxqvw zxqv", "éèéèéèé"};
  const LineSegments segments = LineSegmenter({{tokenizer, 13}}, nullptr, in_threads(1)).segment(lines);
  std::vector<std::string> texts;
  for (const LineSegment& segment : segments.segments) texts.push_back(tokenizer.decode(segment.ids));
  EXPECT_THAT(texts, ElementsAre("the zxqv zxqvw.", " The zxqvw zxqv", "éèéèéè", "é"));
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
  EXPECT_EQ(segments.lines[0].exceeded, 14u);
}

TEST(LineSegments, SentencesAreNotPackedUpToTheLimit) {
  const std::vector<std::string> lines{"a cat. 317. 288."};
  EXPECT_EQ(segmenter(SentenceSplitting::on, 1000).segment(lines).segments.size(), 3u);
}

// The sample's pieces, with a token that says what language to translate into.
Tokenizer tokenizer_with_languages() {
  const Tokenizer sample = sample_tokenizer();
  std::string vocabulary = ">>fra<<\n<pad>\n</s>\n<unk>\n";
  for (std::int32_t id = 0; id < sample.vocabulary_size(); ++id) {
    if (sample.is_text(id)) vocabulary += sample.piece(id) + "\n";
  }
  return Tokenizer::from_files({sample.files().front(), {std::string(kVocabularyFile), vocabulary}}, "sample");
}

TEST(LineSegments, HaveTheLinesInstructionEach) {
  const Tokenizer tokenizer = tokenizer_with_languages();
  const std::vector<std::string> lines{">>fra<< a cat. The birds sing in my town where the old dog waits. 317",
                                       "a cat. 317"};
  const LineSegmenter segmenter({{tokenizer, 14}}, source_splitter(SentenceSplitting::on, {}), in_threads(1));
  const LineSegments segments = segmenter.segment(lines);
  std::vector<std::int32_t> ids;
  for (const LineSegment& segment : segments.of(segments.lines[0])) {
    EXPECT_EQ(segment.ids.front(), 0);
    EXPECT_LE(segment.ids.size(), 14u);
    EXPECT_EQ(segment.repeated, ids.empty() ? 0u : 1u) << "the first has it in its text";
    ids.insert(ids.end(), segment.ids.begin() + static_cast<std::ptrdiff_t>(segment.repeated), segment.ids.end());
  }
  EXPECT_EQ(ids, tokenizer.encode(lines[0]));
  const auto second = segments.of(segments.lines[1]);
  ASSERT_EQ(second.size(), 2u);
  EXPECT_EQ(second[1].ids, tokenizer.encode("317")) << "a line without one";
  EXPECT_EQ(second[1].repeated, 0u);

  const auto words = words_of_segments(lines[0], segments.of(segments.lines[0]), tokenizer);
  EXPECT_EQ(words.front().first, 0u);
  EXPECT_EQ(words.front().words.front(), (TokensOfWords::value_type{0}));
  EXPECT_EQ(words.back().first, 14u) << "317";
  EXPECT_EQ(words.back().words.at(0).front(), 1u) << "behind the instruction";
}

// By the second vocabulary, what each segment of the line says.
std::vector<std::string> other_texts_of(const LineSegments& segments, std::size_t line, const Tokenizer& other) {
  std::vector<std::string> texts;
  for (const LineSegment& segment : segments.of(segments.lines[line])) {
    EXPECT_EQ(segment.by_others.size(), 1u);
    texts.push_back(other.decode(segment.by_others.at(0)));
  }
  return texts;
}

TEST(LineSegments, AreReadByOtherVocabulariesToo) {
  const Tokenizer bytes = tokenizer_of_bytes();
  const LineSegmenter segmenter({{sample_tokenizer(), 14}, {bytes, 100}}, source_splitter(SentenceSplitting::on, {}),
                                in_threads(1));
  const std::vector<std::string> lines{"a cat. My birds sing in my town where the old dog waits. 317", "", "zxqv é"};
  const LineSegments segments = segmenter.segment(lines);
  const auto texts = other_texts_of(segments, 0, bytes);
  EXPECT_EQ(texts.front(), "a cat.");
  EXPECT_EQ(texts.back(), "317");
  std::string sentence;
  for (std::size_t i = 1; i + 1 < texts.size(); ++i) {
    sentence += texts[i];
    if (i == 1) continue;
    EXPECT_EQ(texts[i], " " + texts_of(segments, 0)[i]) << "white space goes with what is behind it";
  }
  EXPECT_EQ(sentence, "My birds sing in my town where the old dog waits.");
  EXPECT_THAT(other_texts_of(segments, 2, bytes), ElementsAre("zxqv é")) << "what the first does not know";
  EXPECT_EQ(segments.segments.back().ids, sample_tokenizer().encode(lines[2]));
}

TEST(LineSegments, AreNoLongerThanAnyVocabularyAllows) {
  const Tokenizer bytes = tokenizer_of_bytes();
  const std::string line = "the old dog sees a small cat under the green tree and jumps over the river";
  ASSERT_LE(sample_tokenizer().encode(line).size(), 100u);
  ASSERT_GT(bytes.encode(line).size(), 20u);
  const LineSegmenter segmenter({{sample_tokenizer(), 100}, {bytes, 20}}, nullptr, in_threads(1));
  const LineSegments segments = segmenter.segment(std::vector{line});
  EXPECT_EQ(segments.lines[0].exceeded, 20u);
  std::string text;
  for (const LineSegment& segment : segments.segments) {
    EXPECT_LE(segment.by_others.at(0).size(), 20u);
    text += bytes.decode(segment.by_others[0]);
  }
  EXPECT_EQ(text, line) << "nothing is lost";
}

TEST(LineSegments, TheLeastLimitThatIsExceededIsKnown) {
  const Tokenizer bytes = tokenizer_of_bytes();
  const std::vector<std::string> lines{"a", "the old dog", "the old dog sees a small cat under the green tree", ""};
  const auto exceeded = [&](std::size_t of_pieces, std::size_t of_bytes) {
    std::vector<std::optional<std::size_t>> limits;
    const LineSegmenter segmenter({{sample_tokenizer(), of_pieces}, {bytes, of_bytes}}, nullptr, in_threads(1));
    for (const LineSegments::Line& line : segmenter.segment(lines).lines) limits.push_back(line.exceeded);
    return limits;
  };
  const std::size_t pieces = sample_tokenizer().encode(lines[1]).size(), few = bytes.encode(lines[1]).size() - 1;
  EXPECT_THAT(exceeded(100, 1000), Each(std::nullopt));
  EXPECT_THAT(exceeded(100, few), ElementsAre(std::nullopt, few, few, std::nullopt));
  EXPECT_THAT(exceeded(pieces, 1000), ElementsAre(std::nullopt, std::nullopt, pieces, std::nullopt));
  EXPECT_THAT(exceeded(pieces, few), ElementsAre(std::nullopt, few, std::min(pieces, few), std::nullopt));
}

TEST(LineSegments, TheLeastUsualLengthThatIsExceededIsKnown) {
  const Tokenizer bytes = tokenizer_of_bytes();
  const std::vector<std::string> lines{"a cat", "the old dog sees a small cat under the green tree"};
  const auto exceeded = [&](std::optional<std::size_t> of_pieces, std::optional<std::size_t> of_bytes) {
    const LineSegmenter segmenter({{sample_tokenizer(), 100, of_pieces}, {bytes, 1000, of_bytes}}, nullptr,
                                  in_threads(1));
    const LineSegments segments = segmenter.segment(lines);
    EXPECT_EQ(segmenter.exceeded_usual(segments.of(segments.lines[0])), std::nullopt);
    return segmenter.exceeded_usual(segments.of(segments.lines[1]));
  };
  EXPECT_EQ(exceeded(std::nullopt, std::nullopt), std::nullopt);
  EXPECT_EQ(exceeded(90, 900), std::nullopt);
  EXPECT_EQ(exceeded(9, std::nullopt), 9);
  const std::size_t all_but_one = bytes.encode(lines[1]).size() - 1;
  EXPECT_EQ(exceeded(std::nullopt, all_but_one), all_but_one);
  EXPECT_EQ(exceeded(9, 30), 9);
  EXPECT_EQ(exceeded(9, 8), 8) << "of both the less";
}

// One token for the first, more than may be for the other.
TEST(LineSegments, AWordThatIsTooLongForAnotherVocabularyIsReadInPart) {
  const Tokenizer bytes = tokenizer_of_bytes();
  const LineSegmenter segmenter({{sample_tokenizer(), 100}, {bytes, 2}}, nullptr, in_threads(1));
  const LineSegments segments = segmenter.segment(std::vector<std::string>{"ππππ"});
  ASSERT_FALSE(segments.segments.empty());
  for (const LineSegment& segment : segments.segments) EXPECT_LE(segment.by_others.at(0).size(), 2u);
}

TEST(LineSegments, AWordThatIsTooLongDoesNotCutWhatIsBesideIt) {
  const LineSegmenter segmenter({{sample_tokenizer(), 100}, {tokenizer_of_bytes(), 16}}, nullptr, in_threads(1));
  const LineSegments segments =
      segmenter.segment(std::vector<std::string>{"one two three ππππππππππππ one two three one two three"});
  const auto is_long = [](const LineSegment& segment) { return segment.ids.size() > 1; };
  EXPECT_GE(std::ranges::count_if(segments.segments, is_long), 3);
}

TEST(LineSegments, APartWithoutACharacterIsUnknownToAnotherVocabulary) {
  const Tokenizer bytes = tokenizer_of_bytes(), sample = sample_tokenizer();
  const std::vector<std::string> lines{"é"};
  ASSERT_EQ(bytes.encode(lines[0]).size(), 2u);
  const LineSegments segments = LineSegmenter({{bytes, 1}, {sample, 20}}, nullptr, in_threads(1)).segment(lines);
  ASSERT_EQ(segments.segments.size(), 2u);
  EXPECT_THAT(segments.segments[0].by_others.at(0), ElementsAre(sample.special_ids().unk));
  EXPECT_EQ(segments.segments[1].by_others.at(0), sample.encode("é")) << "which ends here";
}

TEST(LineSegments, HaveTheInstructionsOfEachVocabulary) {
  const Tokenizer told = tokenizer_with_languages(), plain = sample_tokenizer();
  const std::vector<std::string> lines{">>fra<< a cat. The birds sing in my town where the old dog waits. 317"};
  const auto splitter = source_splitter(SentenceSplitting::on, {});
  for (const bool first_is_told : {true, false}) {
    const SourceVocabulary one{told, 40}, other{plain, 40};
    const LineSegmenter segmenter(first_is_told ? std::vector{one, other} : std::vector{other, one}, splitter,
                                  in_threads(1));
    const LineSegments segments = segmenter.segment(lines);
    ASSERT_EQ(segments.segments.size(), 3u);
    const LineSegment& last = segments.segments.back();
    const auto &by_told = first_is_told ? last.ids : last.by_others.at(0),
               &by_plain = first_is_told ? last.by_others.at(0) : last.ids;
    EXPECT_EQ(by_told.front(), 0) << ">>fra<<";
    EXPECT_EQ(std::vector(by_told.begin() + 1, by_told.end()), told.encode("317"));
    EXPECT_EQ(by_plain, plain.encode("317"));
    EXPECT_EQ(last.repeated, first_is_told ? 1u : 0u);
  }
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
