#include "training/course/checkpoints.h"

#include "formats/model_directory.h"
#include "formats/weight_assignment.h"
#include "model/architecture.h"
#include "tests/data/temporary_folder.h"
#include "tests/model/tensors.h"
#include "tests/model/tiny_config.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class CheckpointsTest : public TemporaryFolderTest {
 protected:
  static Learner learner(double ema_decay = 0) {
    TrainOptions options;
    options.ema_decay = ema_decay;
    return {create_model(tiny_config(), 1), options};
  }

  // An update that nobody has computed.
  static void learn(Learner& learner, std::int64_t step) {
    std::int64_t seed = 100 * step;
    for (torch::Tensor& parameter : learner.model->parameters())
      parameter.mutable_grad() = random_tensor(parameter.sizes(), ++seed);
    learner.optimiser.step(0.01);
    if (learner.average) learner.average->update(step);
  }

  static std::vector<torch::Tensor> tensors_of(const Learner& learner) {
    std::vector<torch::Tensor> tensors;
    for (const auto& part : {named_weights(*learner.model), learner.optimiser.state(""), learner.average_state()}) {
      for (const auto& [name, tensor] : part) tensors.push_back(tensor.clone());
    }
    return tensors;
  }

  std::vector<std::string> step_files() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(path("m/training"))) {
      if (const std::string name = entry.path().filename(); name.starts_with("step-")) names.push_back(name);
    }
    std::sort(names.begin(), names.end());
    return names;
  }
};

TEST_F(CheckpointsTest, GoesOnFromWhatWasSaved) {
  TrainingProgress progress;
  progress.step = 2;
  std::vector<torch::Tensor> saved;
  {
    Checkpoints checkpoints(path("m"), {});
    checkpoints.directory().keep();
    EXPECT_FALSE(checkpoints.resumes());
    Learner one = learner(0.9);
    for (const std::int64_t step : {1, 2}) learn(one, step);
    checkpoints.save(one, progress);
    saved = tensors_of(one);
  }
  const Checkpoints checkpoints(path("m"), {});
  EXPECT_TRUE(checkpoints.resumes());
  Learner other = learner(0.9);
  EXPECT_EQ(checkpoints.load(other), progress);
  const std::vector<torch::Tensor> loaded = tensors_of(other);
  ASSERT_EQ(loaded.size(), saved.size());
  for (std::size_t i = 0; i < saved.size(); ++i) EXPECT_TRUE(loaded[i].equal(saved[i])) << i;
}

// A crash in between must find all that the last state speaks of.
TEST_F(CheckpointsTest, KeepsTheBestAndTheLastAndRemovesTheRestWithTheNextSave) {
  CheckpointOptions options;
  options.keep_best = 1;
  options.keep_last = 2;
  Checkpoints checkpoints(path("m"), options);
  const Learner learning = learner();
  TrainingProgress progress;
  const std::vector<double> scores{1, 4, 2, 3, 0};
  for (std::int64_t step = 1; step <= 5; ++step)
    checkpoints.retain(*learning.model, {step, scores[static_cast<std::size_t>(step - 1)]}, progress);
  EXPECT_THAT(progress.kept, ElementsAre(ValidatedStep{2, 4}, ValidatedStep{4, 3}, ValidatedStep{5, 0}));
  EXPECT_EQ(step_files().size(), 5u);
  checkpoints.save(learning, progress);
  EXPECT_THAT(step_files(),
              ElementsAre("step-00000002.safetensors", "step-00000004.safetensors", "step-00000005.safetensors"));
}

TEST_F(CheckpointsTest, TheBetterOfTwoIsTheModel) {
  const Checkpoints checkpoints(path("m"), {});
  Learner learning = learner();
  const auto weight_in_folder = [&] {
    return load_safetensors(weights_file(path("m"))).tensors.begin()->second.clone();
  };
  TrainingProgress progress;
  EXPECT_TRUE(checkpoints.offer(*learning.model, 0.5, progress));
  const torch::Tensor first = weight_in_folder();
  learn(learning, 1);
  EXPECT_FALSE(checkpoints.offer(*learning.model, 0.5, progress)) << "the earlier one is as good";
  EXPECT_TRUE(weight_in_folder().equal(first));
  EXPECT_TRUE(checkpoints.offer(*learning.model, 0.6, progress));
  EXPECT_FALSE(weight_in_folder().equal(first));
  EXPECT_EQ(progress.model_score, 0.6);
}

TEST_F(CheckpointsTest, AveragesWhatItIsTold) {
  TrainingProgress progress;
  progress.kept = {{2, 4}, {4, 3}, {5, 0}};
  const auto names = [&](AverageOf average, int best, int last) {
    CheckpointOptions options{1000, best, last, average};
    std::vector<std::string> names;
    for (const auto& file : Checkpoints(path("m"), options).to_average(progress)) names.push_back(file.filename());
    return names;
  };
  EXPECT_THAT(names(AverageOf::best, 2, 1), ElementsAre("step-00000002.safetensors", "step-00000004.safetensors"));
  EXPECT_THAT(names(AverageOf::last, 1, 2), ElementsAre("step-00000004.safetensors", "step-00000005.safetensors"));
  EXPECT_THAT(names(AverageOf::last, 3, 1), IsEmpty()) << "one is no mean";
  EXPECT_THAT(names(AverageOf::none, 3, 3), IsEmpty());
}

}  // namespace
}  // namespace dragoman
