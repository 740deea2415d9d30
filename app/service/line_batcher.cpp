#include "app/service/line_batcher.h"

#include <algorithm>
#include <csignal>
#include <pthread.h>
#include <utility>

namespace dragoman {

using Clock = std::chrono::steady_clock;

struct LineBatcher::Job {
  LineJob asked;
  std::size_t next = 0;     // lines before it have been begun
  std::size_t running = 0;  // lines in batches
  std::exception_ptr failure;
  bool ended = false;
  // Goes with the job, which must not be while the mutex is held: it waits for a callback that wants that.
  std::unique_ptr<std::stop_callback<std::function<void()>>> stopping;

  std::size_t waiting() const { return asked.lines.size() - next; }
  std::size_t size_of_next() const { return asked.lines[next].text.size(); }
  bool is_late() const { return asked.deadline && Clock::now() >= *asked.deadline; }
};

struct LineBatcher::Batch {
  struct Part {
    std::shared_ptr<Job> job;
    std::size_t line;
  };
  TranslationKind kind;
  std::vector<Part> parts;
  bool is_long = false;
  std::stop_source stop;

  std::vector<std::shared_ptr<Job>> jobs() const {
    std::vector<std::shared_ptr<Job>> distinct;
    for (const Part& part : parts) {
      if (std::ranges::find(distinct, part.job) == distinct.end()) distinct.push_back(part.job);
    }
    return distinct;
  }
};

namespace {

std::size_t distance(std::size_t a, std::size_t b) {
  return a < b ? b - a : a - b;
}

}  // namespace

LineBatcher::LineBatcher(const Options& options, Translate translate)
    : options_(options), translate_(std::move(translate)) {
  for (int i = 0; i < options_.translators; ++i) threads_.emplace_back([this] { serve(); });
}

LineBatcher::~LineBatcher() {
  stop();
}

void LineBatcher::stop() {
  std::vector<std::shared_ptr<Job>> left;
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    left.assign(jobs_.begin(), jobs_.end());
    for (const auto& batch : running_) std::ranges::copy(batch->jobs(), std::back_inserter(left));
  }
  for (const auto& job : left) give_up(job, std::make_exception_ptr(Interrupted(Interrupted::Reason::stopped)));
  changed_.notify_all();
  threads_.clear();
}

bool LineBatcher::submit(LineJob asked) {
  const auto job = std::make_shared<Job>();
  job->asked = std::move(asked);
  {
    std::unique_lock lock(mutex_);
    const std::size_t lines = job->asked.lines.size();
    const bool too_many = !job->asked.goes_on && waiting_ > 0 && waiting_ + lines > options_.waiting;
    if (ending_ || too_many) return false;
    if (lines == 0) {
      end_if_done(job, lock);
      return true;
    }
    waiting_ += lines;
    jobs_.push_back(job);
  }
  changed_.notify_all();
  job->stopping =
      std::make_unique<std::stop_callback<std::function<void()>>>(job->asked.stop, [this, weak = std::weak_ptr(job)] {
        if (const auto stopped = weak.lock())
          give_up(stopped, std::make_exception_ptr(Interrupted(Interrupted::Reason::stopped)));
      });
  return true;
}

std::size_t LineBatcher::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_;
}

LineBatcher::Counts LineBatcher::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

void LineBatcher::serve() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
  std::unique_lock lock(mutex_);
  while (true) {
    std::shared_ptr<Batch> batch;
    changed_.wait(lock, [&] { return ending_ || (batch = take()) != nullptr; });
    if (!batch) return;
    lock.unlock();
    run(*batch);
    finish(*batch);
    batch.reset();
    lock.lock();
  }
}

// One who translates is left for lines that are not long.
bool LineBatcher::may_take(const Job& job) const {
  const bool is_long = job.size_of_next() > options_.long_line;
  return !is_long || on_long_lines_ < std::max(options_.translators - 1, 1);
}

std::shared_ptr<LineBatcher::Batch> LineBatcher::take() {
  const auto first = std::ranges::find_if(jobs_, [this](const auto& job) { return may_take(*job); });
  if (first == jobs_.end()) return nullptr;
  const auto batch = std::make_shared<Batch>();
  batch->kind = (*first)->asked.kind;
  batch->is_long = (*first)->size_of_next() > options_.long_line;
  std::rotate(jobs_.begin(), first, jobs_.end());
  fill(*batch);
  // Who has had a turn comes behind those who have not.
  std::stable_partition(jobs_.begin(), jobs_.end(), [&](const auto& job) {
    return std::ranges::find(batch->parts, job, &Batch::Part::job) == batch->parts.end();
  });
  std::erase_if(jobs_, [](const auto& job) { return job->waiting() == 0; });
  running_.push_back(batch);
  on_long_lines_ += batch->is_long ? 1 : 0;
  ++counts_.batches;
  counts_.lines += batch->parts.size();
  return batch;
}

