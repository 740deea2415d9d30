#include "training/distributed/life_signs.h"

#include <torch/csrc/distributed/c10d/Store.hpp>

#include <exception>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <utility>

namespace dragoman {
namespace {

constexpr std::chrono::milliseconds kHeartbeat{500};
// How often the others' beats are looked at, and how long it takes at most until a silence is seen.
constexpr std::chrono::milliseconds kLook = LifeSigns::kSilence / 2;
constexpr std::chrono::milliseconds kNoticed = LifeSigns::kSilence + 2 * kLook;
constexpr std::chrono::milliseconds kPoll{50};

// The key of what the first process to notice has found out.
constexpr const char* kVerdict = "verdict";

std::string beats_key(int rank) {
  return fmt::format("beats/{}", rank);
}

}  // namespace

std::string describe_ranks(const std::vector<int>& ranks) {
  return fmt::format("{} {}", ranks.size() == 1 ? "rank" : "ranks", fmt::join(ranks, ", "));
}

LifeSigns::LifeSigns(const c10::intrusive_ptr<c10d::Store>& store, int rank, int size)
    : store_(store),
      rank_(rank),
      size_(size),
      beats_(static_cast<std::size_t>(size)),
      reached_(Clock::now()),
      heard_(static_cast<std::size_t>(size), reached_),
      heart_([this] { beat(); }) {}

LifeSigns::~LifeSigns() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  ending_.notify_all();
  heart_.join();
}

void LifeSigns::beat() {
  try {
    const c10::intrusive_ptr<c10d::Store> own = store_->clone();
    auto looked = Clock::now();
    for (bool ended = false; !ended;) {
      own->add(beats_key(rank_), 1);
      std::string verdict = own->check({kVerdict}) ? own->get_to_str(kVerdict) : "";
      if (Clock::now() - looked >= kLook) {
        listen(*own);
        looked = Clock::now();
      }
      std::unique_lock lock(mutex_);
      reached_ = Clock::now();
      verdict_ = std::move(verdict);
      ended = ending_.wait_for(lock, kHeartbeat, [this] { return ended_; });
    }
  } catch (const std::exception&) {
    const std::lock_guard lock(mutex_);
    reached_ = {};  // rank 0 is gone
  }
}

void LifeSigns::listen(c10d::Store& store) {
  for (int rank = 0; rank < size_; ++rank) {
    const auto at = static_cast<std::size_t>(rank);
    const std::int64_t beats = store.add(beats_key(rank), 0);
    if (beats == std::exchange(beats_[at], beats)) continue;
    const std::lock_guard lock(mutex_);
    heard_[at] = Clock::now();
  }
}

std::vector<int> LifeSigns::silent() {
  const std::lock_guard lock(mutex_);
  const auto now = Clock::now();
  if (now - reached_ >= kSilence) return {0};  // which has the store
  std::vector<int> ranks;
  for (int rank = 0; rank < size_; ++rank)
    if (rank != rank_ && now - heard_[static_cast<std::size_t>(rank)] >= kSilence) ranks.push_back(rank);
  return ranks;
}

std::string LifeSigns::verdict() {
  const std::lock_guard lock(mutex_);
  return verdict_;
}

bool LifeSigns::is_loss_known() {
  return !verdict().empty();
}

void LifeSigns::report_failure(const std::string& message) noexcept {
  try {
    store_->set(kVerdict, fmt::format("rank {} has failed: {}", rank_, message));
    // The others ask rank 0's store.
    if (rank_ == 0) std::this_thread::sleep_for(kSilence / 2);
  } catch (const std::exception&) {
    // Then they find out by themselves.
  }
}

void LifeSigns::explain_loss(const std::string& cause) {
  std::vector<int> lost;
  // Who ends in good order says why, perhaps after a moment.
  for (const auto end = Clock::now() + kNoticed; lost.empty() && Clock::now() < end;) {
    if (const std::string known = verdict(); !known.empty()) throw PeerLost(known);
    std::this_thread::sleep_for(kPoll);
    lost = silent();
  }
  if (lost.empty()) throw PeerLost(fmt::format("the connection to another process is lost: {}", cause));
  const std::string found = fmt::format("{} of {} is gone", describe_ranks(lost), size_);
  if (lost.front() == 0) throw PeerLost(found);  // the others see by themselves that the store does not answer
  try {
    store_->set(kVerdict, found);
    // The others notice when this process ends, and then rank 0's store is needed no more.
    if (rank_ == 0) std::this_thread::sleep_for(3 * kHeartbeat);
  } catch (const std::exception&) {
    // Then rank 0 is gone, too, which the others see by themselves.
  }
  throw PeerLost(found);
}

}  // namespace dragoman
