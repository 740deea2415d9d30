#pragma once

#include "base/parallel.h"
#include "base/shared_loop.h"

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace dragoman {

/// Threads that stay and wait for work, so that what is called often neither starts threads nor fills their caches
/// anew. They take no signals.
class WorkerPool {
 public:
  /// threads: at least 1. `prepare`, which must not throw, is called in each of them before
  /// this returns. Where the system has fewer threads
  /// to give, those do it all.
  explicit WorkerPool(int threads, const std::function<void()>& prepare = {});
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// As asked for; there may be fewer.
  int threads() const { return threads_; }

  /// How many threads have nothing to do now.
  int idle() const;

  /// Calls `work(i)` once for each i below `count`, in no defined order, and returns when all have ended. When works
  /// throw, those not yet begun are skipped and the first exception is rethrown here.
  ///
  /// Several threads may call at once: their works take turns, so that who brings few is not kept waiting by who
  /// brings many. Work that calls does what it brings itself, in its own thread.
  void run(std::size_t count, const std::function<void(std::size_t)>& work);

  /// Has `work`, which must not throw, done as one more call by one of the threads, which must be there. Does not wait
  /// for its end, which must come before the pool's.
  void post(std::function<void()> work);

  /// Whether the calling thread may wait for what it posts: there are threads, and it is none of them.
  bool may_wait() const;

  /// As long as it lives, threads of the pool that have nothing to do help with the loops that the calling one, which
  /// must be one of them, shares. Where that has stalled there is no help for a while.
  class Help {
   public:
    explicit Help(WorkerPool& pool);
    ~Help();
    Help(const Help&) = delete;
    Help& operator=(const Help&) = delete;

   private:
    friend class WorkerPool;
    void call();

    WorkerPool& pool_;
    int places_ = LoopHelp::kMostHelpers;
    LoopHelp loops_;
  };

  /// Has a loop's blocks done by the threads. The pool must outlive it.
  ParallelLoop loop();

 private:
  struct Call;

  void serve();
  void do_one(Call& call, std::unique_lock<std::mutex>& lock);
  void help(std::unique_lock<std::mutex>& lock);
  void calls_changed() { wanted_ = ending_ || !calls_.empty(); }

  int threads_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Call*> calls_;  // with works not yet begun; the first has the next turn
  std::size_t ready_ = 0;    // threads that are prepared
  std::size_t busy_ = 0;     // with works that they have begun
  bool ending_ = false;
  std::vector<Help*> helped_;         // with places for helpers
  int rest_ = 0;                      // so many that come next have no help
  int last_rest_ = 0;                 // how many that were when it last began; half as many for each that did not stall
  std::atomic<bool> wanted_ = false;  // whether threads have something else to do than to help
  std::vector<std::jthread> workers_;  // the last member: they use the others
};

}  // namespace dragoman
