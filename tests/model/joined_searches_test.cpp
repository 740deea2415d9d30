#include "tests/model/every_model.h"

#include <ATen/ATen.h>

#include <gtest/gtest.h>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <vector>

namespace dragoman {
namespace {

using torch::Tensor;

// One sentence after the other joins, and the one that is longest there leaves, so that caches have rows that nobody
// wants any more.
TEST_P(EveryModel, SentencesThatJoinGoOnAsTheyWouldApart) {
  torch::NoGradGuard no_grad;
  const auto model = model_of(config());
  const auto started = [&](std::int64_t sentence) {
    const std::int64_t row = sentence % 3, length = kLengths[row].item<std::int64_t>();
    return model->start({},
                        model->encode({}, kSource.narrow(0, row, 1).narrow(1, 0, length), kLengths.narrow(0, row, 1)));
  };
  const auto together = started(0);
  if (!model->joins()) {
    EXPECT_THROW(model->join(*together, *started(1)), std::logic_error);
    return;
  }
  std::vector<std::unique_ptr<DecoderState>> apart;
  apart.push_back(started(0));
  for (std::int64_t step = 0; step < 40; ++step) {
    if (step % 3 == 2) {
      model->join(*together, *started(step));
      apart.push_back(started(step));
    }
    std::vector<std::int64_t> rows(apart.size());
    std::iota(rows.begin(), rows.end(), 0);
    if (apart.size() > 3) {
      apart.erase(apart.begin());
      rows.erase(rows.begin());
    }
    model->reorder(*together, rows);
    const Tensor previous = at::arange(std::ssize(apart), torch::kInt64).add_(4 + step % 20).to(device());
    const Tensor states = model->step({}, *together, previous);
    for (std::size_t i = 0; i < apart.size(); ++i) {
      const auto row = static_cast<std::int64_t>(i);
      const Tensor alone = model->step({}, *apart[i], previous.narrow(0, row, 1)), found = states.narrow(0, row, 1);
      ASSERT_LT(relative_error(found, alone), 1e-6) << "step " << step << ", row " << i;
    }
  }
}

}  // namespace
}  // namespace dragoman
