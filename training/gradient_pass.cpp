#include "training/gradient_pass.h"

#include "decoding/workers.h"
#include "training/score_function.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

using torch::Tensor;

Tensor states_of(Seq2SeqModel& model, const Batch& batch) {
  const Tensor states = model.decode(model.encode(batch.source, batch.source_lengths), batch.target_in);
  return states.to(model.context().compute_type.value_or(states.scalar_type()));
}

LossSums pass_once(Seq2SeqModel& model, const Batch& batch, const LossOptions& options, double tokens) {
  const Tensor states = states_of(model, batch);
  const LabelSmoothedLoss loss =
      label_smoothed_loss(states.flatten(0, 1), model.output_layer(), batch.target_out.flatten(), options.padding,
                          options.label_smoothing, tokens);
  const Tensor drawn = std::exchange(model.context().drawn_log_probability, {});
  if (drawn.defined()) {
    const Tensor losses = loss.rows.view(batch.target_out.sizes());
    const Tensor is_token = batch.target_out != options.padding;
    const Tensor excess = tempered(excess_losses(losses, is_token), is_token);
    const Tensor through_draws = score_function_loss(drawn, excess, tokens);
    (loss.value + through_draws.to(loss.value.scalar_type())).backward();
  } else {
    loss.value.backward();
  }
  return loss.sums;
}

// Each sentence is in the batch twice, and has other dropout in each of its rows.
LossSums pass_twice(Seq2SeqModel& model, const Batch& batch, const LossOptions& options, double tokens) {
  const auto twice = [](const Tensor& rows) { return rows.repeat_interleave(2, 0); };
  const Batch doubled{twice(batch.source), twice(batch.source_lengths), twice(batch.target_in), {}, 0};
  const Tensor states = states_of(model, doubled);  // [2·B, T, D]
  const Tensor pairs = states.view({-1, 2, states.size(1), states.size(2)}).transpose(1, 2);
  const LabelSmoothedLoss loss =
      label_smoothed_loss(pairs.reshape({-1, states.size(2)}), model.output_layer(), twice(batch.target_out.flatten()),
                          options.padding, options.label_smoothing, 2 * tokens, options.r_drop);
  loss.value.backward();
  const LossSums& sums = loss.sums;
  return {sums.smoothed / 2, sums.plain / 2, sums.consistency / 2, sums.tokens / 2};
}

// A share of the sentences of a batch; its tokens are not counted.
Batch share_of(const Batch& batch, std::size_t index, std::size_t shares) {
  const auto first_of = [&](std::size_t i) {
    return batch.source.size(0) * static_cast<std::int64_t>(i) / static_cast<std::int64_t>(shares);
  };
  const auto cut = [&](const Tensor& rows) {
    return rows.narrow(0, first_of(index), first_of(index + 1) - first_of(index));
  };
  return {cut(batch.source), cut(batch.source_lengths), cut(batch.target_in), cut(batch.target_out), 0};
}

}  // namespace

GradientPass::GradientPass(Seq2SeqModel& model, const ModelConfig& config, torch::Device device,
                           const LossOptions& options, const BatchShares& shares, ProcessGroup* group)
    : replicas_(model, config, shares.shares),
      device_(device),
      options_(options),
      threads_(shares.threads),
      group_(group) {
  if (group_) sum_.emplace(model, *group);
}

LossSums GradientPass::run(std::span<const PlacedBatch> parts, std::int64_t first_number) {
  LossSums tokens;
  for (const PlacedBatch& part : parts) tokens.tokens += part.batch.target_tokens;
  tokens = of_all(tokens);
  auto left = std::ranges::count_if(parts, &PlacedBatch::mine);
  LossSums sums;
  for (const PlacedBatch& part : parts) {
    const std::int64_t number = first_number++;
    if (!part.mine) continue;
    replicas_.prepare(number);
    // Gradients of several replicas are complete only when all of them are there.
    if (--left == 0 && sum_ && replicas_.size() == 1) sum_->expect_last_pass();
    sums += pass(part.batch.to(device_), static_cast<double>(tokens.tokens));
  }
  replicas_.collect_gradients();
  if (sum_) sum_->finish();
  return of_all(sums);
}

void GradientPass::rehearse(const Batch& batch) {
  pass(batch.to(device_), static_cast<double>(batch.target_tokens));
  replicas_.collect_gradients();
}

LossSums GradientPass::pass(const Batch& batch, double tokens) {
  const auto pass_share = [&](std::size_t i, const Batch& share) {
    Seq2SeqModel& model = replicas_[i];
    return options_.r_drop > 0 ? pass_twice(model, share, options_, tokens)
                               : pass_once(model, share, options_, tokens);
  };
  const std::size_t shares = std::min(replicas_.size(), static_cast<std::size_t>(batch.source.size(0)));
  if (shares == 1) return pass_share(0, batch);
  std::vector<LossSums> of_shares(shares);
  run_workers(
      shares, threads_, device_,
      [&](std::size_t i) { of_shares[i] = pass_share(i, share_of(batch, i, shares)); }, Occupancy::all_threads);
  LossSums sums;
  for (const LossSums& share : of_shares) sums += share;
  return sums;
}

LossSums GradientPass::of_all(const LossSums& sums) const {
  if (!group_) return sums;
  Tensor values =
      at::tensor({sums.smoothed, sums.plain, sums.consistency, static_cast<double>(sums.tokens)}, torch::kFloat64);
  group_->reduce(values, ProcessGroup::Reduction::sum);
  const auto* total = values.const_data_ptr<double>();
  return {total[0], total[1], total[2], static_cast<std::int64_t>(total[3])};
}

}  // namespace dragoman
