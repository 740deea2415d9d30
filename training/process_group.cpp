#define USE_C10D_GLOO  // LibTorch is built with it; its header asks

#include "training/process_group.h"

#include <c10/util/Logging.h>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

#include <atomic>
#include <condition_variable>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

C10_DECLARE_int(caffe2_log_level);

namespace dragoman {
namespace {

using torch::Tensor;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr int kFatalOnly = 3;
constexpr milliseconds kHeartbeat{500};
// Whose heart has not beaten for so long is gone.
constexpr milliseconds kSilence{4000};
constexpr milliseconds kPoll{50};

// The key of what the first process to notice has found out.
constexpr const char* kVerdict = "verdict";

std::vector<std::uint8_t> bytes_of(const std::string& text) {
  return {text.begin(), text.end()};
}

std::string text_of(const std::vector<std::uint8_t>& bytes) {
  return {bytes.begin(), bytes.end()};
}

std::string key(const char* kind, int rank) {
  return fmt::format("{}/{}", kind, rank);
}

std::string describe(const std::vector<int>& ranks) {
  return fmt::format("{} {}", ranks.size() == 1 ? "rank" : "ranks", fmt::join(ranks, ", "));
}

std::string describe_failure(int rank, const std::string& message) {
  return fmt::format("rank {} has failed: {}", rank, message);
}

c10::intrusive_ptr<c10d::Store> open_store(const Launch& launch, milliseconds timeout) {
  c10d::TCPStoreOptions options;
  options.port = launch.port;
  options.isServer = launch.rank == 0;
  options.waitWorkers = false;
  options.timeout = timeout;
  try {
    return c10::make_intrusive<c10d::TCPStore>(launch.host, options);
  } catch (const std::exception& error) {
    const std::string why = std::string(error.what()).substr(0, std::string_view(error.what()).find('\n'));
    if (launch.rank == 0) {
      throw std::runtime_error(fmt::format("rank 0 cannot listen at {}:{} ({}); set MASTER_PORT to a free port",
                                           launch.host, launch.port, why));
    }
    throw std::runtime_error(
        fmt::format("rank {} cannot reach rank 0 at {}:{} within {} s; are MASTER_ADDR and MASTER_PORT right, and has "
                    "rank 0 been started?",
                    launch.rank, launch.host, launch.port, timeout.count() / 1000));
  }
}

}  // namespace

struct ProcessGroup::Connection {
  c10::intrusive_ptr<c10d::Store> store;
  c10::intrusive_ptr<c10d::ProcessGroupGloo> gloo;

  // Shows the others that this process lives.
  std::mutex mutex;
  std::condition_variable ending;
  bool ended = false;
  std::string verdict;  // what another process has found to be lost
  std::thread heart;

  void start_heart(int rank) {
    heart = std::thread([this, rank, own = store->clone()] {
      std::unique_lock lock(mutex);
      try {
        while (!ended) {
          own->add(key("beats", rank), 1);
          if (verdict.empty() && own->check({kVerdict})) verdict = text_of(own->get(kVerdict));
          ending.wait_for(lock, kHeartbeat, [this] { return ended; });
        }
      } catch (const std::exception&) {
        // Rank 0 is gone. The next operation of the group says so.
      }
    });
  }

