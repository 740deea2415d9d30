// What a training keeps on disk, and what its processes have of each other.
#include "formats/weight_assignment.h"
#include "model/architecture.h"
#include "training/course/trainer.h"
#include "training/course/weight_average.h"

#include <ATen/ATen.h>

#include <filesystem>
#include <fmt/format.h>
#include <memory>
#include <set>
#include <vector>

namespace dragoman {

// A training that goes on after its end may have a mean for its model that no single step has reached yet.
bool Trainer::becomes_model(double score) {
  if (progress_.model_score && score <= *progress_.model_score) return false;
  progress_.model_score = score;
  return true;
}

// Weights first, then the state that speaks of them, then the files that no state speaks of any more: a crash in
// between leaves a file too many, never one too few.
void Trainer::retain(const ValidatedStep& validated) {
  save_safetensors(directory_->weights_file(validated.step), named_weights(*model_));
  progress_.kept.push_back(validated);
  std::set<std::int64_t> steps;
  for (const auto& kept : last_of(progress_.kept, options_.checkpoints.keep_last)) steps.insert(kept.step);
  for (const auto& kept : best_of(progress_.kept, options_.checkpoints.keep_best)) steps.insert(kept.step);
  std::erase_if(progress_.kept, [&](const ValidatedStep& kept) { return !steps.contains(kept.step); });
}

void Trainer::save() {
  if (!is_first()) return;
  save_state(directory_->state_file(), *model_, *optimiser_, progress_, average_state());
  std::set<std::int64_t> steps;
  for (const auto& kept : progress_.kept) steps.insert(kept.step);
  directory_->keep_weights(steps);
}

void Trainer::load() {
  if (is_first()) progress_ = load_state(directory_->state_file(), *model_, *optimiser_, average_state());
  share_state();
  batches_->seek(progress_.epoch, progress_.batch_in_epoch);
}

void Trainer::share_progress() {
  if (group_) progress_ = progress_of(group_->from_first(to_text(progress_)));
}

// Gives all processes what rank 0 has.
void Trainer::share_state() {
  if (!group_) return;
  share_progress();
  torch::NoGradGuard no_grad;
  for (const NamedTensors& tensors : {named_weights(*model_), optimiser_->state(""), average_state()}) {
    for (const auto& [name, tensor] : tensors) {
      torch::Tensor values = tensor.detach().cpu().contiguous();
      group_->broadcast(values);
      tensor.detach().copy_(values);
    }
  }
}

NamedTensors Trainer::average_state() const {
  return average_ ? average_->state("average.") : NamedTensors{};
}

// The mean is tried in a model of its own: the one that is trained goes on as it is if the limits are raised.
void Trainer::write_average() {
  const CheckpointOptions& checkpoints = options_.checkpoints;
  if (checkpoints.average == AverageOf::none) return;
  const std::vector<ValidatedStep> chosen = checkpoints.average == AverageOf::best
                                                ? best_of(progress_.kept, checkpoints.keep_best)
                                                : last_of(progress_.kept, checkpoints.keep_last);
  if (chosen.size() < 2) return;
  std::vector<std::filesystem::path> files;
  for (const ValidatedStep& validated : chosen) files.push_back(directory_->weights_file(validated.step));
  const std::shared_ptr<Seq2SeqModel> averaged = create_model(config_, std::nullopt);
  average_weights(*averaged, files);
  averaged->to(device_);
  const ValidationResult result = validator_->run(averaged, device_, {});
  const bool better = becomes_model(result.score(options_.validation.valid_metric));
  if (better) save_weights(directory_->model(), named_weights(*averaged));
  notice(fmt::format("mean of the {} {} validated weights: loss {:.3f}, perplexity {:.2f}, BLEU {:.2f}; {}",
                     files.size(), to_string(checkpoints.average), result.loss, result.perplexity, result.bleu.score,
                     better ? "it becomes the model" : "the model stays as it is"));
  log_->write("average", progress_.step,
              {{"weights", static_cast<std::int64_t>(files.size())},
               {"loss", result.loss},
               {"perplexity", result.perplexity},
               {"bleu", result.bleu.score}});
}

}  // namespace dragoman
