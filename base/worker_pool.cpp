#include "base/worker_pool.h"

#include <algorithm>
#include <csignal>
#include <exception>
#include <memory>
#include <pthread.h>
#include <system_error>
#include <utility>

namespace dragoman {
namespace {

thread_local const WorkerPool* pool_of_this_thread = nullptr;

constexpr int kLongestRest = 255;

// Threads that are started in its scope take no signals.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_;
};

}  // namespace

struct WorkerPool::Call {
  std::function<void(std::size_t)> work;
  std::size_t count;
  bool is_posted = false;   // nobody waits for it: it goes when it is done
  std::size_t next = 0;     // the first that is not begun
  std::size_t running = 0;  // begun and not ended
  std::exception_ptr failure = nullptr;
  std::condition_variable ended = {};
};

WorkerPool::WorkerPool(int threads, const std::function<void()>& prepare) : threads_(std::max(threads, 1)) {
  const SignalsBlocked blocked;
  const auto begin = [&, this] {
    if (prepare) prepare();
    pool_of_this_thread = this;
    const std::lock_guard lock(mutex_);
    ++ready_;
    changed_.notify_all();
  };
  workers_.reserve(static_cast<std::size_t>(threads_));
  helped_.reserve(static_cast<std::size_t>(threads_));
  try {
    for (int i = 0; i < threads_; ++i) {
      workers_.emplace_back([this, &begin] {
        begin();
        serve();
      });
    }
  } catch (const std::system_error&) {
    // No more threads are to be had.
  }
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return ready_ == workers_.size(); });
}

WorkerPool::~WorkerPool() {
  const std::lock_guard lock(mutex_);
  ending_ = true;
  calls_changed();
  changed_.notify_all();
}

int WorkerPool::idle() const {
  const std::lock_guard lock(mutex_);
  std::size_t wanted = busy_;
  for (const Call* const call : calls_) wanted += call->count - call->next;
  return static_cast<int>(workers_.size() - std::min(wanted, workers_.size()));
}

void WorkerPool::run(std::size_t count, const std::function<void(std::size_t)>& work) {
  if (count == 0) return;
  if (pool_of_this_thread == this || workers_.empty()) {
    for (std::size_t i = 0; i < count; ++i) work(i);
    return;
  }
  Call call{work, count};
  std::unique_lock lock(mutex_);
  calls_.push_back(&call);
  calls_changed();
  if (count == 1) {
    changed_.notify_one();
  } else {
    changed_.notify_all();
  }
  call.ended.wait(lock, [&] { return call.next == call.count && call.running == 0; });
  if (call.failure) std::rethrow_exception(call.failure);
}

void WorkerPool::post(std::function<void()> work) {
  auto call = std::make_unique<Call>([work = std::move(work)](std::size_t) { work(); }, 1);
  call->is_posted = true;
  const std::lock_guard lock(mutex_);
  calls_.push_back(call.release());
  calls_changed();
  changed_.notify_one();
}

bool WorkerPool::may_wait() const {
  return !workers_.empty() && pool_of_this_thread != this;
}

void WorkerPool::serve() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return ending_ || !calls_.empty() || !helped_.empty(); });
    if (ending_) return;
    if (calls_.empty()) {
      help(lock);
      continue;
    }
    Call& call = *calls_.front();
    calls_.pop_front();
    do_one(call, lock);
  }
}

void WorkerPool::do_one(Call& call, std::unique_lock<std::mutex>& lock) {
  const std::size_t mine = call.next++;
  ++call.running;
  if (call.next < call.count) calls_.push_back(&call);
  calls_changed();
  ++busy_;
  lock.unlock();
  std::exception_ptr failure;
  try {
    call.work(mine);
  } catch (...) {
    failure = std::current_exception();
  }
  lock.lock();
  --busy_;
  if (failure && !call.failure) {
    call.failure = failure;
    call.next = call.count;
    std::erase(calls_, &call);
    calls_changed();
  }
  if (--call.running > 0 || call.next < call.count) return;
  if (call.is_posted) {
    delete &call;
  } else {
    call.ended.notify_one();
  }
}

void WorkerPool::help(std::unique_lock<std::mutex>& lock) {
  Help& help = *helped_.back();
  if (--help.places_ == 0) helped_.pop_back();
  help.loops_.announce();
  lock.unlock();
  help.loops_.help(wanted_);
  lock.lock();
}

WorkerPool::Help::Help(WorkerPool& pool) : pool_(pool), loops_([this] { call(); }) {}

void WorkerPool::Help::call() {
  const std::lock_guard lock(pool_.mutex_);
  if (pool_.rest_ > 0) {
    --pool_.rest_;
    return;
  }
  pool_.helped_.push_back(this);
  for (int i = 0; i < places_; ++i) pool_.changed_.notify_one();
}

WorkerPool::Help::~Help() {
  const std::lock_guard lock(pool_.mutex_);
  std::erase(pool_.helped_, this);
  if (loops_.stalled()) {
    pool_.last_rest_ = std::min(2 * pool_.last_rest_ + 1, kLongestRest);
    pool_.rest_ = pool_.last_rest_;
  } else if (loops_.shared()) {
    pool_.last_rest_ /= 2;
  }
}

ParallelLoop WorkerPool::loop() {
  return [this](std::size_t count, const LoopBody& body) {
    const std::size_t block = block_size(count, threads_);
    run((count + block - 1) / block, [&](std::size_t i) { body(i * block, std::min((i + 1) * block, count)); });
  };
}

}  // namespace dragoman
