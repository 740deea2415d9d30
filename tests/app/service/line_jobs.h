#pragma once

#include "app/service/line_batcher.h"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <future>
#include <gtest/gtest.h>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace dragoman {

/// What became of a job.
struct Outcome {
  std::mutex mutex;
  std::vector<std::string> texts;
  std::promise<std::exception_ptr> end;
  std::future<std::exception_ptr> ended = end.get_future();

  /// Rethrows what went wrong.
  std::vector<std::string> get() {
    if (ended.wait_for(std::chrono::seconds(10)) != std::future_status::ready)
      throw std::logic_error("the job has no end");
    if (const std::exception_ptr failure = ended.get()) std::rethrow_exception(failure);
    return texts;
  }
};
using OutcomePointer = std::shared_ptr<Outcome>;

inline std::vector<std::string> numbered(const std::string& name, int count) {
  std::vector<std::string> lines;
  for (int i = 0; i < count; ++i) lines.push_back(name + std::to_string(i));
  return lines;
}

inline Translation translation_of(const std::string& text) {
  Translation translation;
  translation.outputs.emplace_back().text = text;
  return translation;
}

/// Translates a line as itself in brackets, but no batch before it is let go.
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

  /// Lets one batch go.
  void step() {
    const std::lock_guard lock(mutex_);
    ++passes_;
    changed_.notify_all();
  }

  /// The texts of each batch so far, when there are so many of them.
  std::vector<std::vector<std::string>> batches(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(10), [&] { return batches_.size() >= count; });
    return batches_;
  }

 private:
  void pass(const TranslationKind&, const std::vector<LineRequest>& lines, const Interruption& interruption) {
    std::unique_lock lock(mutex_);
    std::vector<std::string>& texts = batches_.emplace_back();
    for (const LineRequest& line : lines) texts.push_back(line.text);
    changed_.notify_all();
    while (!changed_.wait_for(lock, std::chrono::milliseconds(5), [this] { return open_ || passes_ > 0; })) {
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

inline LineJob job_of(const std::vector<std::string>& lines, const OutcomePointer& outcome,
                      const std::string& target = "de") {
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

inline OutcomePointer submit(LineBatcher& batcher, const std::vector<std::string>& lines,
                             const std::string& target = "de") {
  auto outcome = std::make_shared<Outcome>();
  EXPECT_TRUE(batcher.submit(job_of(lines, outcome, target)));
  return outcome;
}

inline LineBatcher::Options one_translator(std::size_t batch_lines = 4) {
  return {.translators = 1, .batch_lines = batch_lines};
}

}  // namespace dragoman
