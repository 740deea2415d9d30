#include "app/cli/command_line.h"
#include "app/train/train_settings.h"
#include "base/parallel.h"
#include "library/assignments.h"
#include "library/errors.h"
#include "training/course/trainer.h"

#include <dragoman/train.h>

namespace dragoman::api {
namespace {

TrainProgress to_api(const TrainStatus& status) {
  return {status.step,
          status.epoch,
          status.loss,
          status.learning_rate,
          status.tokens_per_second,
          status.fraction,
          status.seconds_remaining};
}

TrainOutcome run(const Options& options, const TrainCallbacks& callbacks) {
  std::vector<Assignment> assignments = assignments_of(options);
  const std::vector<std::string> recipes = take_values(assignments, "config");
  TrainSettings settings;
  CommandLine line("train", "");
  add_train_settings(line, settings);
  line.take(assignments, recipes);
  settle_training(line, settings);
  settings.options.threads = threads_or_all(settings.options.threads);
  TrainObserver observer;
  observer.notice = callbacks.notice;
  observer.stop_requested = callbacks.stop_requested;
  if (callbacks.progress) observer.status = [&](const TrainStatus& status) { callbacks.progress(to_api(status)); };
  Trainer trainer(settings.options, settings.config, observer);
  return trainer.run() == dragoman::TrainOutcome::finished ? TrainOutcome::finished : TrainOutcome::stopped;
}

}  // namespace

TrainOutcome train(const Options& options, const TrainCallbacks& callbacks) {
  return with_clear_errors([&] { return run(options, callbacks); });
}

}  // namespace dragoman::api
