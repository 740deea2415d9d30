#include "tests/app/service/line_jobs.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

TEST(LineBatcher, GivesEachLineItsTranslation) {
  Gate gate;
  gate.open();
  LineBatcher batcher({.translators = 3, .batch_lines = 4}, gate.translate());
  std::vector<OutcomePointer> outcomes;
  for (int i = 0; i < 50; ++i) outcomes.push_back(submit(batcher, numbered("j" + std::to_string(i) + "-", i)));
  for (int i = 0; i < 50; ++i) {
    std::vector<std::string> expected = numbered("[j" + std::to_string(i) + "-", i);
    for (std::string& text : expected) text += "]";
    EXPECT_EQ(outcomes[static_cast<std::size_t>(i)]->get(), expected);
  }
  EXPECT_EQ(batcher.counts().lines, 49U * 50 / 2);
  EXPECT_EQ(batcher.waiting(), 0U);
}

TEST(LineBatcher, PutsLinesOfSeveralInOneBatch) {
  Gate gate;
  LineBatcher batcher(one_translator(), gate.translate());
  const OutcomePointer first = submit(batcher, {"first"});
  EXPECT_THAT(gate.batches(1), ElementsAre(ElementsAre("first"))) << "who is alone is served at once";
  submit(batcher, {"a"});
  submit(batcher, {"b"});
  submit(batcher, {"c"});
  gate.open();
  EXPECT_THAT(gate.batches(2).back(), ElementsAre("a", "b", "c"));
}

TEST(LineBatcher, PutsNothingOfAnotherKindIntoABatch) {
  Gate gate;
  LineBatcher batcher(one_translator(), gate.translate());
  submit(batcher, {"first"});
  gate.batches(1);
  submit(batcher, {"a1", "a2"}, "de");
  submit(batcher, {"b1"}, "fr");
  submit(batcher, {"c1"}, "de");
  gate.open();
  EXPECT_THAT(gate.batches(3), ElementsAre(ElementsAre("first"), ElementsAre("a1", "c1", "a2"), ElementsAre("b1")));
}

TEST(LineBatcher, DoesNotLetAShortJobWaitForALongOne) {
  Gate gate;
  LineBatcher batcher(one_translator(), gate.translate());
  const OutcomePointer document = submit(batcher, numbered("d", 100));
  gate.batches(1);
  const OutcomePointer sentence = submit(batcher, {"s"});
  const OutcomePointer other_kind = submit(batcher, {"o"}, "fr");
  gate.step();
  gate.step();
  gate.step();
  const auto batches = gate.batches(4);
  EXPECT_THAT(batches[1], ElementsAre("d4", "s", "d5", "d6"));
  EXPECT_THAT(batches[2], ElementsAre("o"));
  EXPECT_THAT(batches[3], ElementsAre("d7", "d8", "d9", "d10"));
  EXPECT_THAT(sentence->get(), ElementsAre("[s]"));
  gate.open();
  EXPECT_THAT(document->get(), SizeIs(100));
}

TEST(LineBatcher, PutsLinesOfLikeLengthTogether) {
  Gate gate;
  LineBatcher batcher(one_translator(2), gate.translate());
  submit(batcher, {"first"});
  gate.batches(1);
  for (const char* const line : {"a line of some length", "b", "c", "another line of length"}) submit(batcher, {line});
  gate.open();
  const auto batches = gate.batches(3);
  EXPECT_THAT(batches[1], ElementsAre("a line of some length", "another line of length"));
  EXPECT_THAT(batches[2], ElementsAre("b", "c"));
}

TEST(LineBatcher, SharesAFewLinesAmongThoseWhoAreIdle) {
  Gate gate;
  LineBatcher batcher({.translators = 2, .batch_lines = 64}, gate.translate());
  submit(batcher, numbered("l", 6));
  auto batches = gate.batches(2);
  std::ranges::sort(batches);
  EXPECT_THAT(batches, ElementsAre(ElementsAre("l0", "l1", "l2"), ElementsAre("l3", "l4", "l5")));
  gate.open();
}

TEST(LineBatcher, KeepsATranslatorForLinesThatAreNotLong) {
  Gate gate;
  LineBatcher batcher({.translators = 2, .batch_lines = 4, .long_line = 10}, gate.translate());
  const std::string line(11, 'x');
  submit(batcher, {line, line, line});
  EXPECT_THAT(gate.batches(1), ElementsAre(ElementsAre(line)));
  const OutcomePointer brief = submit(batcher, {"brief"});
  EXPECT_THAT(gate.batches(2).back(), ElementsAre("brief"));
  gate.open();
  EXPECT_THAT(brief->get(), ElementsAre("[brief]"));
  EXPECT_THAT(gate.batches(4), SizeIs(4));
}

TEST(LineBatcher, TakesNoMoreThanMayWaitButAnythingWhereNobodyDoes) {
  Gate gate;
  LineBatcher batcher({.translators = 1, .batch_lines = 1, .waiting = 2}, gate.translate());
  const OutcomePointer document = submit(batcher, numbered("d", 10));
  gate.batches(1);
  const auto refused = std::make_shared<Outcome>();
  EXPECT_FALSE(batcher.submit(job_of({"too much"}, refused)));
  const auto rest = std::make_shared<Outcome>();
  LineJob going_on = job_of({"the rest"}, rest);
  going_on.goes_on = true;
  EXPECT_TRUE(batcher.submit(std::move(going_on)));
  gate.open();
  EXPECT_THAT(document->get(), SizeIs(10));
  EXPECT_THAT(rest->get(), ElementsAre("[the rest]"));
  EXPECT_THAT(submit(batcher, {"again"})->get(), ElementsAre("[again]"));
}

}  // namespace
}  // namespace dragoman
