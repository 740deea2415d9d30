#include "data/corpus/corpus_cleaner.h"

#include "tests/base/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

class CorpusCleaner : public ::testing::Test {
 protected:
  CleaningReport clean(const std::string& source, const std::string& target) {
    PairReader pairs({{folder_.file("source", source)}, {folder_.file("target", target)}, {}}, {}, Utf8::keep);
    seen_.clear();
    return clean_corpus(pairs, cleaning_,
                        [this](const std::string& one, const std::string&, std::optional<PairRule> rule) {
                          seen_.emplace_back(one, rule);
                        });
  }

  const TemporaryFolder folder_;
  CorpusCleaning cleaning_;
  std::vector<std::pair<std::string, std::optional<PairRule>>> seen_;
};

TEST_F(CorpusCleaner, JudgesPairsInOrder) {
  const CleaningReport report =
      clean("a dog\n\na cat \na dog\na \xff\n", "ein Hund\nleer\neine Katze\nein Hund\nein\n");
  EXPECT_THAT(seen_, ElementsAre(Pair("a dog", std::nullopt), Pair("", PairRule::empty), Pair("a cat ", std::nullopt),
                                 Pair("a dog", PairRule::duplicate), Pair("a \xff", PairRule::utf8)));
  EXPECT_EQ(report.before.pairs(), 5);
  EXPECT_EQ(report.after.pairs(), 2);
  EXPECT_EQ(report.after.source.words.sum(), 4);
  EXPECT_THAT(report.rules,
              ElementsAre(Pair(PairRule::utf8, RuleCount{1, {5}}), Pair(PairRule::empty, RuleCount{1, {2}}),
                          Pair(PairRule::duplicate, RuleCount{1, {4}})));
}

TEST_F(CorpusCleaner, WhiteSpaceAtTheEdgesMakesNoOtherPair) {
  clean("a dog\n a dog\t\n", "ein Hund\nein Hund  \n");
  EXPECT_EQ(seen_[1].second, PairRule::duplicate);
  cleaning_.keep_duplicates = true;
  clean("a dog\n a dog\t\n", "ein Hund\nein Hund  \n");
  EXPECT_EQ(seen_[1].second, std::nullopt);
}

TEST_F(CorpusCleaner, NearDuplicatesDifferInNoLetterOnEitherSide) {
  const std::string source = "Page 3 of 12\nPAGE 4, of 12!\nPage 3 of 12\nPAGE 4, of 12!\nPage 5 of 12\nPages\n";
  const std::string target = "Seite 3\nSeite 4\nSeite 3\nSeite 4\nSeiten 5\nSeite\n";
  cleaning_.rules.min_letters = cleaning_.rules.min_numbers = 0;
  clean(source, target);
  EXPECT_EQ(seen_[1].second, std::nullopt);
  cleaning_.check_near_duplicates = true;
  const CleaningReport report = clean(source, target);
  EXPECT_EQ(report.rules.at(PairRule::duplicate), (RuleCount{1, {3}}));
  EXPECT_EQ(report.rules.at(PairRule::near_duplicate), (RuleCount{2, {2, 4}}));
  EXPECT_EQ(report.after.pairs(), 3);
}

TEST_F(CorpusCleaner, WhatHasNoLettersIsNoNearDuplicate) {
  cleaning_.check_near_duplicates = cleaning_.rules.copies = true;
  cleaning_.rules.min_letters = cleaning_.rules.min_numbers = 0;
  clean("12:30\n14:15\n12:30\n12:30!\n", "12.30\n14.15\n12.30 \n12.30\n");
  EXPECT_THAT(seen_, ElementsAre(Pair("12:30", std::nullopt), Pair("14:15", std::nullopt),
                                 Pair("12:30", PairRule::duplicate), Pair("12:30!", std::nullopt)));
}

TEST_F(CorpusCleaner, OnlyWhatIsKeptHasNearDuplicates) {
  cleaning_.check_near_duplicates = true;
  clean("a dog 1\nA dog\n", "ein Hund 2\nein Hund\n");
  EXPECT_THAT(seen_, ElementsAre(Pair("a dog 1", PairRule::numbers), Pair("A dog", std::nullopt)));
}

TEST_F(CorpusCleaner, TheSameSourceWithAnotherTargetIsAnotherPair) {
  clean("a dog\na dog\n", "ein Hund\nder Hund\n");
  EXPECT_EQ(seen_[1].second, std::nullopt);
}

