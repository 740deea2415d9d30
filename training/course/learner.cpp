#include "training/course/learner.h"

#include "formats/weight_assignment.h"

#include <ATen/ATen.h>

#include <utility>

namespace dragoman {

Learner::Learner(std::shared_ptr<Seq2SeqModel> learning, const TrainOptions& options)
    : model(std::move(learning)), optimiser(*model, options.optimiser) {
  model->train();
  if (options.ema_decay > 0) average.emplace(*model, options.ema_decay);
}

NamedTensors Learner::average_state() const {
  return average ? average->state("average.") : NamedTensors{};
}

void Learner::share(const Peers& peers) const {
  if (peers.is_alone()) return;
  torch::NoGradGuard no_grad;
  for (const NamedTensors& tensors : {named_weights(*model), optimiser.state(""), average_state()}) {
    for (const auto& [name, tensor] : tensors) {
      torch::Tensor values = tensor.detach().cpu().contiguous();
      peers.group()->broadcast(values);
      tensor.detach().copy_(values);
    }
  }
}

TrainingProgress shared_progress(const TrainingProgress& progress, const Peers& peers) {
  return peers.is_alone() ? progress : progress_of(peers.from_first(to_text(progress)));
}

}  // namespace dragoman
