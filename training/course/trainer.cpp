#include "training/course/trainer.h"

#include "training/course/course_limits.h"
#include "training/course/learning_rate.h"

#include <cmath>
#include <cstdint>
#include <fmt/format.h>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

using Clock = std::chrono::steady_clock;

// In a row, before the training goes back.
constexpr int kMostSkippedUpdates = 5;
constexpr int kMostSetbacks = 5;
constexpr double kSetbackFactor = 0.5;

// Of several processes only the first speaks.
TrainObserver callable(TrainObserver observer, bool speaks) {
  if (!observer.notice || !speaks) observer.notice = [](const std::string&) {};
  if (!observer.status || !speaks) observer.status = [](const TrainStatus&) {};
  if (!observer.stop_requested) observer.stop_requested = [] { return false; };
  return observer;
}

}  // namespace

Trainer::Trainer(TrainOptions options, ModelConfig config, TrainObserver observer, ProcessGroup* group)
    : Trainer(std::move(options), std::move(config), std::move(observer), Peers(group)) {}

Trainer::Trainer(TrainOptions options, ModelConfig config, TrainObserver observer, const Peers& peers)
    : observer_(callable(std::move(observer), peers.is_first())),
      setup_(set_up_training(std::move(options), std::move(config), observer_, peers)),
      validations_(setup_.task->options.validation.valid_interval),
      seconds_before_(progress_.seconds) {}

double Trainer::seconds() const {
  return seconds_before_ + std::chrono::duration<double>(Clock::now() - started_).count();
}

TrainOutcome Trainer::run() {
  try {
    const TrainOutcome outcome = train();
    if (!setup_.peers.is_alone()) setup_.peers.group()->leave();
    return outcome;
  } catch (const PeerLost& lost) {
    throw PeerLost(fmt::format("{}; this was step {}, and the same command goes on from the last save", lost.what(),
                               progress_.step + 1));
  }
}

TrainOutcome Trainer::train() {
  const TrainOptions& options = setup_.task->options;
  for (;;) {
    if (validations_.is_due(progress_, skipped_in_a_row_ > 0) && !validate()) continue;
    const auto limit = setup_.keeper ? limit_reached(options.limits, progress_) : std::nullopt;
    if (setup_.peers.any(limit.has_value())) {
      if (!progress_.finished && progress_.step > progress_.validated_step && !validate()) continue;
      if (limit) setup_.keeper->finish(*limit, learner_, progress_);
      return TrainOutcome::finished;
    }
    if (setup_.peers.any(observer_.stop_requested())) return stop();
    update();
    if (progress_.step % options.checkpoints.save_interval == 0 && skipped_in_a_row_ == 0) save();
  }
}

// Amid updates that are skipped the last save is the better place to go on from.
TrainOutcome Trainer::stop() {
  const bool is_sound = skipped_in_a_row_ == 0;
  if (is_sound) save();
  observer_.notice(fmt::format("stopped at step {}; the same command goes on from {}", progress_.step,
                               is_sound ? "there" : "the last save, before the updates that were skipped"));
  return TrainOutcome::stopped;
}

void Trainer::save() const {
  if (setup_.keeper) setup_.keeper->checkpoints().save(learner_, progress_);
}

void Trainer::update() {
  const std::vector<PlacedBatch> parts = setup_.batches->next();
  UpdateFigures figures;
  figures.learning_rate = progress_.rate_factor *
                          learning_rate_at(progress_.step + 1, setup_.schedule_end, setup_.task->options.learning_rate);
  figures.sums = setup_.pass->run(parts, progress_.batches);
  figures.gradient_norm = learner_.optimiser.step(figures.learning_rate);
  ++progress_.step;
  progress_.batches += static_cast<std::int64_t>(parts.size());
  progress_.batch_in_epoch += static_cast<std::int64_t>(parts.size());
  figures.share_of_epoch = parts.back().share_of_epoch;
  if (parts.back().ends_epoch) {
    ++progress_.epoch;
    progress_.batch_in_epoch = 0;
    figures.share_of_epoch = 0;
  }
  progress_.seconds = seconds();
  progress_.finished = false;
  if (!std::isfinite(figures.gradient_norm)) return skip_update();
  skipped_in_a_row_ = 0;
  if (learner_.average) learner_.average->update(progress_.step);
  progress_.target_tokens += figures.sums.tokens;
  if (setup_.keeper) setup_.keeper->report().updated(figures, progress_);
}

// The optimiser has left out an update whose gradients are not finite. One may be bad luck; a row of them is
// divergence.
void Trainer::skip_update() {
  ++progress_.skipped;
  observer_.notice(fmt::format("step {}: the gradients are not finite; this update is skipped", progress_.step));
  if (++skipped_in_a_row_ >= kMostSkippedUpdates)
    go_back(fmt::format("at step {} the last {} gradients were not finite", progress_.step, skipped_in_a_row_));
}

void Trainer::go_back(const std::string& reason) {
  const TrainingProgress before = progress_;
  if (before.setbacks >= kMostSetbacks) {
    throw std::runtime_error(
        fmt::format("training has diverged: {}, and going back {} times did not help; give a smaller --learning-rate "
                    "or more --warmup-steps, and another --model",
                    reason, kMostSetbacks));
  }
  if (setup_.keeper) progress_ = setup_.keeper->checkpoints().load(learner_);
  progress_ = shared_progress(progress_, setup_.peers);
  learner_.share(setup_.peers);
  setup_.batches->seek(progress_.epoch, progress_.batch_in_epoch);
  progress_.skipped = before.skipped;
  progress_.seconds = before.seconds;
  progress_.setbacks = before.setbacks + 1;
  progress_.rate_factor = before.rate_factor * kSetbackFactor;
  skipped_in_a_row_ = 0;
  validations_ = ValidationSchedule(setup_.task->options.validation.valid_interval);
  if (setup_.keeper) setup_.keeper->report().went_back(progress_);
  save();
  observer_.notice(fmt::format("{}: going back to step {}, from now on with {:g} of the learning rate", reason,
                               progress_.step, progress_.rate_factor));
}

// Where the model computes what is not finite, the training goes back, and false is returned.
bool Trainer::validate() {
  const auto start = Clock::now();
  std::optional<MovingAverage::InModel> averaged;
  std::optional<ValidationResult> result;
  if (setup_.keeper) {
    if (learner_.average) averaged.emplace(*learner_.average);
    result = setup_.keeper->measure(learner_.model);
  }
  if (setup_.peers.any(result && !result->is_finite())) {
    averaged.reset();
    go_back(fmt::format("at step {} the validation gave numbers that are not finite", progress_.step));
    return false;
  }
  progress_.validated_step = progress_.step;
  if (!result) return true;
  progress_.seconds = seconds();
  setup_.keeper->take_in(*result, *learner_.model, progress_);
  averaged.reset();
  save();
  setup_.keeper->report().leave_out(Clock::now() - start);
  return true;
}

}  // namespace dragoman
