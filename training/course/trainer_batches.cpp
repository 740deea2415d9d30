#include "training/course/trainer.h"
#include "training/data/batch_budget.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <utility>

namespace dragoman {
namespace {

// Tokens of a batch.
constexpr std::int64_t kLeastBudget = 1024;
// Tokens of a batch for one thread.
constexpr std::int64_t kLeastShare = 256;
// Of all shares together, each of which has gradients of its own.
constexpr std::int64_t kMostGradientBytes = 512'000'000;

std::int64_t gradient_bytes(const torch::nn::Module& model) {
  std::int64_t bytes = 0;
  for (const torch::Tensor& parameter : model.parameters()) bytes += static_cast<std::int64_t>(parameter.nbytes());
  return bytes;
}

}  // namespace

// Each thread has sentences of its own as long as these are enough to be worth it: threads that share each operator
// wait for each other, the longer the smaller the model.
void Trainer::prepare_pass() {
  const std::int64_t tokens = options_.batch_tokens > 0 ? options_.batch_tokens : largest_reasonable_budget();
  const std::int64_t most = std::min(tokens / kLeastShare, kMostGradientBytes / gradient_bytes(*model_));
  // What attention has drawn is measured by the other sentences of the batch.
  const bool draws = config_.cross_attention_selection == AttentionSelection::sampled;
  const std::int64_t shares = device_.is_cpu() && !draws ? std::clamp<std::int64_t>(most, 1, threads_) : 1;
  Pass common;
  common.seed = options_.seed;
  if (is_bf16()) common.compute_type = torch::kBFloat16;
  pass_.emplace(*model_, config_, device_, common,
                LossOptions{config_.special_ids.pad, options_.label_smoothing, options_.r_drop},
                BatchShares{static_cast<std::size_t>(shares), workers_}, group_);
}

// The first thing that a training does is its worst batch: what there is no memory for shows now, not hours later.
void Trainer::prepare_batches() {
  const Rehearsal rehearsal = [this](std::int64_t budget) {
    open_batches(budget);
    rehearse();
  };
  const Notice tell = [this](const std::string& line) { notice(line); };
  if (progress_.batch_tokens > 0) {
    // The course of a training that goes on is settled.
    budget_that_fits(progress_.batch_tokens, progress_.batch_tokens, rehearsal, tell);
    return;
  }
  if (options_.batch_tokens > 0) {
    const std::int64_t least = std::min(options_.batch_tokens, kLeastBudget);
    progress_.batch_tokens = budget_that_fits(options_.batch_tokens, least, rehearsal, tell);
  } else {
    progress_.batch_tokens =
        largest_budget(kLeastBudget, largest_reasonable_budget(), rehearsal, batch_memory_of(device_));
  }
  if (group_) {
    const torch::Tensor least = at::full({1}, progress_.batch_tokens, torch::kInt64);
    group_->reduce(least, ProcessGroup::Reduction::least);
    progress_.batch_tokens = least.item<std::int64_t>();
  }
  open_batches(progress_.batch_tokens);
  if (options_.batch_tokens == 0) notice(fmt::format("batches of {} tokens", progress_.batch_tokens));
}

void Trainer::open_batches(std::int64_t budget) {
  std::optional<PairSampler> sampler;
  if (options_.subword_sampling > 0) {
    const double strength = options_.subword_sampling;
    sampler.emplace(PairSampler{SubwordSampler(tokenizers_->source, strength),
                                SubwordSampler(tokenizers_->target, strength), options_.seed,
                                static_cast<std::size_t>(options_.filter.max_length)});
  }
  // Two passes over each sentence take the place of two sentences.
  const std::int64_t tokens = options_.r_drop > 0 ? std::max<std::int64_t>(budget / 2, 1) : budget;
  batches_.emplace(*corpus_, BatchOptions{tokens, options_.seed}, BatchIds{config_.special_ids, config_.start_token},
                   std::move(sampler));
  if (!group_) return;
  batches_->take_only([accumulate = options_.accumulate, rank = group_->rank(),
                       size = group_->size()](std::int64_t index) { return index % accumulate % size == rank; });
}

// More than that makes no better use of a device, and a small corpus wants a hundred updates in a pass.
std::int64_t Trainer::largest_reasonable_budget() const {
  constexpr std::int64_t kMost = 16384, kUpdatesInEpoch = 100;
  std::int64_t tokens = 0;
  for (const PairPlace& pair : corpus_->places()) tokens += std::max(pair.source_length, pair.target_length) + 1;
  return std::clamp(tokens / kUpdatesInEpoch, kLeastBudget, kMost);
}

void Trainer::rehearse() {
  pass_->rehearse(batches_->worst());
}

// Passes differ by a batch or so: the first one's number stands for all. For a large corpus it takes long to know.
void Trainer::count_updates_in_pass() {
  constexpr std::size_t kLarge = 1'000'000;
  if (options_.learning_rate.schedule != Schedule::cosine && corpus_->places().size() > kLarge) return;
  updates_in_pass_ = (batches_->batches_in(0) + options_.accumulate - 1) / options_.accumulate;
}

// The update at which a cosine ends.
std::int64_t Trainer::schedule_end() const {
  const LimitOptions& limits = options_.limits;
  if (limits.max_epochs == 0 || options_.learning_rate.schedule != Schedule::cosine) return limits.max_steps;
  const std::int64_t end = limits.max_epochs * updates_in_pass_.value();
  return limits.max_steps > 0 ? std::min(limits.max_steps, end) : end;
}

}  // namespace dragoman