// With a line of the first job, and others of its kind: about as long as that one, since a batch takes as long as its
// longest line.
void LineBatcher::fill(Batch& batch) {
  std::vector<std::shared_ptr<Job>> near;
  std::ranges::copy_if(jobs_, std::back_inserter(near), [&](const auto& job) { return job->asked.kind == batch.kind; });
  const std::size_t wanted = near.front()->size_of_next();
  std::stable_sort(near.begin() + 1, near.end(), [&](const auto& a, const auto& b) {
    return distance(a->size_of_next(), wanted) < distance(b->size_of_next(), wanted);
  });
  // Whoever is idle, too, gets a share.
  const std::size_t idle = std::max<std::size_t>(static_cast<std::size_t>(options_.translators) - running_.size(), 1);
  const std::size_t share = std::min(options_.batch_lines, (waiting_ + idle - 1) / idle);
  const std::size_t most_bytes = options_.long_line * 8;
  std::size_t bytes = 0;
  for (bool grows = true; grows;) {
    grows = false;
    for (const auto& job : near) {
      if (job->waiting() == 0) continue;
      const std::size_t size = job->size_of_next();
      const bool fits = size <= options_.long_line && bytes + size <= most_bytes && batch.parts.size() < share;
      if (!batch.parts.empty() && (batch.is_long || !fits)) continue;
      bytes += size;
      batch.parts.push_back({job, job->next++});
      ++job->running;
      --waiting_;
      grows = true;
    }
  }
}

void LineBatcher::run(Batch& batch) {
  try {
    translate(batch);
  } catch (const Interrupted&) {
    for (const auto& job : batch.jobs()) {
      if (job->is_late()) give_up(job, std::current_exception());
    }
  } catch (...) {
    const std::vector<std::shared_ptr<Job>> jobs = batch.jobs();
    if (jobs.size() == 1) return give_up(jobs.front(), std::current_exception());
    for (const auto& job : jobs) run_part(batch, job);
  }
}

void LineBatcher::translate(Batch& batch) {
  Interruption interruption{batch.stop.get_token(), Clock::time_point::min()};
  std::vector<LineRequest> lines;
  for (const Batch::Part& part : batch.parts) {
    lines.push_back(part.job->asked.lines[part.line]);
    lines.back().terms = part.job->asked.terms;
    const auto& deadline = part.job->asked.deadline;
    if (interruption.deadline && deadline) interruption.deadline = std::max(*interruption.deadline, *deadline);
    if (!deadline) interruption.deadline.reset();
  }
  std::vector<Translation> translations = translate_(batch.kind, std::move(lines), interruption);
  for (std::size_t i = 0; i < batch.parts.size(); ++i)
    batch.parts[i].job->asked.line_done(batch.parts[i].line, std::move(translations.at(i)));
}

// What went wrong with all together goes wrong with one of them.
void LineBatcher::run_part(Batch& batch, const std::shared_ptr<Job>& job) {
  Batch part;
  part.kind = batch.kind;
  part.stop = batch.stop;
  std::ranges::copy_if(batch.parts, std::back_inserter(part.parts),
                       [&](const Batch::Part& one) { return one.job == job; });
  run(part);
}

void LineBatcher::finish(Batch& batch) {
  std::unique_lock lock(mutex_);
  std::erase_if(running_, [&](const auto& one) { return one.get() == &batch; });
  on_long_lines_ -= batch.is_long ? 1 : 0;
  for (const Batch::Part& part : batch.parts) --part.job->running;
  for (const auto& job : batch.jobs()) end_if_done(job, lock);
  lock.unlock();
  // The next may be one that only now has somebody to take it.
  changed_.notify_all();
}

void LineBatcher::give_up(const std::shared_ptr<Job>& job, std::exception_ptr failure) {
  std::unique_lock lock(mutex_);
  if (job->failure || job->ended) return;
  job->failure = std::move(failure);
  waiting_ -= job->waiting();
  job->next = job->asked.lines.size();
  std::erase(jobs_, job);
  for (const auto& batch : running_) {
    if (std::ranges::all_of(batch->parts, [](const Batch::Part& part) { return part.job->failure != nullptr; }))
      batch->stop.request_stop();
  }
  end_if_done(job, lock);
}

// Leaves the lock as it is.
void LineBatcher::end_if_done(const std::shared_ptr<Job>& job, std::unique_lock<std::mutex>& lock) {
  if (job->ended || job->running > 0 || job->waiting() > 0) return;
  job->ended = true;
  lock.unlock();
  job->asked.ended(job->failure);
  lock.lock();
}

}  // namespace dragoman
