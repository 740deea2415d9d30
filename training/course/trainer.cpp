#include "training/course/trainer.h"

#include "formats/weight_assignment.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <stdexcept>

namespace dragoman {
namespace {

using Clock = std::chrono::steady_clock;

// In a row, before the training goes back.
constexpr int kMostSkippedUpdates = 5;
constexpr int kMostSetbacks = 5;
constexpr double kSetbackFactor = 0.5;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

}  // namespace

void Trainer::notice(const std::string& line) const {
  if (observer_.notice && is_first()) observer_.notice(line);
}

// Whether any of the processes wishes so.
bool Trainer::agreed(bool wish) const {
  if (!group_) return wish;
  const torch::Tensor wishes = at::full({1}, wish ? 1.0 : 0.0, torch::kFloat64);
  group_->reduce(wishes, ProcessGroup::Reduction::sum);
  return wishes.item<double>() > 0;
}

TrainOutcome Trainer::run() {
  try {
    const TrainOutcome outcome = train();
    if (group_) group_->leave();
    return outcome;
  } catch (const PeerLost& lost) {
    throw PeerLost(fmt::format("{}; this was step {}, and the same command goes on from the last save", lost.what(),
                               progress_.step + 1));
  }
}

TrainOutcome Trainer::train() {
  started_ = Clock::now();
  recent_ = {};
  for (;;) {
    if (validations_.is_due(progress_, skipped_in_a_row_ > 0) && !validate()) continue;
    const auto limit = is_first() ? limit_reached() : std::nullopt;
    if (agreed(limit.has_value())) {
      if (!progress_.finished && progress_.step > progress_.validated_step && !validate()) continue;
      if (limit) finish(*limit);
      return TrainOutcome::finished;
    }
    if (agreed(observer_.stop_requested && observer_.stop_requested())) {
      // Amid updates that are skipped the last save is the better place to go on from.
      const bool is_sound = skipped_in_a_row_ == 0;
      if (is_sound) save();
      notice(fmt::format("stopped at step {}; the same command goes on from {}", progress_.step,
                         is_sound ? "there" : "the last save, before the updates that were skipped"));
      return TrainOutcome::stopped;
    }
    update();
    if (progress_.step % options_.checkpoints.save_interval == 0 && skipped_in_a_row_ == 0) save();
  }
}

void Trainer::update() {
  const std::vector<PlacedBatch> parts = next_batches();
  const double rate =
      progress_.rate_factor * learning_rate_at(progress_.step + 1, schedule_end_, options_.learning_rate);
  const LossSums sums = pass_->run(parts, progress_.batches);
  const double norm = optimiser_->step(rate);
  ++progress_.step;
  progress_.batches += static_cast<std::int64_t>(parts.size());
  progress_.batch_in_epoch += static_cast<std::int64_t>(parts.size());
  share_of_epoch_ = parts.back().share_of_epoch;
  if (parts.back().ends_epoch) {
    ++progress_.epoch;
    progress_.batch_in_epoch = 0;
    share_of_epoch_ = 0;
  }
  progress_.seconds = seconds_before_ + seconds_since(started_);
  progress_.finished = false;
  if (!std::isfinite(norm)) return skip_update();
  skipped_in_a_row_ = 0;
  if (average_) average_->update(progress_.step);
  progress_.target_tokens += sums.tokens;
  recent_.sums += sums;
  ++recent_.updates;
  report(norm, rate);
}

// Those of one update: no update spans two passes.
std::vector<PlacedBatch> Trainer::next_batches() {
  std::vector<PlacedBatch> parts;
  do {
    parts.push_back(batches_->next());
  } while (static_cast<int>(parts.size()) < options_.accumulate && !parts.back().ends_epoch);
  return parts;
}

// The optimiser has left out an update whose gradients are not finite. One may be bad luck; a row of them is
// divergence.
void Trainer::skip_update() {
  ++progress_.skipped;
  notice(fmt::format("step {}: the gradients are not finite; this update is skipped", progress_.step));
  if (++skipped_in_a_row_ >= kMostSkippedUpdates)
    go_back(fmt::format("at step {} the last {} gradients were not finite", progress_.step, skipped_in_a_row_));
}

void Trainer::go_back(const std::string& reason) {
  const int setbacks = progress_.setbacks + 1;
  const double factor = progress_.rate_factor * kSetbackFactor;
  if (setbacks > kMostSetbacks) {
    throw std::runtime_error(
        fmt::format("training has diverged: {}, and going back {} times did not help; give a smaller --learning-rate "
                    "or more --warmup-steps, and another --model",
                    reason, kMostSetbacks));
  }
  const std::int64_t skipped = progress_.skipped;
  const double seconds = progress_.seconds;
  load();
  progress_.skipped = skipped;
  progress_.seconds = seconds;
  progress_.setbacks = setbacks;
  progress_.rate_factor = factor;
  skipped_in_a_row_ = 0;
  validations_ = ValidationSchedule(options_.validation.valid_interval);
  recent_ = {};
  if (is_first()) log_.emplace(directory_->log_folder(), progress_.step);
  save();
  notice(fmt::format("{}: going back to step {}, from now on with {:g} of the learning rate", reason, progress_.step,
                     progress_.rate_factor));
}

// The pass that the last update was of, counted from 1.
std::int64_t Trainer::epoch() const {
  return progress_.epoch + (progress_.batch_in_epoch > 0 || progress_.step == 0 ? 1 : 0);
}

void Trainer::tell_forecast(const TrainStatus& status) {
  const auto time = forecast_.due(seconds_since(started_), status.seconds_remaining);
  if (!time) return;
  const int patience = options_.limits.patience;
  notice(fmt::format("at this pace the training takes {} more{}", *time,
                     patience > 0 ? fmt::format(", or less if --patience {} ends it", patience) : ""));
}

void Trainer::report(double norm, double rate) {
  if (!is_first()) return;
  TrainStatus status;
  status.step = progress_.step;
  status.epoch = epoch();
  status.loss = recent_.sums.smoothed / static_cast<double>(std::max<std::int64_t>(recent_.sums.tokens, 1));
  status.learning_rate = rate;
  status.tokens_per_second = static_cast<double>(recent_.sums.tokens) / seconds_since(recent_.since);
  status.fraction = fraction_done();
  if (status.fraction) status.seconds_remaining = pace_.remaining(*status.fraction, progress_.seconds);
  if (observer_.status) observer_.status(status);
  tell_forecast(status);
  if (recent_.updates < options_.log_interval) return;
  const auto tokens = static_cast<double>(recent_.sums.tokens);
  log_->write("train", progress_.step,
              {{"epoch", epoch()},
               {"loss", recent_.sums.smoothed / tokens},
               {"perplexity", std::exp(recent_.sums.plain / tokens)},
               {"learning_rate", rate},
               {"gradient_norm", norm},
               {"tokens_per_second", tokens / seconds_since(recent_.since)},
               {"target_tokens", progress_.target_tokens},
               {"seconds", progress_.seconds}});
  recent_ = {};
}

// Where the model computes what is not finite, the training goes back, and false is returned.
bool Trainer::validate() {
  const auto start = Clock::now();
  std::optional<MovingAverage::InModel> averaged;
  std::optional<ValidationResult> result;
  if (is_first()) {
    if (average_) averaged.emplace(*average_);
    result = validator_->run(model_, device_, {});
  }
  if (agreed(result && !result->is_finite())) {
    averaged.reset();
    go_back(fmt::format("at step {} the validation gave numbers that are not finite", progress_.step));
    return false;
  }
  progress_.validated_step = progress_.step;
  if (!result) return true;
  take_in(*result);
  averaged.reset();
  save();
  recent_.since += Clock::now() - start;  // the speed that is reported is of training alone
  return true;
}

// Of the model as it was measured, whose weights are still in place.
void Trainer::take_in(const ValidationResult& result) {
  const ValidatedStep validated{progress_.step, result.score(options_.validation.valid_metric)};
  const bool is_best = !progress_.best || validated.score > progress_.best->score;
  progress_.stalled = is_best ? 0 : progress_.stalled + 1;
  if (is_best) progress_.best = validated;
  progress_.seconds = seconds_before_ + seconds_since(started_);
  notice(fmt::format("step {}, epoch {}: loss {:.3f}, perplexity {:.2f}, BLEU {:.2f}{} (validated in {:.1f} s)",
                     progress_.step, epoch(), result.loss, result.perplexity, result.bleu.score,
                     is_best ? ", the best so far" : "", result.seconds));
  log_->write("valid", progress_.step,
              {{"epoch", epoch()},
               {"loss", result.loss},
               {"perplexity", result.perplexity},
               {"bleu", result.bleu.score},
               {"validation_seconds", result.seconds},
               {"seconds", progress_.seconds}});
  log_->draw_curves();
  retain(validated);
  if (becomes_model(validated.score)) save_weights(directory_->model(), named_weights(*model_));
}

std::optional<std::string> Trainer::limit_reached() const {
  const LimitOptions& limits = options_.limits;
  if (limits.max_steps > 0 && progress_.step >= limits.max_steps)
    return fmt::format("--max-steps {}", limits.max_steps);
  if (limits.max_epochs > 0 && progress_.epoch >= limits.max_epochs)
    return fmt::format("--max-epochs {}", limits.max_epochs);
  if (limits.max_time > 0 && progress_.seconds >= limits.max_time * 60)
    return fmt::format("--max-time {}", limits.max_time);
  if (limits.patience > 0 && progress_.stalled >= limits.patience) return fmt::format("--patience {}", limits.patience);
  return std::nullopt;
}

std::optional<double> Trainer::fraction_done() const {
  const LimitOptions& limits = options_.limits;
  std::optional<double> fraction;
  const auto add = [&](double done, double limit) {
    if (limit > 0) fraction = std::min(1.0, std::max(fraction.value_or(0.0), done / limit));
  };
  add(static_cast<double>(progress_.step), static_cast<double>(limits.max_steps));
  add(progress_.seconds, limits.max_time * 60);
  if (limits.max_epochs > 0) {
    add(static_cast<double>(progress_.epoch) + share_of_epoch_, static_cast<double>(limits.max_epochs));
  }
  return fraction;
}

void Trainer::finish(const std::string& limit) {
  if (progress_.finished) {
    // A cosine ends where it was told to at the start.
    const bool ended = options_.learning_rate.schedule == Schedule::cosine &&
                       (limit.starts_with("--max-steps") || limit.starts_with("--max-epochs"));
    notice(fmt::format(
        "the training in {} is finished: it has reached {} at step {}{}", directory_->model().string(), limit,
        progress_.step,
        ended ? fmt::format(", the end of its cosine; --init-from {} with another --model trains it further",
                            directory_->model().string())
              : "; a larger value makes it go on"));
    return;
  }
  write_average();
  progress_.finished = true;
  save();
  notice(fmt::format("finished at step {} by {}; the model is in {}", progress_.step, limit,
                     directory_->model().string()));
}

}  // namespace dragoman
