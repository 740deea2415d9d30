#pragma once

#include "app/line_request.h"
#include "app/service/translation_kind.h"
#include "decoding/search/interruption.h"
#include "decoding/text/translation.h"
#include "tokenizer/glossary.h"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <vector>

namespace dragoman {

/// Lines that somebody wants translated, and who hears of them: from any thread, two at once.
struct LineJob {
  TranslationKind kind;
  std::vector<LineRequest> lines;
  std::vector<GlossaryTerm> terms = {};  ///< of all lines
  bool goes_on = false;                  ///< other lines of the same request were taken: these are, however many wait
  std::stop_token stop = {};             ///< nobody wants them any more
  std::optional<std::chrono::steady_clock::time_point> deadline = std::nullopt;
  std::function<void(std::size_t index, Translation translation)> line_done = {};
  /// Comes once, behind everything else: null when all lines are done, or what went wrong; Interrupted behind `stop`
  /// and `deadline`.
  std::function<void(std::exception_ptr failure)> ended = {};
};

/// Lets the lines of all who ask be translated together: those of one kind in one batch, whoever they are of. Whoever
/// comes is served at once if there is anybody idle. Otherwise jobs have turns of a line each, so that one of few lines
/// is not kept waiting by one of many.
class LineBatcher {
 public:
  struct Options {
    int translators = 1;           ///< batches that are translated at once
    std::size_t batch_lines = 64;  ///< most lines in a batch
    std::size_t long_line = 2000;  ///< bytes: a line of more is many sentences, and keeps its translator busy
    std::size_t waiting = 20000;   ///< most lines that wait
  };
  /// Translates lines of one kind, in order. May throw.
  using Translate = std::function<std::vector<Translation>(const TranslationKind& kind, std::vector<LineRequest> lines,
                                                           const Interruption& interruption)>;

  LineBatcher(const Options& options, Translate translate);
  ~LineBatcher();
  LineBatcher(const LineBatcher&) = delete;
  LineBatcher& operator=(const LineBatcher&) = delete;

  /// False, and nothing is called, if so many lines wait that these would be too many; a job that comes while none wait
  /// or that goes on is taken whatever its size.
  bool submit(LineJob job);

  /// Ends the jobs that are there with Interrupted, and takes no more. Nothing is called any more when it returns.
  void stop();

  std::size_t waiting() const;

  struct Counts {
    std::uint64_t batches = 0, lines = 0;
  };
  Counts counts() const;

 private:
  struct Job;
  struct Batch;

  void serve();
  std::shared_ptr<Batch> take();
  void fill(Batch& batch);
  bool may_take(const Job& job) const;
  void run(Batch& batch);
  void translate(Batch& batch);
  void run_part(Batch& batch, const std::shared_ptr<Job>& job);
  void finish(Batch& batch);
  void give_up(const std::shared_ptr<Job>& job, std::exception_ptr failure);
  void end_if_done(const std::shared_ptr<Job>& job, std::unique_lock<std::mutex>& lock);

  Options options_;
  Translate translate_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::shared_ptr<Job>> jobs_;  // with lines that wait; the first has the next turn
  std::vector<std::shared_ptr<Batch>> running_;
  std::size_t waiting_ = 0;
  int on_long_lines_ = 0;  // batches that have such
  Counts counts_;
  bool ending_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace dragoman
