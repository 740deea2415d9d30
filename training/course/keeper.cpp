#include "training/course/keeper.h"

#include "model/architecture.h"
#include "training/course/weight_average.h"

#include <filesystem>
#include <fmt/format.h>
#include <optional>
#include <utility>
#include <vector>

namespace dragoman {

Keeper::Keeper(std::unique_ptr<Checkpoints> checkpoints, Validator validator, CourseReport report,
               const ModelConfig& config, torch::Device device, const TrainOptions& options)
    : checkpoints_(std::move(checkpoints)),
      validator_(std::move(validator)),
      report_(std::move(report)),
      config_(config),
      device_(device),
      metric_(options.validation.valid_metric),
      schedule_(options.learning_rate.schedule) {}

ValidationResult Keeper::measure(const std::shared_ptr<Seq2SeqModel>& model) const {
  return validator_.run(model, device_, {});
}

void Keeper::take_in(const ValidationResult& result, const Seq2SeqModel& model, TrainingProgress& progress) {
  const ValidatedStep validated{progress.step, result.score(metric_)};
  const bool is_best = !progress.best || validated.score > progress.best->score;
  progress.stalled = is_best ? 0 : progress.stalled + 1;
  if (is_best) progress.best = validated;
  report_.validated(result, is_best, progress);
  checkpoints_->retain(model, validated, progress);
  checkpoints_->offer(model, validated.score, progress);
}

void Keeper::finish(const std::string& limit, const Learner& learner, TrainingProgress& progress) {
  if (progress.finished) return tell_finished_before(limit, progress);
  try_mean(progress);
  progress.finished = true;
  checkpoints_->save(learner, progress);
  report_.notice(fmt::format("finished at step {} by {}; the model is in {}", progress.step, limit,
                             checkpoints_->directory().model().string()));
}

void Keeper::tell_finished_before(const std::string& limit, const TrainingProgress& progress) {
  const std::string model = checkpoints_->directory().model().string();
  // A cosine ends where it was told to at the start.
  const bool ended =
      schedule_ == Schedule::cosine && (limit.starts_with("--max-steps") || limit.starts_with("--max-epochs"));
  report_.notice(fmt::format(
      "the training in {} is finished: it has reached {} at step {}{}", model, limit, progress.step,
      ended ? fmt::format(", the end of its cosine; --init-from {} with another --model trains it further", model)
            : "; a larger value makes it go on"));
}

// The mean is tried in a model of its own: the one that is trained goes on as it is if the limits are raised.
void Keeper::try_mean(TrainingProgress& progress) {
  const std::vector<std::filesystem::path> files = checkpoints_->to_average(progress);
  if (files.empty()) return;
  const std::shared_ptr<Seq2SeqModel> mean = create_model(config_, std::nullopt);
  average_weights(*mean, files);
  mean->to(device_);
  const ValidationResult result = measure(mean);
  const bool is_model = checkpoints_->offer(*mean, result.score(metric_), progress);
  report_.averaged(result, files.size(), is_model, progress);
}

}  // namespace dragoman
