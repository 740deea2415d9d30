#include "training/life_signs.h"

#include <torch/csrc/distributed/c10d/Store.hpp>

#include <exception>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace dragoman {
namespace {

constexpr std::chrono::milliseconds kHeartbeat{500};

// The key of what the first process to notice has found out.
constexpr const char* kVerdict = "verdict";

std::vector<std::uint8_t> bytes_of(const std::string& text) {
  return {text.begin(), text.end()};
}

std::string text_at(c10d::Store& store, const std::string& key) {
  const std::vector<std::uint8_t> bytes = store.get(key);
  return {bytes.begin(), bytes.end()};
}

std::string beats_key(int rank) {
  return fmt::format("beats/{}", rank);
}

std::string failure_key(int rank) {
  return fmt::format("failure/{}", rank);
}

std::string describe_failure(int rank, const std::string& message) {
  return fmt::format("rank {} has failed: {}", rank, message);
}

}  // namespace

LifeSigns::LifeSigns(const c10::intrusive_ptr<c10d::Store>& store, int rank, int size)
    : store_(store), rank_(rank), size_(size), heart_([this] { beat(); }) {}

LifeSigns::~LifeSigns() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  ending_.notify_all();
  heart_.join();
}

void LifeSigns::beat() {
  std::unique_lock lock(mutex_);
  try {
    const c10::intrusive_ptr<c10d::Store> own = store_->clone();
    while (!ended_) {
      own->add(beats_key(rank_), 1);
      if (verdict_.empty() && own->check({kVerdict})) verdict_ = text_at(*own, kVerdict);
      ending_.wait_for(lock, kHeartbeat, [this] { return ended_; });
    }
  } catch (const std::exception&) {
    // Rank 0 is gone. The next operation of the group says so.
  }
}

std::vector<std::int64_t> LifeSigns::beats() {
  std::vector<std::int64_t> counts;
  for (int rank = 0; rank < size_; ++rank) counts.push_back(store_->add(beats_key(rank), 0));
  return counts;
}

std::vector<int> LifeSigns::silent_since(const std::vector<std::int64_t>& before) {
  const std::vector<std::int64_t> now = beats();
  std::vector<int> ranks;
  for (int rank = 0; rank < size_; ++rank) {
    const auto at = static_cast<std::size_t>(rank);
    if (rank != rank_ && now[at] == before[at]) ranks.push_back(rank);
  }
  return ranks;
}

bool LifeSigns::is_loss_known() {
  const std::lock_guard lock(mutex_);
  return !verdict_.empty();
}

bool LifeSigns::has_failure() {
  for (int rank = 0; rank < size_; ++rank)
    if (store_->check({failure_key(rank)})) return true;
  return false;
}

void LifeSigns::throw_failure() {
  for (int rank = 0; rank < size_; ++rank)
    if (store_->check({failure_key(rank)})) throw PeerLost(describe_failure(rank, text_at(*store_, failure_key(rank))));
}

void LifeSigns::report_failure(const std::string& message) noexcept {
  try {
    store_->set(failure_key(rank_), bytes_of(message));
    store_->set(kVerdict, bytes_of(describe_failure(rank_, message)));
    // The others ask rank 0's store who has failed.
    if (rank_ == 0) std::this_thread::sleep_for(kSilence / 2);
  } catch (const std::exception&) {
    // Then they find out by themselves.
  }
}

void LifeSigns::explain_loss(const std::string& cause) {
  {
    const std::lock_guard lock(mutex_);
    if (!verdict_.empty()) throw PeerLost(verdict_);
  }
  std::vector<int> silent;
  try {
    const std::vector<std::int64_t> before = beats();
    // Who ends in good order says why, perhaps after a moment.
    throw_failure();
    std::this_thread::sleep_for(kSilence);
    throw_failure();
    silent = silent_since(before);
  } catch (const PeerLost&) {
    throw;
  } catch (const std::exception&) {
    silent = {0};
  }
  if (silent.empty()) throw PeerLost(fmt::format("the connection to another process is lost: {}", cause));
  const std::string verdict =
      fmt::format("{} {} of {} is gone", silent.size() == 1 ? "rank" : "ranks", fmt::join(silent, ", "), size_);
  try {
    store_->set(kVerdict, bytes_of(verdict));
    // The others notice when this process ends, and then rank 0's store is needed no more.
    if (rank_ == 0) std::this_thread::sleep_for(3 * kHeartbeat);
  } catch (const std::exception&) {
    // Then rank 0 is what is gone, which the others see by themselves.
  }
  throw PeerLost(verdict);
}

}  // namespace dragoman
