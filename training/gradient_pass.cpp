#include "training/gradient_pass.h"

#include "training/score_function.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <utility>

namespace dragoman {

using torch::Tensor;

GradientPass::GradientPass(Seq2SeqModel& model, torch::Device device, const LossOptions& options, ProcessGroup* group)
    : model_(model), device_(device), options_(options), group_(group) {
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
    model_.context().batch = static_cast<std::uint64_t>(number);
    if (--left == 0 && sum_) sum_->expect_last_pass();
    sums += pass(part.batch.to(device_), static_cast<double>(tokens.tokens));
  }
  if (sum_) sum_->finish();
  return of_all(sums);
}

void GradientPass::rehearse(const Batch& batch) {
  pass(batch.to(device_), static_cast<double>(batch.target_tokens));
}

LossSums GradientPass::pass(const Batch& batch, double tokens) {
  return options_.r_drop > 0 ? pass_twice(batch, tokens) : pass_once(batch, tokens);
}

LossSums GradientPass::pass_once(const Batch& batch, double tokens) {
  const Tensor states = states_of(batch);
  const LabelSmoothedLoss loss =
      label_smoothed_loss(states.flatten(0, 1), model_.output_layer(), batch.target_out.flatten(), options_.padding,
                          options_.label_smoothing, tokens);
  const Tensor drawn = std::exchange(model_.context().drawn_log_probability, {});
  if (drawn.defined()) {
    const Tensor losses = loss.rows.view(batch.target_out.sizes());
    const Tensor is_token = batch.target_out != options_.padding;
    const Tensor excess = tempered(excess_losses(losses, is_token), is_token);
    const Tensor through_draws = score_function_loss(drawn, excess, tokens);
    (loss.value + through_draws.to(loss.value.scalar_type())).backward();
  } else {
    loss.value.backward();
  }
  return loss.sums;
}

// Each sentence is in the batch twice, and has other dropout in each of its rows.
LossSums GradientPass::pass_twice(const Batch& batch, double tokens) {
  const auto twice = [](const Tensor& rows) { return rows.repeat_interleave(2, 0); };
  const Batch doubled{twice(batch.source), twice(batch.source_lengths), twice(batch.target_in), {}, 0};
  const Tensor states = states_of(doubled);  // [2·B, T, D]
  const Tensor pairs = states.view({-1, 2, states.size(1), states.size(2)}).transpose(1, 2);
  const LabelSmoothedLoss loss =
      label_smoothed_loss(pairs.reshape({-1, states.size(2)}), model_.output_layer(), twice(batch.target_out.flatten()),
                          options_.padding, options_.label_smoothing, 2 * tokens, options_.r_drop);
  loss.value.backward();
  const LossSums& sums = loss.sums;
  return {sums.smoothed / 2, sums.plain / 2, sums.consistency / 2, sums.tokens / 2};
}

Tensor GradientPass::states_of(const Batch& batch) {
  const Tensor states = model_.decode(model_.encode(batch.source, batch.source_lengths), batch.target_in);
  return states.to(model_.context().compute_type.value_or(states.scalar_type()));
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
