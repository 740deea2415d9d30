// Two threads run one model, each with a pass of its own, and get what each gets alone: for each of tested_models().
#include "model/pass.h"

#include "model/architecture.h"
#include "model/attention/attention_observer.h"
#include "model/seq2seq_model.h"
#include "tests/model/tensors.h"
#include "tests/model/tested_models.h"

#include <ATen/ATen.h>

#include <barrier>
#include <exception>
#include <functional>
#include <gtest/gtest.h>
#include <string>
#include <thread>
#include <vector>

namespace dragoman {
namespace {

using torch::Tensor;

constexpr int kRounds = 3;

// Keeps all weights that it sees, and leaves the heads.
class WeightKeeper : public AttentionObserver {
 public:
  Tensor see(const AttentionSite&, const Tensor& weights, const Tensor& heads) override {
    seen.push_back(weights);
    return heads;
  }

  std::vector<Tensor> seen;
};

// Everything that a run gives.
using Outcome = std::vector<Tensor>;
using Run = std::function<Outcome()>;

// Both at once, several times over. What one throws is thrown here.
std::vector<std::vector<Outcome>> side_by_side(const std::vector<Run>& runs) {
  std::vector<std::vector<Outcome>> outcomes(runs.size());
  std::vector<std::exception_ptr> failures(runs.size());
  std::barrier start(static_cast<std::ptrdiff_t>(runs.size()));
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < runs.size(); ++i) {
      threads.emplace_back([&, i] {
        for (int round = 0; round < kRounds; ++round) {
          start.arrive_and_wait();
          try {
            outcomes[i].push_back(runs[i]());
          } catch (...) {
            failures[i] = std::current_exception();
          }
        }
      });
    }
  }
  for (const std::exception_ptr& failure : failures) {
    if (failure) std::rethrow_exception(failure);
  }
  return outcomes;
}

// What autograd keeps of a run is let go in the run's own thread.
Outcome detached(const std::vector<Tensor>& tensors) {
  Outcome all;
  for (const Tensor& tensor : tensors) all.push_back(tensor.detach());
  return all;
}

Outcome decoded(const Seq2SeqModel& model, Pass pass, std::int64_t first_id, bool observed) {
  WeightKeeper keeper;
  Tensor drawn;
  pass.drawn_log_probability = &drawn;
  if (observed) pass.observer = &keeper;
  const Tensor source = ids({{4, 5, 6, 7, 2}, {9, 10, 2, 0, 0}}).add_(first_id);
  const Memory memory = model.encode(pass, source, torch::tensor({5, 3}, torch::kInt64));
  std::vector<Tensor> all{memory.states, model.decode(pass, memory, ids({{1, 20, 21}, {1, 24, 0}}))};
  all.insert(all.end(), keeper.seen.begin(), keeper.seen.end());
  if (drawn.defined()) all.push_back(drawn);
  return detached(all);
}

Outcome searched(const Seq2SeqModel& model, std::int64_t first_id) {
  const torch::NoGradGuard no_grad;
  const Memory memory =
      model.encode({}, ids({{4, 5, 6, 2}, {9, 2, 0, 0}}).add_(first_id), torch::tensor({4, 2}, torch::kInt64));
  const auto state = model.start({}, memory);
  const std::vector<std::int64_t> rows = {0, 0, 1, 1};
  model.reorder(*state, rows);
  Outcome steps;
  for (std::int64_t t = 0; t < 3; ++t)
    steps.push_back(model.step({}, *state, torch::full({4}, first_id + t, torch::kInt64)));
  return steps;
}

void expect_what_each_gets_alone(const std::vector<Run>& runs) {
  std::vector<Outcome> alone;
  for (const Run& run : runs) alone.push_back(side_by_side({run})[0][0]);
  const auto together = side_by_side(runs);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    for (const Outcome& outcome : together[i]) {
      ASSERT_EQ(outcome.size(), alone[i].size());
      for (std::size_t k = 0; k < outcome.size(); ++k) ASSERT_TRUE(outcome[k].equal(alone[i][k])) << i << " " << k;
    }
  }
}

class PassesOfEveryModel : public testing::TestWithParam<TestedModel> {};

INSTANTIATE_TEST_SUITE_P(, PassesOfEveryModel, testing::ValuesIn(tested_models()),
                         [](const auto& info) { return info.param.name; });

// Seed, batch, share, type and observer: all that a pass holds is another one's.
TEST_P(PassesOfEveryModel, TrainSideBySide) {
  const auto model = create_model(GetParam().config, 3);
  model->train();
  const Pass one{.seed = 1, .batch = 3},
      other{.compute_type = torch::kBFloat16, .seed = 2, .batch = 4, .first_sentence = 5, .sentences = 2};
  expect_what_each_gets_alone(
      {[&] { return decoded(*model, one, 0, false); }, [&] { return decoded(*model, other, 3, true); }});
}

TEST_P(PassesOfEveryModel, InferSideBySide) {
  const auto model = create_model(GetParam().config, 3);
  prepare_for_inference(*model);
  expect_what_each_gets_alone({[&] { return searched(*model, 0); }, [&] { return searched(*model, 3); },
                               [&] {
                                 const torch::NoGradGuard no_grad;
                                 return decoded(*model, {}, 1, true);
                               }});
}

}  // namespace
}  // namespace dragoman
