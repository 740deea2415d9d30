#define USE_C10D_GLOO  // LibTorch is built with it; its header asks

#include "training/distributed/process_group.h"

#include "training/distributed/nccl.h"

#include <c10/util/Logging.h>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

#include <condition_variable>
#include <fmt/format.h>
#include <mutex>
#include <set>
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
constexpr const char* kTimedOut = "nothing came from it within --peer-timeout";
constexpr milliseconds kStorePoll{50};
// Seldom enough to cost nothing, often enough not to delay an update.
constexpr std::chrono::microseconds kWorkPoll{50};

std::string key(const char* kind, int rank) {
  return fmt::format("{}/{}", kind, rank);
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

// Calls a function when it has lived for some time.
class Reminder {
 public:
  Reminder(milliseconds after, std::function<void()> call)
      : thread_([this, after, call = std::move(call)] {
          std::unique_lock lock(mutex_);
          if (!ended_.wait_for(lock, after, [this] { return over_; })) call();
        }) {}
  ~Reminder() {
    {
      const std::lock_guard lock(mutex_);
      over_ = true;
    }
    ended_.notify_one();
    thread_.join();
  }
  Reminder(const Reminder&) = delete;
  Reminder& operator=(const Reminder&) = delete;

 private:
  std::mutex mutex_;
  std::condition_variable ended_;
  bool over_ = false;
  std::thread thread_;
};

}  // namespace

struct ProcessGroup::Connection {
  c10::intrusive_ptr<c10d::Store> store;
  c10::intrusive_ptr<c10d::Backend> gloo;
  c10::intrusive_ptr<c10d::Backend> nccl;  // null unless sums are formed on GPUs
  LifeSigns life;

  Connection(c10::intrusive_ptr<c10d::Store> meeting_place, int rank, int size)
      : store(std::move(meeting_place)), life(store, rank, size) {}
};

