#include "training/distributed/process_group.h"

#include "tests/model/tensors.h"
#include "tests/training/free_port.h"
#include "training/distributed/gradient_sum.h"
#include "training/distributed/peers.h"

#include <ATen/ATen.h>
#include <torch/csrc/distributed/c10d/HashStore.hpp>
#include <torch/cuda.h>
#include <torch/nn/module.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <thread>
#include <vector>

namespace dragoman {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StrEq;
using ::testing::ThrowsMessage;
using torch::Tensor;

Launch launch_for(int rank, int size, std::uint16_t port) {
  Launch launch;
  launch.rank = rank;
  launch.size = size;
  launch.port = port;
  return launch;
}

// Runs `body` as each of so many ranks, in threads of their own.
void as_group(int size, const std::function<void(ProcessGroup&)>& body, bool leaves = true) {
  const FreePort port;
  std::vector<std::thread> threads;
  for (int rank = 0; rank < size; ++rank) {
    threads.emplace_back([&, rank] {
      ProcessGroup group(launch_for(rank, size, port.number()), milliseconds(60'000));
      body(group);
      if (leaves) group.leave();
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(ProcessGroupTest, ReducesBroadcastsAndExchanges) {
  for (const int size : {1, 2, 3}) {
    as_group(size, [&](ProcessGroup& group) {
      const int rank = group.rank();
      EXPECT_EQ(group.size(), size);
      EXPECT_EQ(group.is_first(), rank == 0);
      Tensor values = at::full({3}, rank + 1.0, torch::kFloat64);
      group.reduce(values, ProcessGroup::Reduction::sum);
      EXPECT_EQ(values[2].item<double>(), size * (size + 1) / 2);
      Tensor least = at::full({1}, 10 - rank, torch::kInt64);
      group.reduce(least, ProcessGroup::Reduction::least);
      EXPECT_EQ(least.item<std::int64_t>(), 11 - size);
      Tensor shared = at::full({2}, rank, torch::kFloat32);
      group.broadcast(shared);
      EXPECT_EQ(shared[1].item<float>(), 0);
      EXPECT_EQ(group.from_first(rank == 0 ? "a text" : "ignored"), "a text");
      const std::vector<std::string> all = group.from_all("of " + std::to_string(rank));
      ASSERT_EQ(static_cast<int>(all.size()), size);
      EXPECT_EQ(all.back(), "of " + std::to_string(size - 1));
    });
  }
}

TEST(PeersTest, AgreeInAGroupAndSpeakForAllAlone) {
  const Peers alone;
  EXPECT_TRUE(alone.is_alone() && alone.is_first());
  EXPECT_EQ(alone.size(), 1);
  EXPECT_TRUE(alone.any(true));
  EXPECT_FALSE(alone.any(false));
  EXPECT_EQ(alone.least(7), 7);
  EXPECT_EQ(alone.from_first("a text"), "a text");
  as_group(2, [](ProcessGroup& group) {
    const Peers peers(&group);
    EXPECT_FALSE(peers.is_alone());
    EXPECT_EQ(peers.is_first(), peers.rank() == 0);
    EXPECT_EQ(peers.size(), 2);
    EXPECT_TRUE(peers.any(peers.rank() == 1));
    EXPECT_FALSE(peers.any(false));
    EXPECT_EQ(peers.least(10 - peers.rank()), 9);
    EXPECT_EQ(peers.from_first(std::to_string(peers.rank())), "0");
  });
}

// Somebody else might take it between the moment that it is chosen and the one that the group listens there.
TEST(ProcessGroupTest, MeetsAtAPortThatIsKeptForIt) {
  const FreePort port;
  ASSERT_NO_THROW({
    ProcessGroup group(launch_for(0, 1, port.number()), milliseconds(10'000));
    group.leave();
  });
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port.number());
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const Descriptor other(::socket(AF_INET, SOCK_STREAM, 0));
  EXPECT_NE(::bind(other.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
}

TEST(ProcessGroupTest, SumsOnTheGpu_CUDA) {
  if (!torch::cuda::is_available()) GTEST_SKIP() << "no GPU";
  as_group(1, [&](ProcessGroup& group) {
    group.use(torch::Device(torch::kCUDA, 0));
    Tensor values = at::full({5}, 3.0, at::TensorOptions(group.sum_device()).dtype(torch::kFloat32));
    group.start_sum(values)();
    EXPECT_EQ(values[4].item<float>(), 3);
  });
}

TEST(LifeSignsTest, TellsWhoIsSilent) {
  const auto store = c10::make_intrusive<c10d::HashStore>();
  LifeSigns here(store, 0, 2);
  {
    const LifeSigns there(store, 1, 2);
    std::this_thread::sleep_for(LifeSigns::kSilence + milliseconds(1500));
    EXPECT_EQ(here.silent(), std::vector<int>{});
  }
  EXPECT_THAT([&] { here.explain_loss("no matter"); }, ThrowsMessage<PeerLost>(StrEq("rank 1 of 2 is gone")));
}

struct TwoLayers : torch::nn::Module {
  TwoLayers() {
    first = register_parameter("first", random_tensor({4, 3}, 1));
    second = register_parameter("second", random_tensor({2, 4}, 2));
    unused = register_parameter("unused", random_tensor({5}, 3));
  }
  // `first` is used twice, as a tied weight is.
  Tensor loss(const Tensor& x) { return at::matmul(second, at::tanh(at::matmul(first, x))).sum() + first.pow(2).sum(); }
  Tensor first, second, unused;
};

// What one process finds, and models and inputs for several: LibTorch's random numbers are not for several threads.
struct Inputs {
  explicit Inputs(std::size_t processes) : models(processes) {
    for (auto& model : models) model = std::make_unique<TwoLayers>();
    for (int seed = 0; seed < 4; ++seed) x.push_back(random_tensor({3, 1}, seed));
  }
  TwoLayers alone;
  std::vector<std::unique_ptr<TwoLayers>> models;
  std::vector<Tensor> x;
};

TEST(GradientSumTest, IsTheSumOverProcessesAndPasses) {
  Inputs inputs(2);
  for (const Tensor& x : inputs.x) inputs.alone.loss(x).backward();
  for (const std::size_t bucket_bytes : {1, 40, 1000}) {
    as_group(2, [&](ProcessGroup& group) {
      const auto rank = static_cast<std::size_t>(group.rank());
      TwoLayers& model = *inputs.models[rank];
      GradientSum sum({model.parameters()}, group, bucket_bytes);
      for (int update = 0; update < 2; ++update) {
        model.loss(inputs.x[2 * rank]).backward();
        sum.expect_last_pass();
        model.loss(inputs.x[2 * rank + 1]).backward();
        sum.finish();
        EXPECT_TRUE(model.first.grad().allclose(inputs.alone.first.grad(), 1e-5, 1e-6));
        EXPECT_TRUE(model.second.grad().allclose(inputs.alone.second.grad(), 1e-5, 1e-6));
        EXPECT_TRUE(model.unused.grad().equal(at::zeros({5})));
        for (Tensor& parameter : model.parameters()) parameter.mutable_grad().reset();
      }
    });
  }
}

TEST(GradientSumTest, IsTheSumOverReplicasInThreadsOfTheirOwn) {
  Inputs inputs(4);
  for (const Tensor& x : inputs.x) inputs.alone.loss(x).backward();
  for (const std::size_t bucket_bytes : {1, 1000}) {
    as_group(2, [&](ProcessGroup& group) {
      const auto first = 2 * static_cast<std::size_t>(group.rank());
      TwoLayers &model = *inputs.models[first], &copy = *inputs.models[first + 1];
      GradientSum sum({model.parameters(), copy.parameters()}, group, bucket_bytes);
      for (int update = 0; update < 20; ++update) {
        sum.expect_last_pass();
        {
          const std::jthread other([&] { copy.loss(inputs.x[first + 1]).backward(); });
          model.loss(inputs.x[first]).backward();
        }
        sum.finish();
        EXPECT_TRUE(model.first.grad().allclose(inputs.alone.first.grad(), 1e-5, 1e-6));
        EXPECT_TRUE(model.second.grad().allclose(inputs.alone.second.grad(), 1e-5, 1e-6));
        EXPECT_FALSE(copy.first.grad().defined());
        for (Tensor& parameter : model.parameters()) parameter.mutable_grad().reset();
      }
    });
  }
}

TEST(GradientSumTest, AProcessMayHaveNothingToAdd) {
  Inputs inputs(3);
  inputs.alone.loss(inputs.x[0]).backward();
  as_group(3, [&](ProcessGroup& group) {
    TwoLayers& model = *inputs.models[static_cast<std::size_t>(group.rank())];
    GradientSum sum({model.parameters()}, group, 40);
    if (group.rank() == 1) {
      sum.expect_last_pass();
      model.loss(inputs.x[0]).backward();
    }
    sum.finish();
    EXPECT_TRUE(model.first.grad().allclose(inputs.alone.first.grad(), 1e-5, 1e-6));
  });
}

TEST(ProcessGroupTest, NamesWhoDidNotComeAndSaysBeforeThatItWaits) {
  std::vector<std::string> notices;
  const auto start = [&](int rank) {
    notices.clear();
    const FreePort port;
    ProcessGroup(
        launch_for(rank, 3, port.number()), milliseconds(1000),
        [&](const std::string& line) { notices.push_back(line); }, milliseconds(200));
  };
  EXPECT_THAT([&] { start(0); },
              ThrowsMessage<std::runtime_error>(HasSubstr("ranks 1, 2 of 3 processes did not come to 127.0.0.1:")));
  EXPECT_THAT(notices, ElementsAre(HasSubstr("rank 0 of 3 is waiting for ranks 1, 2 at 127.0.0.1:")));
  EXPECT_THAT([&] { start(1); },
              ThrowsMessage<std::runtime_error>(HasSubstr("rank 1 cannot reach rank 0 at 127.0.0.1:")));
  EXPECT_THAT(notices, ElementsAre(HasSubstr("rank 1 of 3 is waiting for rank 0 at 127.0.0.1:")));
}

TEST(ProcessGroupTest, TellsOfTheFailureOfAnother) {
  as_group(
      2,
      [&](ProcessGroup& group) {
        if (group.is_first()) {
          group.report_failure("the disk is full");
          return;
        }
        EXPECT_THAT([&] { group.from_first(""); },
                    ThrowsMessage<PeerLost>(HasSubstr("rank 0 has failed: the disk is full")));
      },
      false);
}

}  // namespace
}  // namespace dragoman
