#include "app/cli/command_line.h"
#include "app/cli/log.h"
#include "app/cli/output.h"
#include "app/cli/progress_bar.h"
#include "app/cli/signals.h"
#include "app/commands.h"
#include "app/train/train_settings.h"
#include "base/parallel.h"
#include "training/course/trainer.h"
#include "training/distributed/launch.h"
#include "training/distributed/process_group.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <exception>
#include <fmt/format.h>
#include <memory>
#include <string>
#include <vector>

namespace dragoman {
namespace {

constexpr const char* kTrainSummary =
    R"(Learns a model from sentences and their translations; the same command again goes on where it stopped.

  dragoman train --train-source train.en --train-target train.de --valid-source val.en --valid-target val.de --model DIR
  dragoman train -c recipe.yaml --model DIR)";

Progress to_progress(const TrainStatus& status, double elapsed) {
  Progress progress;
  progress.position = fmt::format("step {}, epoch {}", status.step, status.epoch);
  progress.fraction = status.fraction;
  progress.tokens_per_second = status.tokens_per_second;
  progress.loss = status.loss;
  progress.elapsed = elapsed;
  progress.remaining = status.seconds_remaining;
  return progress;
}

int run(const TrainOptions& options, const ModelConfig& config, const TrainObserver& observer, ProcessGroup* group) {
  Trainer trainer(options, config, observer, group);
  catch_stop_signals();  // before, there is nothing to save
  if (trainer.run() == TrainOutcome::finished) return 0;
  // In a group it may be another process that was told to stop.
  return 128 + (stop_signal() != 0 ? stop_signal() : SIGTERM);
}

}  // namespace

int train_command(const std::vector<std::string>& arguments) {
  TrainSettings settings;
  bool quiet = false;
  CommandLine line("train", kTrainSummary);
  add_train_settings(line, settings);
  line.add("quiet,q", quiet, "no notices, no progress, nothing on stderr but errors").common = true;
  if (const auto text = line.parse(arguments)) {
    print(*text);
    return 0;
  }
  settle_training(line, settings);
  TrainOptions& options = settings.options;

  Log log(quiet);
  ProgressBar bar(log);
  const auto started = std::chrono::steady_clock::now();
  TrainObserver observer;
  observer.notice = log.notice();
  observer.status = [&](const TrainStatus& status) {
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - started;
    bar.update(to_progress(status, elapsed.count()));
  };
  observer.stop_requested = [] { return stop_signal() != 0; };
  const Launch launch = launch_of();
  if (options.threads == 0) options.threads = std::max(1, available_cores() / launch.on_host);
  if (launch.size == 1) return run(options, settings.config, observer, nullptr);
  auto group = std::make_unique<ProcessGroup>(
      launch, std::chrono::milliseconds(static_cast<std::int64_t>(options.peer_timeout * 60'000)), log.notice());
  try {
    return run(options, settings.config, observer, group.get());
  } catch (const PeerLost&) {
    // To end it would mean to wait for operations that never will.
    (void)group.release();
    throw;
  } catch (const std::exception& error) {
    group->report_failure(error.what());
    (void)group.release();
    throw;
  }
}

}  // namespace dragoman
