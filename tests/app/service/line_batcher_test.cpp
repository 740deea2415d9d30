#include "app/service/line_batcher.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <future>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace dragoman {
namespace {

using namespace std::chrono_literals;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// What became of a job.
struct Outcome {
  std::mutex mutex;
  std::vector<std::string> texts;
  std::promise<std::exception_ptr> end;
  std::future<std::exception_ptr> ended = end.get_future();

  // Rethrows what went wrong.
  std::vector<std::string> get() {
    if (ended.wait_for(10s) != std::future_status::ready) throw std::logic_error("the job has no end");
    if (const std::exception_ptr failure = ended.get()) std::rethrow_exception(failure);
    return texts;
  }
};
using OutcomePointer = std::shared_ptr<Outcome>;

std::vector<std::string> numbered(const std::string& name, int count) {
  std::vector<std::string> lines;
  for (int i = 0; i < count; ++i) lines.push_back(name + std::to_string(i));
  return lines;
}

Translation translation_of(const std::string& text) {
  Translation translation;
  translation.outputs.emplace_back().text = text;
  return translation;
}

// Translates a line as itself in brackets, but no batch before it is let go.
class Gate {
 public:
  LineBatcher::Translate translate() {
    return [this](const TranslationKind& kind, std::vector<LineRequest> lines, const Interruption& interruption) {
      pass(kind, lines, interruption);
      std::vector<Translation> translations;
      for (const LineRequest& line : lines) {
        if (line.text == "bad") throw std::runtime_error("a bad line");
        translations.push_back(translation_of("[" + line.text + "]"));
      }
      return translations;
    };
  }

  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }

  // Lets one batch go.
  void step() {
    const std::lock_guard lock(mutex_);
    ++passes_;
    changed_.notify_all();
  }

  // The texts of each batch so far, when there are so many of them.
  std::vector<std::vector<std::string>> batches(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, 10s, [&] { return batches_.size() >= count; });
    return batches_;
  }

 private:
  void pass(const TranslationKind&, const std::vector<LineRequest>& lines, const Interruption& interruption) {
    std::unique_lock lock(mutex_);
    std::vector<std::string>& texts = batches_.emplace_back();
    for (const LineRequest& line : lines) texts.push_back(line.text);
    changed_.notify_all();
    while (!changed_.wait_for(lock, 5ms, [this] { return open_ || passes_ > 0; })) {
      lock.unlock();
      interruption.check();
      lock.lock();
    }
    if (!open_) --passes_;
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::vector<std::string>> batches_;
  bool open_ = false;
  int passes_ = 0;
};

LineJob job_of(const std::vector<std::string>& lines, const OutcomePointer& outcome, const std::string& target = "de") {
  LineJob job;
  job.kind.target = target;
  for (const std::string& line : lines) job.lines.push_back({{line}});
  outcome->texts.resize(lines.size());
  job.line_done = [outcome](std::size_t index, Translation translation) {
    const std::lock_guard lock(outcome->mutex);
    outcome->texts[index] = translation.outputs.front().text;
  };
  job.ended = [outcome](const std::exception_ptr& failure) { outcome->end.set_value(failure); };
  return job;
}

OutcomePointer submit(LineBatcher& batcher, const std::vector<std::string>& lines, const std::string& target = "de") {
  auto outcome = std::make_shared<Outcome>();
  EXPECT_TRUE(batcher.submit(job_of(lines, outcome, target)));
  return outcome;
}

LineBatcher::Options one_translator(std::size_t batch_lines = 4) {
  return {.translators = 1, .batch_lines = batch_lines};
}

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

TEST(LineBatcher, TellsOfAFailureOnlyWhomItConcerns) {
  Gate gate;
  LineBatcher batcher(one_translator(), gate.translate());
  submit(batcher, {"first"});
  gate.batches(1);
  const OutcomePointer good = submit(batcher, {"good"}), bad = submit(batcher, {"bad"});
  gate.open();
  EXPECT_THAT(good->get(), ElementsAre("[good]"));
  EXPECT_THROW(bad->get(), std::runtime_error);
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

TEST(LineBatcher, GivesUpWhatNobodyWantsAnyMore) {
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

TEST(LineBatcher, DoesNotStopABatchThatOthersStillWant) {
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

TEST(LineBatcher, TakesAStopThatHasComeBefore) {
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

TEST(LineBatcher, EndsWhatTakesTooLong) {
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

TEST(LineBatcher, EndsAJobWithoutLinesAtOnce) {
  Gate gate;
  LineBatcher batcher(one_translator(), gate.translate());
  EXPECT_THAT(submit(batcher, {})->get(), IsEmpty());
}

TEST(LineBatcher, GivesUpWhatIsThereAtItsEnd) {
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
