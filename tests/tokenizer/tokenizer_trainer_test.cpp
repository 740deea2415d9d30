#include "tokenizer/tokenizer_trainer.h"

#include "base/counter_random.h"
#include "tests/tokenizer/sample_text.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::ThrowsMessage;
using Algorithm = TokenizerOptions::Algorithm;
using Lines = std::vector<std::string>;

constexpr Algorithm kAlgorithms[] = {Algorithm::unigram, Algorithm::bpe};

struct Trained {
  Tokenizer tokenizer;
  Lines notices;
};

Trained train(const Lines& lines, const TokenizerOptions& options, int threads = 2) {
  const Lines* texts[] = {&lines};
  Lines notices;
  Tokenizer tokenizer =
      train_tokenizer(texts, options, threads, [&](const std::string& text) { notices.push_back(text); });
  return {tokenizer, notices};
}

Lines random_words(std::uint64_t item, int count) {
  CounterRandom random(1, RandomPurpose::sampling, item);
  Lines lines(static_cast<std::size_t>(count));
  for (auto& line : lines) {
    for (int letter = 0; letter < 30; ++letter)
      line += letter % 6 == 5 ? ' ' : static_cast<char>('a' + random.below(20));
  }
  return lines;
}

TEST(TokenizerTrainerTest, LearnsTheVocabularyAskedFor) {
  for (const Algorithm algorithm : kAlgorithms) {
    const Trained trained = train(random_words(0, 500), {.algorithm = algorithm, .vocabulary_size = 300});
    EXPECT_EQ(trained.tokenizer.vocabulary_size(), 300);
    EXPECT_THAT(trained.notices, IsEmpty());
  }
}

TEST(TokenizerTrainerTest, TheAlgorithmsDiffer) {
  const Lines lines = sample_lines();
  EXPECT_NE(train(lines, {.algorithm = Algorithm::unigram, .vocabulary_size = 200}).tokenizer.files(),
            train(lines, {.algorithm = Algorithm::bpe, .vocabulary_size = 200}).tokenizer.files());
}

TEST(TokenizerTrainerTest, TheSameTextGivesTheSameModelAtAnyThreadCount) {
  for (const Algorithm algorithm : kAlgorithms) {
    const TokenizerOptions options{.algorithm = algorithm, .vocabulary_size = 300};
    const Lines lines = random_words(1, 500);
    const std::vector<CodecFile> files = train(lines, options, 1).tokenizer.files();
    EXPECT_EQ(train(lines, options, 1).tokenizer.files(), files);
    EXPECT_EQ(train(lines, options, 3).tokenizer.files(), files);
  }
}

TEST(TokenizerTrainerTest, SeveralTextsGiveAJointVocabulary) {
  const Lines german{"Der Fluß ist groß.", "Das Haus ist weiß."}, french{"La pêche est mûre.", "Le château est là."};
  const Lines* texts[] = {&german, &french};
  const Tokenizer tokenizer = train_tokenizer(texts, {.vocabulary_size = 60}, 1, {});
  for (const auto* text : texts) {
    for (const auto& line : *text) EXPECT_EQ(tokenizer.decode(tokenizer.encode(line)), line);
  }
}

TEST(TokenizerTrainerTest, LowersTheVocabularyOfASmallTextAndSaysSo) {
  for (const Algorithm algorithm : kAlgorithms) {
    const Trained trained = train(sample_lines(), {.algorithm = algorithm, .vocabulary_size = 8000});
    const int size = trained.tokenizer.vocabulary_size();
    EXPECT_LT(size, 2000);
    EXPECT_GT(size, 60);
    EXPECT_THAT(trained.notices, ElementsAre(AllOf(HasSubstr("8000"), HasSubstr(std::to_string(size)))));
  }
}

TEST(TokenizerTrainerTest, StatesTheVocabularyThatTheCharactersNeed) {
  std::string alphabet;
  for (char c = 'a'; c <= 'z'; ++c) alphabet += c;
  // 26 letters, the mark of a word's beginning and 4 special pieces.
  for (const Algorithm algorithm : kAlgorithms) {
    EXPECT_THAT([&] { train({alphabet}, {.algorithm = algorithm, .vocabulary_size = 30}); },
                ThrowsMessage<std::invalid_argument>(AllOf(HasSubstr("vocabulary of 30"), HasSubstr("at least 31"))));
    EXPECT_EQ(train({alphabet}, {.algorithm = algorithm, .vocabulary_size = 31}).tokenizer.vocabulary_size(), 31);
    EXPECT_THAT([&] { train({alphabet}, {.algorithm = algorithm, .vocabulary_size = 286, .byte_fallback = true}); },
                ThrowsMessage<std::invalid_argument>(AllOf(HasSubstr("vocabulary of 286"), HasSubstr("at least 287"))));
  }
}

TEST(TokenizerTrainerTest, LearnsWithTheLeastCoverage) {
  EXPECT_GT(train(sample_lines(), {.vocabulary_size = 100, .character_coverage = 0.98}).tokenizer.vocabulary_size(),
            20);
}