TEST_F(CorpusCleaner, LeavesOutWhatIsHeldOut) {
  cleaning_.held_out = {folder_.file("test.en", "a dog \n\n"), folder_.file("test.de", "eine Katze\n")};
  clean("a dog\na cat\na tree\n", "der Hund\neine Katze\nein Baum\n");
  EXPECT_THAT(seen_, ElementsAre(Pair("a dog", PairRule::held_out), Pair("a cat", PairRule::held_out),
                                 Pair("a tree", std::nullopt)));
}

TEST_F(CorpusCleaner, CountsWhatIsHeldOutWhicheverRuleItBreaks) {
  cleaning_.held_out = {folder_.file("test.en", "a dog\na cat\na tree\n"), folder_.file("test.de", "\n")};
  const CleaningReport report = clean("a dog\na dog\na cat\n\n", "ein Hund\na dog\neine Katze \xff\n\n");
  EXPECT_THAT(seen_, ElementsAre(Pair("a dog", PairRule::held_out), Pair("a dog", PairRule::copy),
                                 Pair("a cat", PairRule::utf8), Pair("", PairRule::empty)));
  EXPECT_THAT(report.held_out, ElementsAre(HeldOutOverlap{cleaning_.held_out[0], 3, 2, 3, 1, 3},
                                           HeldOutOverlap{cleaning_.held_out[1], 0, 0, 0, 0, 0}));
}

TEST_F(CorpusCleaner, CountsThePiecesOfWhatIsThereAndOfWhatIsKept) {
  const CleaningReport without = clean("a dog\n", "ein Hund\n");
  EXPECT_EQ(without.before.source.pieces, std::nullopt);
  cleaning_.tokenizers = {Tokenizer::load(folder_.file("words", "<unk>\n</s>\na\ndog\n")),
                          Tokenizer::load(folder_.file("other", "<unk>\n</s>\nHund\n"))};
  const CleaningReport report = clean("a dog\na red cat\n\n", "ein Hund\neine rote Katze\nHund\n");
  EXPECT_EQ(report.before.source.pieces, (PieceCounts{5, 2, 1}));
  EXPECT_EQ(report.before.target.pieces, (PieceCounts{6, 4, 2}));
  EXPECT_EQ(report.after.source.pieces, (PieceCounts{5, 2, 1}));
  EXPECT_EQ(report.after.target.pieces, (PieceCounts{5, 4, 2}));
}

TEST_F(CorpusCleaner, LeavesOutWhatHasTooLowAScore) {
  cleaning_.scores = {folder_.file("scores", "-0.5\n-2.5\tmore\nnan\n"), -1};
  clean("a dog\na cat\na tree\n", "ein Hund\neine Katze\nein Baum\n");
  EXPECT_THAT(
      seen_, ElementsAre(Pair("a dog", std::nullopt), Pair("a cat", PairRule::score), Pair("a tree", PairRule::score)));
}

TEST_F(CorpusCleaner, ScoresMustBeAsManyAndNumbers) {
  const auto refusal = [this](const std::string& scores) -> std::string {
    cleaning_.scores = {folder_.file("scores", scores), -1};
    try {
      clean("a dog\na cat\n", "ein Hund\neine Katze\n");
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "no refusal";
  };
  EXPECT_THAT(refusal("-0.5\n"), HasSubstr("has 1 lines, but there is a pair 2"));
  EXPECT_THAT(refusal("-0.5\n-0.5\n-1\n-2\n"), HasSubstr("has 4 lines, but there are 2 pairs"));
  EXPECT_THAT(refusal("-0.5\ngood\n"), HasSubstr("scores:2: 'good' is no number"));
}

TEST_F(CorpusCleaner, IsTheSameWithAnyNumberOfThreads) {
  std::string source, target;
  for (int i = 0; i < 20'000; ++i) {
    const std::string number = std::to_string(i % 7919);
    source += "the dog has number " + number + (i % 11 == 0 ? " " + std::string(70, 'x') : "") + "\n";
    target += "der Hund hat die Nummer " + (i % 5 == 0 ? "12345" : number) + "\n";
  }
  for (const PairRule rule : {PairRule::duplicate, PairRule::near_duplicate}) {
    cleaning_.check_near_duplicates = rule == PairRule::near_duplicate;
    cleaning_.threads = 1;
    const CleaningReport alone = clean(source, target);
    const auto seen = seen_;
    cleaning_.threads = 3;
    const CleaningReport together = clean(source, target);
    EXPECT_EQ(seen_, seen);
    EXPECT_EQ(together.rules, alone.rules);
    EXPECT_EQ(together.after.target.characters, alone.after.target.characters);
    EXPECT_GT(alone.rules.at(rule).pairs, 100);
  }
}

}  // namespace
}  // namespace dragoman
