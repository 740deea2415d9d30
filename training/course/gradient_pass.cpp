#include "training/course/gradient_pass.h"

#include "training/loss/score_function.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace dragoman {
namespace {

using torch::Tensor;

// The head that learns to align by a batch, if one does.
class Guide {
 public:
  // pass: is observed from now on, as long as the guide lives
  Guide(const LossOptions& options, const Batch& batch, Pass& pass) {
    if (!options.guided || !batch.alignment.defined()) return;
    weight_ = options.guided->weight;
    alignment_ = batch.alignment;
    pass.observer = &weights_.emplace(*options.guided);
  }

  // The loss behind the pass, with that of the alignment, which goes to the totals, too.
  Tensor added_to(const LabelSmoothedLoss& loss, double normaliser) const {
    const Tensor weights = weights_ ? weights_->of(alignment_.size(1)) : Tensor();
    if (!weights.defined()) return loss.value;
    const Tensor sum = alignment_loss(weights, alignment_);
    loss.totals.select(0, 4).add_(sum.detach());
    return loss.value + (sum * (weight_ / normaliser)).to(loss.value.scalar_type());
  }

 private:
  double weight_ = 0;
  Tensor alignment_;
  std::optional<GuidedWeights> weights_;
};

Tensor states_of(const Pass& pass, const Seq2SeqModel& model, const Batch& batch) {
  const Tensor states = model.decode(pass, model.encode(pass, batch.source, batch.source_lengths), batch.target_in);
  return states.to(pass.compute_type.value_or(states.scalar_type()));
}

Tensor pass_once(const Pass& common, const Seq2SeqModel& model, const Batch& batch, const LossOptions& options,
                 double tokens) {
  Tensor drawn;
  Pass pass = common;
  pass.drawn_log_probability = &drawn;
  Guide guide(options, batch, pass);
  const Tensor states = states_of(pass, model, batch);
  const LabelSmoothedLoss loss =
      label_smoothed_loss(states.flatten(0, 1), model.output_layer(), batch.target_out.flatten(), options.padding,
                          options.label_smoothing, tokens);
  Tensor value = guide.added_to(loss, tokens);
  if (drawn.defined()) {
    const Tensor losses = loss.rows.view(batch.target_out.sizes());
    const Tensor is_token = batch.target_out != options.padding;
    const Tensor excess = tempered(excess_losses(losses, is_token), is_token);
    const Tensor through_draws = score_function_loss(drawn, excess, tokens);
    value = value + through_draws.to(value.scalar_type());
  }
  value.backward();
  return loss.totals;
}

// Each sentence has two rows, one of each of the batches, with other dropout in each.
Tensor pass_twice(const Pass& common, const Seq2SeqModel& model, const Batch& first, const Batch& second,
                  const LossOptions& options, double tokens) {
  const auto rows_of_both = [](const Tensor& a, const Tensor& b) { return at::stack({a, b}, 1).flatten(0, 1); };
  const PairTerms terms =
      options.sim_cut > 0 ? PairTerms::of_sim_cut(options.sim_cut) : PairTerms::of_r_drop(options.r_drop);
  Tensor alignment = first.alignment;
  if (alignment.defined()) alignment = rows_of_both(alignment, terms.both ? alignment : at::zeros_like(alignment));
  const Batch doubled{rows_of_both(first.source, second.source),
                      rows_of_both(first.source_lengths, second.source_lengths),
                      rows_of_both(first.target_in, second.target_in),
                      {},
                      0,
                      alignment};
  const double counted = terms.both ? 2 : 1;
  Pass pass = common;
  pass.cuts_tokens = options.sim_cut > 0;
  Guide guide(options, doubled, pass);
  const Tensor states = states_of(pass, model, doubled);  // [2·B, T, D]
  const Tensor pairs = states.view({-1, 2, states.size(1), states.size(2)}).transpose(1, 2);
  const LabelSmoothedLoss loss = label_smoothed_loss(pairs.reshape({-1, states.size(2)}), model.output_layer(),
                                                     first.target_out.flatten().repeat_interleave(2), options.padding,
                                                     options.label_smoothing, counted * tokens, terms);
  guide.added_to(loss, counted * tokens).backward();
  return loss.totals / counted;
}

}  // namespace

GradientPass::GradientPass(Seq2SeqModel& model, const ModelConfig& config, torch::Device device, const Pass& common,
                           const LossOptions& options, const BatchShares& shares, ProcessGroup* group)
    : replicas_(model, config, shares.shares),
      device_(device),
      common_(common),
      options_(options),
      workers_(shares.workers),
      group_(group) {
  if (options.sim_cut > 0) cutoff_.emplace(options.token_cutoff, config, common.seed);
  if (group_) sum_.emplace(replicas_.parameters(), *group);
}

LossSums GradientPass::run(std::span<const PlacedBatch> parts, std::int64_t first_number) {
  LossSums tokens;
  for (const PlacedBatch& part : parts) tokens.tokens += part.batch.target_tokens;
  tokens = of_all(tokens);
  auto left = std::ranges::count_if(parts, &PlacedBatch::mine);
  Tensor totals = no_totals(device_);
  for (const PlacedBatch& part : parts) {
    const std::int64_t number = first_number++;
    if (!part.mine) continue;
    if (--left == 0 && sum_) sum_->expect_last_pass();
    totals += pass(part.batch, number, static_cast<double>(tokens.tokens));
  }
  if (sum_) {
    sum_->finish();
  } else {
    replicas_.collect_gradients();
  }
  return of_all(read_totals(totals));
}

void GradientPass::rehearse(const Batch& batch) {
  struct Dropped {
    ModelReplicas& replicas;
    ~Dropped() { replicas.drop_gradients(); }
  } dropped{replicas_};
  pass(batch, 0, static_cast<double>(batch.target_tokens));
}

Tensor GradientPass::pass(const Batch& batch, std::int64_t number, double tokens) {
  const bool twice = options_.r_drop > 0 || cutoff_;
  const Batch here = batch.to(device_), other = cutoff_ ? cutoff_->cut(batch, number).to(device_) : here;
  const std::int64_t sentences = batch.source.size(0);
  const auto shares = std::min(static_cast<std::int64_t>(replicas_.size()), sentences);
  std::vector<Tensor> of_shares(static_cast<std::size_t>(shares));
  const auto pass_share = [&](std::size_t i) {
    const std::int64_t first = sentences * static_cast<std::int64_t>(i) / shares;
    const std::int64_t count = sentences * static_cast<std::int64_t>(i + 1) / shares - first;
    Pass pass = common_;
    pass.batch = static_cast<std::uint64_t>(number);
    pass.first_sentence = first;
    pass.sentences = count;
    const Batch share = here.sentences(first, count);
    of_shares[i] = twice ? pass_twice(pass, replicas_[i], share, other.sentences(first, count), options_, tokens)
                         : pass_once(pass, replicas_[i], share, options_, tokens);
  };
  workers_->run(of_shares.size(), pass_share, Occupancy::all_threads);
  Tensor totals = no_totals(device_);
  for (const Tensor& share : of_shares) totals += share;
  return totals;
}

LossSums GradientPass::of_all(const LossSums& sums) const {
  if (!group_) return sums;
  Tensor values = at::tensor(
      {sums.smoothed, sums.plain, sums.consistency, static_cast<double>(sums.tokens), sums.alignment}, torch::kFloat64);
  group_->reduce(values, ProcessGroup::Reduction::sum);
  const auto* total = values.const_data_ptr<double>();
  return {total[0], total[1], total[2], static_cast<std::int64_t>(total[3]), total[4]};
}

}  // namespace dragoman
