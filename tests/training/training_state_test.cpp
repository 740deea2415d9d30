#include "training/course/training_state.h"

#include "formats/weight_assignment.h"
#include "model/transformer/transformer.h"
#include "tests/data/temporary_folder.h"
#include "tests/model/tensors.h"
#include "tests/model/tiny_config.h"
#include "training/course/weight_average.h"

#include <gmock/gmock.h>
#include <limits>
#include <stdexcept>

namespace dragoman {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using TrainingState = TemporaryFolderTest;

void take_step(Transformer& model, Optimiser& optimiser, std::int64_t seed) {
  for (auto& parameter : model.parameters()) parameter.mutable_grad() = random_tensor(parameter.sizes(), ++seed);
  optimiser.step(0.01);
}

TrainingProgress some_progress() {
  TrainingProgress progress;
  progress.step = 12;
  progress.epoch = 2;
  progress.batch_in_epoch = 3;
  progress.batches = 27;
  progress.batch_tokens = 2048;
  progress.target_tokens = 123'456'789'012;
  progress.seconds = 1.0 / 3;
  progress.validated_step = 10;
  progress.stalled = 1;
  progress.kept = {{5, 0.1}, {10, -1.0 / 7}};
  progress.best = {5, 0.1};
  progress.model_score = 0.2;
  progress.skipped = 4;
  progress.setbacks = 1;
  progress.rate_factor = 0.5;
  progress.finished = true;
  return progress;
}

TEST_F(TrainingState, KeepsWhatGoesWithIt) {
  Transformer model(tiny_config(), 1);
  Optimiser optimiser(model, {});
  const torch::Tensor kept = random_tensor({5}, 1), restored = random_tensor({5}, 2);
  save_state(path("state"), model, optimiser, {}, {{"more", kept}});
  load_state(path("state"), model, optimiser, {{"more", restored}});
  EXPECT_TRUE(restored.equal(kept));
}

TEST_F(TrainingState, GoesOnAsIfItHadNeverStopped) {
  Transformer model(tiny_config(), 1);
  Optimiser optimiser(model, {});
  take_step(model, optimiser, 10);
  save_state(path("state"), model, optimiser, some_progress());

  Transformer restored(tiny_config(), 2);
  Optimiser restored_optimiser(restored, {});
  EXPECT_EQ(load_state(path("state"), restored, restored_optimiser), some_progress());
  take_step(model, optimiser, 500);
  take_step(restored, restored_optimiser, 500);
  const auto expected = model.named_parameters();
  for (const auto& item : restored.named_parameters()) EXPECT_TRUE(item.value().equal(expected[item.key()]));
  const NamedTensors moments = optimiser.state(""), restored_moments = restored_optimiser.state("");
  for (std::size_t i = 0; i < moments.size(); ++i) EXPECT_TRUE(moments[i].second.equal(restored_moments[i].second));

  const TrainingProgress fresh;
  save_state(path("state"), model, optimiser, fresh);
  EXPECT_EQ(load_state(path("state"), restored, restored_optimiser), fresh);
}

TEST_F(TrainingState, KeepsTheScoreOfADivergedModel) {
  Transformer model(tiny_config(), 1);
  Optimiser optimiser(model, {});
  TrainingProgress progress;
  progress.kept = {{1, -std::numeric_limits<double>::infinity()}};
  progress.best = progress.kept[0];
  save_state(path("state"), model, optimiser, progress);
  EXPECT_EQ(load_state(path("state"), model, optimiser), progress);
}

TEST_F(TrainingState, RefusesDamagedAndForeignFiles) {
  Transformer model(tiny_config(), 1);
  Optimiser optimiser(model, {});
  save_state(path("state"), model, optimiser, some_progress());
  std::string bytes = bytes_of(path("state"));
  write("short", bytes.substr(0, bytes.size() - 9));
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 4);
  write("flipped", bytes);
  save_safetensors(path("weights"), named_weights(model));
  for (const char* name : {"short", "flipped", "weights", "missing"}) {
    EXPECT_THAT([&] { load_state(path(name), model, optimiser); },
                testing::ThrowsMessage<std::runtime_error>(testing::HasSubstr(path(name) + ": ")));
  }
  ModelConfig other = tiny_config();
  other.width = 32;
  Transformer wider(other, 1);
  Optimiser wider_optimiser(wider, {});
  EXPECT_THROW(load_state(path("state"), wider, wider_optimiser), std::runtime_error);
}

TEST(ValidatedSteps, LastAndBest) {
  const ValidatedStep a{10, 1.0}, b{20, 3.0}, c{30, 2.0}, d{40, 3.0};
  const std::vector<ValidatedStep> all{a, b, c, d};
  EXPECT_THAT(last_of(all, 2), ElementsAre(c, d));
  EXPECT_THAT(last_of(all, 9), ElementsAre(a, b, c, d));
  EXPECT_THAT(last_of({}, 2), IsEmpty());
  EXPECT_THAT(best_of(all, 1), ElementsAre(b));  // of equal ones the earlier
  EXPECT_THAT(best_of(all, 2), ElementsAre(b, d));
  EXPECT_THAT(best_of(all, 3), ElementsAre(b, c, d));
  EXPECT_THAT(best_of(all, 9), ElementsAre(a, b, c, d));
}

TEST_F(TrainingState, AveragesWeights) {
  std::vector<std::filesystem::path> files;
  std::vector<std::unique_ptr<Transformer>> models;
  for (const std::uint64_t seed : {1, 2, 3}) {
    models.push_back(std::make_unique<Transformer>(tiny_config(), seed));
    files.emplace_back(path(std::to_string(seed)));
    save_safetensors(files.back(), named_weights(*models.back()));
  }
  Transformer mean(tiny_config(), 9);
  average_weights(mean, files);
  for (const auto& item : mean.named_parameters()) {
    torch::Tensor sum = torch::zeros_like(item.value(), torch::kFloat64);
    for (const auto& model : models) sum += model->named_parameters()[item.key()];
    EXPECT_TRUE(item.value().equal((sum / 3).to(torch::kFloat32))) << item.key();
  }
  average_weights(mean, {files[1]});
  EXPECT_TRUE(mean.parameters()[0].equal(models[1]->parameters()[0]));
  EXPECT_THROW(average_weights(mean, {}), std::invalid_argument);
  EXPECT_THROW(average_weights(mean, {files[0], path("missing")}), std::runtime_error);
}

}  // namespace
}  // namespace dragoman
