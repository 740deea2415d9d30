#include "tests/app/service/line_jobs.h"

#include <chrono>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <stdexcept>
#include <stop_token>
#include <utility>

namespace dragoman {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(LineBatcherEndings, TellsOfAFailureOnlyWhomItConcerns) {
  Gate gate;
  LineBatcher batcher(one_translator(), gate.translate());
  submit(batcher, {"first"});
  gate.batches(1);
  const OutcomePointer good = submit(batcher, {"good"}), bad = submit(batcher, {"bad"});
  gate.open();
  EXPECT_THAT(good->get(), ElementsAre("[good]"));
  EXPECT_THROW(bad->get(), std::runtime_error);
}

TEST(LineBatcherEndings, GivesUpWhatNobodyWantsAnyMore) {
  Gate gate;
  LineBatcher batcher(one_translator(1), gate.translate());
  std::stop_source running, waiting;
  const auto first = std::make_shared<Outcome>(), second = std::make_shared<Outcome>();
  LineJob job = job_of(numbered("f", 3), first);
  job.stop = running.get_token();
  batcher.submit(std::move(job));
  gate.batches(1);
  job = job_of(numbered("s", 3), second);
  job.stop = waiting.get_token();
  batcher.submit(std::move(job));
  const OutcomePointer third = submit(batcher, {"t"});
  waiting.request_stop();
  EXPECT_THROW(second->get(), Interrupted);
  EXPECT_EQ(batcher.waiting(), 3U);
  running.request_stop();  // in the middle of its batch
  EXPECT_THROW(first->get(), Interrupted);
  EXPECT_THAT(gate.batches(2), ElementsAre(ElementsAre("f0"), ElementsAre("t")));
  gate.open();
  EXPECT_THAT(third->get(), ElementsAre("[t]"));
}

TEST(LineBatcherEndings, DoesNotStopABatchThatOthersStillWant) {
  Gate gate;
  LineBatcher batcher(one_translator(), gate.translate());
  submit(batcher, {"first"});
  gate.batches(1);
  std::stop_source leaving;
  const auto left = std::make_shared<Outcome>();
  LineJob job = job_of({"left"}, left);
  job.stop = leaving.get_token();
  batcher.submit(std::move(job));
  const OutcomePointer stays = submit(batcher, {"stays"});
  gate.step();
  EXPECT_THAT(gate.batches(2).back(), ElementsAre("left", "stays"));
  leaving.request_stop();
  gate.open();
  EXPECT_THAT(stays->get(), ElementsAre("[stays]"));
  EXPECT_THROW(left->get(), Interrupted);
}

TEST(LineBatcherEndings, TakesAStopThatHasComeBefore) {
  Gate gate;
  LineBatcher batcher(one_translator(), gate.translate());
  submit(batcher, {"first"});
  gate.batches(1);
  std::stop_source gone;
  gone.request_stop();
  const auto outcome = std::make_shared<Outcome>();
  LineJob job = job_of({"x"}, outcome);
  job.stop = gone.get_token();
  EXPECT_TRUE(batcher.submit(std::move(job)));
  EXPECT_THROW(outcome->get(), Interrupted);
  gate.open();
}

TEST(LineBatcherEndings, EndsWhatTakesTooLong) {
  Gate gate;
  LineBatcher batcher(one_translator(), gate.translate());
  const auto late = std::make_shared<Outcome>();
  LineJob job = job_of({"late"}, late);
  job.deadline = std::chrono::steady_clock::now() + 20ms;
  batcher.submit(std::move(job));
  try {
    late->get();
    FAIL() << "it has no end";
  } catch (const Interrupted& interrupted) {
    EXPECT_EQ(interrupted.reason(), Interrupted::Reason::deadline);
  }
  gate.open();
}

TEST(LineBatcherEndings, EndsAJobWithoutLinesAtOnce) {
  Gate gate;
  LineBatcher batcher(one_translator(), gate.translate());
  EXPECT_THAT(submit(batcher, {})->get(), IsEmpty());
}

TEST(LineBatcherEndings, GivesUpWhatIsThereAtItsEnd) {
  Gate gate;
  OutcomePointer running, waiting;
  {
    LineBatcher batcher(one_translator(1), gate.translate());
    running = submit(batcher, {"r"});
    gate.batches(1);
    waiting = submit(batcher, {"w"});
  }
  EXPECT_THROW(running->get(), Interrupted);
  EXPECT_THROW(waiting->get(), Interrupted);
}

}  // namespace
}  // namespace dragoman