ProcessGroup::ProcessGroup(const Launch& launch, milliseconds timeout, const Notice& notice, milliseconds silent)
    : rank_(launch.rank), local_rank_(launch.local_rank), size_(launch.size), timeout_(timeout) {
  FLAGS_caffe2_log_level = kFatalOnly;  // what c10d logs is told by exceptions, too, and in one line
  const auto tell = [&](const std::string& ranks) {
    if (!notice) return;
    notice(fmt::format("rank {} of {} is waiting for {} at {}:{}", rank_, size_, ranks, launch.host, launch.port));
  };
  {
    const Reminder reminder(silent, [&] { tell("rank 0"); });
    connection_ = std::make_unique<Connection>(open_store(launch, timeout), rank_, size_);
  }
  wait_for_all(launch, tell, silent);
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

void ProcessGroup::use(torch::Device device) {
  const std::vector<std::string> gpus = from_all(gpu_identity(device));
  const std::set<std::string> distinct(gpus.begin(), gpus.end());
  if (distinct.contains("") || distinct.size() < gpus.size()) return;
  guarded([&] { connection_->nccl = connect_nccl(connection_->store, rank_, size_, timeout_); });
  sum_device_ = device;
}

void ProcessGroup::wait_for_all(const Launch& launch, const std::function<void(const std::string& ranks)>& tell,
                                milliseconds silent) {
  std::vector<int> missing;
  bool told = false;
  try {
    c10d::Store& store = *connection_->store;
    store.set(key("here", rank_), "yes");
    const auto start = Clock::now();
    for (const auto end = start + timeout_;; std::this_thread::sleep_for(kStorePoll)) {
      missing.clear();
      for (int rank = 0; rank < size_; ++rank)
        if (!store.check({key("here", rank)})) missing.push_back(rank);
      if (missing.empty()) return;
      if (!told && Clock::now() - start > silent) {
        tell(describe_ranks(missing));
        told = true;
      }
      if (Clock::now() > end) break;
    }
  } catch (const std::exception&) {
    throw PeerLost(fmt::format("rank 0 of {} is gone; the others had not all come yet", size_));
  }
  throw std::runtime_error(fmt::format("{} of {} processes did not come to {}:{} within {} s", describe_ranks(missing),
                                       size_, launch.host, launch.port, timeout_.count() / 1000));
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
  connection_->life.explain_loss(cause);
}

void ProcessGroup::reduce(Tensor values, Reduction reduction) {
  guarded([&] {
    std::vector<Tensor> tensors{values};
    c10d::AllreduceOptions options;
    options.reduceOp = reduction == Reduction::sum ? c10d::ReduceOp::SUM : c10d::ReduceOp::MIN;
    wait_for(*connection_->gloo->allreduce(tensors, options));
  });
}

std::function<void()> ProcessGroup::start_sum(Tensor values) {
  c10::intrusive_ptr<c10d::Work> work;
  guarded([&] {
    std::vector<Tensor> tensors{values};
    work = (values.is_cuda() ? connection_->nccl : connection_->gloo)->allreduce(tensors);
  });
  return [this, work] { guarded([&] { wait_for(*work); }); };
}

// Neither a peer that hangs breaks a connection nor, with NCCL, one that dies. So their hearts are listened to while
// this process waits for them; twice, since after a pause of the whole host it may be the first to go on.
class ProcessGroup::Wait {
 public:
  Wait(LifeSigns& life, milliseconds timeout) : life_(life), timeout_(timeout) {}

  bool is_in_vain() {
    const auto now = Clock::now();
    if (now - looked_ < LifeSigns::kSilence) return false;
    looked_ = now;
    silences_ = life_.silent().empty() ? 0 : silences_ + 1;
    return silences_ == 2 || life_.is_loss_known() || now - start_ > timeout_;
  }

 private:
  LifeSigns& life_;
  milliseconds timeout_;
  Clock::time_point start_ = Clock::now(), looked_ = start_;
  int silences_ = 0;
};

void ProcessGroup::wait_for(c10d::Work& work) {
  Wait wait(connection_->life, timeout_);
  while (!work.isCompleted()) {
    std::this_thread::sleep_for(kWorkPoll);
    if (!wait.is_in_vain()) continue;
    // Otherwise the GPU would wait for ever, and this process's end for the GPU.
    if (connection_->nccl) connection_->nccl->abort();
    throw std::runtime_error(kTimedOut);
  }
  if (work.exception()) std::rethrow_exception(work.exception());
  work.wait();
}

void ProcessGroup::broadcast(Tensor values) {
  guarded([&] {
    std::vector<Tensor> tensors{values};
    wait_for(*connection_->gloo->broadcast(tensors));
  });
}

std::string ProcessGroup::from_first(const std::string& text) {
  const std::string place = fmt::format("text/{}", exchanges_++);
  if (rank_ == 0) {
    guarded([&] { connection_->store->set(place, text); });
    return text;
  }
  return wait_for(place);
}

std::vector<std::string> ProcessGroup::from_all(const std::string& text) {
  const std::string place = fmt::format("texts/{}", exchanges_++);
  guarded([&] { connection_->store->set(key(place.c_str(), rank_), text); });
  std::vector<std::string> texts;
  for (int rank = 0; rank < size_; ++rank) texts.push_back(wait_for(key(place.c_str(), rank)));
  return texts;
}

// The value of a key that another process will set, unless it fails before.
std::string ProcessGroup::wait_for(const std::string& place) {
  std::string value;
  guarded([&] {
    c10d::Store& store = *connection_->store;
    for (Wait wait(connection_->life, timeout_); !store.check({place}); std::this_thread::sleep_for(kStorePoll)) {
      if (connection_->life.is_loss_known() || wait.is_in_vain()) throw std::runtime_error(kTimedOut);
    }
    value = store.get_to_str(place);
  });
  return value;
}

void ProcessGroup::leave() {
  from_all("done");
  guarded([&] { connection_->store->set(key("left", rank_), "yes"); });
  if (connection_->nccl) connection_->nccl->shutdown();
  if (rank_ > 0) return;
  // The others still read from the store, which is in this process.
  for (int rank = 1; rank < size_; ++rank) wait_for(key("left", rank));
}

void ProcessGroup::report_failure(const std::string& message) noexcept {
  connection_->life.report_failure(message);
}

}  // namespace dragoman
