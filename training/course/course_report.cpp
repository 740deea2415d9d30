#include "training/course/course_report.h"

#include "training/course/course_limits.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// "loss 2.310, perplexity 5.20, BLEU 30.12", or "… BLEU 30.12 (en-de 31.20, en-fr 29.04)".
std::string described(const ValidationResult& result) {
  const std::string losses = fmt::format("loss {:.3f}, perplexity {:.2f}", result.loss, result.perplexity);
  if (!result.translates) return losses;
  std::vector<std::string> directions;
  for (const auto& [name, bleu] : result.directions) directions.push_back(fmt::format("{} {:.2f}", name, bleu));
  const std::string mean = fmt::format("{}, BLEU {:.2f}", losses, result.bleu);
  return directions.empty() ? mean : fmt::format("{} ({})", mean, fmt::join(directions, ", "));
}

void add_bleu(const ValidationResult& result, TrainLog::Entry& entry) {
  if (result.translates) entry.emplace_back("bleu", result.bleu);
}

}  // namespace

CourseReport::CourseReport(TrainLog log, TrainObserver observer, const TrainOptions& options)
    : log_(std::move(log)),
      observer_(std::move(observer)),
      limits_(options.limits),
      average_(options.checkpoints.average),
      log_interval_(options.log_interval),
      guides_alignment_(options.guides_alignment()) {}

void CourseReport::updated(const UpdateFigures& update, const TrainingProgress& progress) {
  recent_.sums += update.sums;
  ++recent_.updates;
  const auto tokens = static_cast<double>(std::max<std::int64_t>(recent_.sums.tokens, 1));
  TrainStatus status;
  status.step = progress.step;
  status.epoch = progress.current_epoch();
  status.loss = recent_.sums.smoothed / tokens;
  status.learning_rate = update.learning_rate;
  status.tokens_per_second = static_cast<double>(recent_.sums.tokens) / seconds_since(recent_.since);
  status.fraction = fraction_done(limits_, progress, update.share_of_epoch);
  if (status.fraction) status.seconds_remaining = pace_.remaining(*status.fraction, progress.seconds);
  observer_.status(status);
  tell_forecast(status);
  if (recent_.updates < log_interval_) return;
  TrainLog::Entry entry = {
      {"epoch", progress.current_epoch()},
      {"loss", recent_.sums.smoothed / tokens},
      {"perplexity", std::exp(recent_.sums.plain / tokens)},
      {"learning_rate", update.learning_rate},
      {"gradient_norm", update.gradient_norm},
      {"tokens_per_second", static_cast<double>(recent_.sums.tokens) / seconds_since(recent_.since)},
      {"target_tokens", progress.target_tokens},
      {"seconds", progress.seconds}};
  if (guides_alignment_) entry.emplace_back("alignment_loss", recent_.sums.alignment / tokens);
  log_.write("train", progress.step, entry);
  recent_ = {};
}

void CourseReport::tell_forecast(const TrainStatus& status) {
  const auto time = forecast_.due(seconds_since(started_), status.seconds_remaining);
  if (!time) return;
  notice(fmt::format("at this pace the training takes {} more{}", *time,
                     limits_.patience > 0 ? fmt::format(", or less if --patience {} ends it", limits_.patience) : ""));
}

void CourseReport::validated(const ValidationResult& result, bool is_best, const TrainingProgress& progress) {
  notice(fmt::format("step {}, epoch {}: {}{} (validated in {:.1f} s)", progress.step, progress.current_epoch(),
                     described(result), is_best ? ", the best so far" : "", result.seconds));
  TrainLog::Entry entry = {
      {"epoch", progress.current_epoch()}, {"loss", result.loss}, {"perplexity", result.perplexity}};
  add_bleu(result, entry);
  for (const DirectionBleu& direction : result.directions) entry.emplace_back("bleu_" + direction.name, direction.bleu);
  entry.emplace_back("validation_seconds", result.seconds);
  entry.emplace_back("seconds", progress.seconds);
  log_.write("valid", progress.step, entry);
  log_.draw_curves();
}

void CourseReport::averaged(const ValidationResult& result, std::size_t weights, bool is_model,
                            const TrainingProgress& progress) {
  notice(fmt::format("mean of the {} {} validated weights: {}; {}", weights, to_string(average_), described(result),
                     is_model ? "it becomes the model" : "the model stays as it is"));
  TrainLog::Entry entry = {
      {"weights", static_cast<std::int64_t>(weights)}, {"loss", result.loss}, {"perplexity", result.perplexity}};
  add_bleu(result, entry);
  log_.write("average", progress.step, entry);
}

void CourseReport::went_back(const TrainingProgress& progress) {
  recent_ = {};
  log_.go_back(progress.step);
}

}  // namespace dragoman
