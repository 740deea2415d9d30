#include "decoding/text/line_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class LineReportTest : public ::testing::Test {
 protected:
  std::vector<std::string> notices_;
  LineReport report_{[this](const std::string& text) { notices_.push_back(text); }};
};

TEST_F(LineReportTest, NothingIsNotTold) {
  report_.tell();
  report_.finish();
  EXPECT_THAT(notices_, IsEmpty());
}

TEST_F(LineReportTest, OneLineIsNamed) {
  report_.add_too_long(3, {256});
  report_.add_unusual(4, {60, "the model"});
  report_.add_cut(5);
  report_.add_unknown(6, 2, 9);
  report_.add_not_scored(7, 1024);
  report_.finish();
  EXPECT_THAT(notices_, ElementsAre(AllOf(StartsWith("line 3: "), HasSubstr("256 tokens")),
                                    AllOf(StartsWith("line 4: "), HasSubstr("60 tokens")),
                                    AllOf(StartsWith("line 5: "), HasSubstr("--max-length")),
                                    AllOf(StartsWith("line 6: "), HasSubstr("7 of 9 characters")),
                                    AllOf(StartsWith("line 7: "), HasSubstr("1024 tokens"))));
}

TEST_F(LineReportTest, ManyLinesAreOneSentence) {
  for (int line = 1; line <= 1000; ++line) {
    report_.add_too_long(line, {256});
    report_.add_unknown(2 * line, line % 2, 1);
  }
  report_.finish();
  EXPECT_THAT(notices_, ElementsAre(AllOf(StartsWith("1000 lines are longer"),
                                          EndsWith(": lines 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, …")),
                                    AllOf(HasSubstr("500 in all, 500 nothing else"), HasSubstr("lines 2, 4, 6"))));
}

TEST_F(LineReportTest, TheLeastOfSeveralLengthsIsToldAndWhoseItIs) {
  report_.add_too_long(1, {30});
  report_.add_too_long(2, {14, "one of the models"});
  report_.add_too_long(3, {20, "the model"});
  report_.add_unusual(4, {9, "one of the models"});
  report_.add_unusual(4, {12, "the model"});
  report_.finish();
  EXPECT_THAT(notices_,
              ElementsAre("3 lines are longer than the 14 tokens that one of the models has positions for, and were "
                          "translated in parts: lines 1, 2, 3",
                          "line 4: a sentence is longer than 99.9 % of those that one of the models has learned from "
                          "(9 tokens); the translation may lack parts"));
}

TEST_F(LineReportTest, AnOptionThatLimitsLengthsIsNamed) {
  report_.add_too_long(1, {30});
  report_.finish();
  EXPECT_THAT(notices_, ElementsAre("line 1: longer than 30 tokens (--max-source-length), translated in parts"));
}

// Lines of several languages come one language behind the other, texts of a line as often as there are.
TEST_F(LineReportTest, LinesComeInOrderAndOnce) {
  for (const int line : {1, 3, 9, 2, 3, 8}) {
    report_.add_cut(line);
    report_.add_unknown(line, 1, 5);
    report_.add_terms(line, 2, 1);
  }
  report_.tell();
  EXPECT_THAT(notices_, ElementsAre(AllOf(StartsWith("5 translations"), EndsWith("lines 1, 2, 3, 8, 9")),
                                    AllOf(HasSubstr("6 in all"), EndsWith("lines 1, 2, 3, 8, 9")),
                                    AllOf(HasSubstr("lack a term"), EndsWith("lines 1, 2, 3, 8, 9"))));
  report_.finish();
  EXPECT_EQ(notices_.back(), "12 terms of the glossary in 5 lines, 6 of them in the translations");
}

TEST_F(LineReportTest, OfTwoModelsBothSayAWordOnALine) {
  LineReport second({});
  report_.add_cut(2);
  report_.add_unknown(2, 1, 4);
  second.add_cut(2);
  second.add_cut(1);
  second.add_unknown(3, 4, 4);
  second.add_too_long(5, {7});
  report_.add_of_second(second);
  report_.finish();
  EXPECT_THAT(notices_, ElementsAre(StartsWith("line 5: longer than 7"), EndsWith("lines 1, 2"),
                                    AllOf(StartsWith("line 2: "), HasSubstr("3 of 4 characters"))));
}

TEST_F(LineReportTest, WhatIsNewIsToldAtOnceAndTheRestAtTheEnd) {
  report_.add_cut(2);
  report_.tell();
  EXPECT_THAT(notices_, ElementsAre(StartsWith("line 2: ")));
  report_.add_cut(4);
  report_.tell();
  report_.add_cut(5);
  report_.add_too_long(5, {9});
  report_.tell();
  report_.finish();
  EXPECT_THAT(notices_, ElementsAre(StartsWith("line 2: "), StartsWith("line 5: longer than 9"),
                                    AllOf(StartsWith("3 translations"), EndsWith("lines 2, 4, 5"))));
}

}  // namespace
}  // namespace dragoman
