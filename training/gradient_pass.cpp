#include "training/gradient_pass.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace dragoman {

using torch::Tensor;

GradientPass::GradientPass(Seq2SeqModel& model, torch::Device device, std::int64_t padding, double label_smoothing,
                           ProcessGroup* group)
    : model_(model), device_(device), padding_(padding), label_smoothing_(label_smoothing), group_(group) {
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
  const Tensor states = model_.decode(model_.encode(batch.source, batch.source_lengths), batch.target_in);
  const auto type = model_.context().compute_type.value_or(states.scalar_type());
  const LabelSmoothedLoss loss = label_smoothed_loss(states.flatten(0, 1).to(type), model_.output_layer(),
                                                     batch.target_out.flatten(), padding_, label_smoothing_, tokens);
  loss.value.backward();
  return loss.sums;
}

LossSums GradientPass::of_all(const LossSums& sums) const {
  if (!group_) return sums;
  Tensor values = at::tensor({sums.smoothed, sums.plain, static_cast<double>(sums.tokens)}, torch::kFloat64);
  group_->reduce(values, ProcessGroup::Reduction::sum);
  const auto* total = values.const_data_ptr<double>();
  return {total[0], total[1], static_cast<std::int64_t>(total[2])};
}

}  // namespace dragoman