TEST(TokenizerTrainerTest, CoverageLeavesRareCharactersOut) {
  Lines lines(100, "abcdefgh abcdefgh");
  lines.push_back("ж");
  const Tokenizer all = train(lines, {.vocabulary_size = 20}).tokenizer;
  EXPECT_EQ(all.decode(all.encode("ж")), "ж");
  const Tokenizer frequent = train(lines, {.vocabulary_size = 20, .character_coverage = 0.99}).tokenizer;
  EXPECT_THAT(frequent.encode("ж"), ::testing::Contains(frequent.special_ids().unk));
}

TEST(TokenizerTrainerTest, ByteFallbackKnowsEveryCharacter) {
  for (const Algorithm algorithm : kAlgorithms) {
    const Tokenizer tokenizer =
        train(sample_lines(), {.algorithm = algorithm, .vocabulary_size = 400, .byte_fallback = true}).tokenizer;
    const std::string text = "猫 and 😀";
    EXPECT_EQ(tokenizer.decode(tokenizer.encode(text)), text);
  }
}

TEST(TokenizerTrainerTest, LearnsFromSpacedLinesOfALargeText) {
  Lines lines(1000, "abab baba");
  for (std::size_t i = 0; i < lines.size(); i += 10) lines[i] = "cdcd dcdc";  // those that the sample consists of
  const Trained trained = train(lines, {.vocabulary_size = 20, .max_sentences = 100});
  EXPECT_THAT(trained.notices, ::testing::Contains(AllOf(HasSubstr("100 of 1000"))));
  EXPECT_THAT(trained.tokenizer.encode("cd"), ::testing::Not(::testing::Contains(trained.tokenizer.special_ids().unk)));
  EXPECT_THAT(trained.tokenizer.encode("ab"), ::testing::Contains(trained.tokenizer.special_ids().unk));
}

TEST(TokenizerTrainerTest, TakesStrangeLines) {
  Lines lines = sample_lines();
  lines.insert(lines.end(),
               {"", "   ", "a\tb\t\tc", "▁▁ x▁y ▁", std::string("nul\0byte", 8), "bad \xFF\xFE bytes \xE2\x82",
                "unk ⁇ sign ⁇", "\u0085\u2028\u200B\uFEFF", "\uFDFA\uFDFA"});
  for (int i = 0; i < 50; ++i) lines.insert(lines.end(), {"<s> </s> <pad> <unk>", "a<s>b</s>c", "<0x41> <0xFF>"});
  // Beyond what SentencePiece takes in one line, with spaces and without, of one byte and of three a character.
  std::string words, letters, kanji, grown;
  for (int i = 0; i < 10'000; ++i) words += "word ";
  for (int i = 0; i < 70'000; ++i) letters += static_cast<char>('a' + i % 7);
  for (int i = 0; i < 10'000; ++i) kanji += "猫";
  for (int i = 0; i < 2'000; ++i) grown += "\uFDFA";
  lines.insert(lines.end(), {words, letters, kanji, grown});
  for (const Algorithm algorithm : kAlgorithms) {
    for (const bool byte_fallback : {false, true}) {
      const Tokenizer tokenizer =
          train(lines, {.algorithm = algorithm, .vocabulary_size = 500, .byte_fallback = byte_fallback}).tokenizer;
      const std::int32_t unk = tokenizer.special_ids().unk;
      EXPECT_THAT(tokenizer.encode("猫猫 word"), ::testing::Not(::testing::Contains(unk)));
    }
  }
}

TEST(TokenizerTrainerTest, WritesNothingToTheTerminal) {
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  train(sample_lines(), {.vocabulary_size = 8000});
  EXPECT_THROW(train(sample_lines(), {.vocabulary_size = 20}), std::invalid_argument);
  EXPECT_THROW(Tokenizer::from_bytes("no model", "x"), std::runtime_error);
  EXPECT_EQ(::testing::internal::GetCapturedStdout(), "");
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST(TokenizerTrainerTest, RefusesTextWithoutText) {
  EXPECT_THAT([] { train({}, {}); }, ThrowsMessage<std::runtime_error>(HasSubstr("no text")));
  EXPECT_THAT([] { train({"", " ", "\t"}, {}); }, ThrowsMessage<std::runtime_error>(HasSubstr("no text")));
}

TEST(TokenizerOptionsTest, RefusesValuesOutOfRange) {
  EXPECT_NO_THROW(TokenizerOptions{}.validate());
  EXPECT_THAT([] { TokenizerOptions{.vocabulary_size = 7}.validate(); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("at least 8, not 7")));
  EXPECT_THAT([] { (TokenizerOptions{.vocabulary_size = 260, .byte_fallback = true}.validate()); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("at least 264 with byte fallback")));
  EXPECT_NO_THROW(TokenizerOptions{.character_coverage = 0.98}.validate());
  EXPECT_THAT([] { TokenizerOptions{.character_coverage = 0.95}.validate(); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("from 0.98 to 1, the range of SentencePiece, not 0.95")));
  EXPECT_THROW(TokenizerOptions{.character_coverage = 1.01}.validate(), std::invalid_argument);
  EXPECT_THROW(TokenizerOptions{.max_sentences = 0}.validate(), std::invalid_argument);
}

}  // namespace
}  // namespace dragoman