  ~Connection() {
    {
      const std::lock_guard lock(mutex);
      ended = true;
    }
    ending.notify_all();
    if (heart.joinable()) heart.join();
  }
};

ProcessGroup::ProcessGroup(const Launch& launch, milliseconds timeout)
    : rank_(launch.rank), size_(launch.size), timeout_(timeout), connection_(std::make_unique<Connection>()) {
  FLAGS_caffe2_log_level = kFatalOnly;  // what c10d logs is told by exceptions, too, and in one line
  connection_->store = open_store(launch, timeout);
  connection_->start_heart(rank_);
  wait_for_all(launch);
  guarded([&] {
    const auto options = c10d::ProcessGroupGloo::Options::create(timeout);
    // On one host nothing needs to know its name.
    const bool local = launch.host == "127.0.0.1" || launch.host == "localhost";
    options->devices.push_back(local ? c10d::ProcessGroupGloo::createDeviceForHostname("127.0.0.1")
                                     : c10d::ProcessGroupGloo::createDefaultDevice());
    connection_->gloo = c10::make_intrusive<c10d::ProcessGroupGloo>(connection_->store, rank_, size_, options);
  });
}

ProcessGroup::~ProcessGroup() = default;

void ProcessGroup::wait_for_all(const Launch& launch) {
  std::vector<int> missing;
  try {
    c10d::Store& store = *connection_->store;
    store.set(key("here", rank_), bytes_of("yes"));
    for (const auto end = Clock::now() + timeout_;; std::this_thread::sleep_for(kPoll)) {
      missing.clear();
      for (int rank = 0; rank < size_; ++rank)
        if (!store.check({key("here", rank)})) missing.push_back(rank);
      if (missing.empty()) return;
      if (Clock::now() > end) break;
    }
  } catch (const std::exception&) {
    throw PeerLost(fmt::format("rank 0 of {} is gone; the others had not all come yet", size_));
  }
  throw std::runtime_error(fmt::format("{} of {} processes did not come to {}:{} within {} s", describe(missing), size_,
                                       launch.host, launch.port, timeout_.count() / 1000));
}

void ProcessGroup::guarded(const std::function<void()>& operation) {
  std::string cause;
  try {
    operation();
    return;
  } catch (const PeerLost&) {
    throw;
  } catch (const std::exception& error) {
    cause = std::string(error.what()).substr(0, std::string_view(error.what()).find('\n'));
  }
  explain_loss(cause);
}

void ProcessGroup::reduce(Tensor values, Reduction reduction) {
  guarded([&] {
    std::vector<Tensor> tensors{values};
    c10d::AllreduceOptions options;
    options.reduceOp = reduction == Reduction::sum ? c10d::ReduceOp::SUM : c10d::ReduceOp::MIN;
    connection_->gloo->allreduce(tensors, options)->wait();
  });
}

std::function<void()> ProcessGroup::start_sum(Tensor values) {
  c10::intrusive_ptr<c10d::Work> work;
  guarded([&] {
    std::vector<Tensor> tensors{values};
    work = connection_->gloo->allreduce(tensors);
  });
  return [this, work] { guarded([&] { work->wait(); }); };
}

void ProcessGroup::broadcast(Tensor values) {
  guarded([&] {
    std::vector<Tensor> tensors{values};
    connection_->gloo->broadcast(tensors)->wait();
  });
}

std::string ProcessGroup::from_first(const std::string& text) {
  const std::string place = fmt::format("text/{}", exchanges_++);
  if (rank_ == 0) {
    guarded([&] { connection_->store->set(place, bytes_of(text)); });
    return text;
  }
  return wait_for(place);
}

std::vector<std::string> ProcessGroup::from_all(const std::string& text) {
  const std::string place = fmt::format("texts/{}", exchanges_++);
  guarded([&] { connection_->store->set(key(place.c_str(), rank_), bytes_of(text)); });
  std::vector<std::string> texts;
  for (int rank = 0; rank < size_; ++rank) texts.push_back(wait_for(key(place.c_str(), rank)));
  return texts;
}

// The value of a key that another process will set, unless it fails before.
std::string ProcessGroup::wait_for(const std::string& place) {
  std::string value;
  guarded([&] {
    c10d::Store& store = *connection_->store;
    for (const auto end = Clock::now() + timeout_; !store.check({place}); std::this_thread::sleep_for(kPoll)) {
      for (int rank = 0; rank < size_; ++rank)
        if (store.check({key("failure", rank)})) explain_loss("");
      if (Clock::now() > end) throw std::runtime_error("timed out");
    }
    value = text_of(store.get(place));
  });
  return value;
}

void ProcessGroup::leave() {
  from_all("done");
  guarded([&] { connection_->store->set(key("left", rank_), bytes_of("yes")); });
  if (rank_ > 0) return;
  // The others still read from the store, which is in this process.
  for (int rank = 1; rank < size_; ++rank) wait_for(key("left", rank));
}

void ProcessGroup::report_failure(const std::string& message) noexcept {
  try {
    connection_->store->set(key("failure", rank_), bytes_of(message));
    connection_->store->set(kVerdict, bytes_of(describe_failure(rank_, message)));
    // The others ask rank 0's store who has failed.
    if (rank_ == 0) std::this_thread::sleep_for(kSilence / 2);
  } catch (const std::exception&) {
    // Then they find out by themselves.
  }
}

void ProcessGroup::explain_loss(const std::string& cause) {
  {
    const std::lock_guard lock(connection_->mutex);
    if (!connection_->verdict.empty()) throw PeerLost(connection_->verdict);
  }
  std::vector<int> silent;
  try {
    c10d::Store& store = *connection_->store;
    const auto beats = [&] {
      std::vector<std::int64_t> counts;
      for (int rank = 0; rank < size_; ++rank) counts.push_back(store.add(key("beats", rank), 0));
      return counts;
    };
    const std::vector<std::int64_t> before = beats();
    // Who ends in good order says why, perhaps after a moment.
    const auto throw_failure = [&] {
      for (int rank = 0; rank < size_; ++rank) {
        if (store.check({key("failure", rank)}))
          throw PeerLost(describe_failure(rank, text_of(store.get(key("failure", rank)))));
      }
    };
    throw_failure();
    std::this_thread::sleep_for(kSilence);
    throw_failure();
    const std::vector<std::int64_t> after = beats();
    for (int rank = 0; rank < size_; ++rank)
      if (rank != rank_ && after[static_cast<std::size_t>(rank)] == before[static_cast<std::size_t>(rank)])
        silent.push_back(rank);
  } catch (const PeerLost&) {
    throw;
  } catch (const std::exception&) {
    silent = {0};
  }
  if (silent.empty()) throw PeerLost(fmt::format("the connection to another process is lost: {}", cause));
  const std::string verdict = fmt::format("{} of {} is gone", describe(silent), size_);
  try {
    connection_->store->set(kVerdict, bytes_of(verdict));
    // The others notice when this process ends, and then rank 0's store is needed no more.
    if (rank_ == 0) std::this_thread::sleep_for(3 * kHeartbeat);
  } catch (const std::exception&) {
    // Then rank 0 is what is gone, which the others see by themselves.
  }
  throw PeerLost(verdict);
}

}  // namespace dragoman
