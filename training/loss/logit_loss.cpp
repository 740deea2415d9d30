#include "training/loss/logit_loss.h"

#include "kernels/softmax_gradient.h"
#include "model/layers/elements.h"
#include "model/parallel_parts.h"

#include <ATen/ATen.h>
#include <ATen/Dispatch.h>

#include <algorithm>
#include <type_traits>
#include <vector>

namespace dragoman {
namespace {

using torch::Tensor;

// Large enough for an efficient product, small enough to stay near a CPU's caches; a GPU wants many rows at once, and
// has a launch to pay for each operator.
constexpr std::int64_t kElementsOnCpu = 1 << 21, kElementsOnGpu = 1 << 26;
constexpr std::int64_t kLeastRows = 128;

// One chunk on a CPU.
struct LogitChunk {
  const LossTerms& terms;
  std::int64_t vocabulary;
  const std::int64_t* targets;
  double* losses;
  std::vector<double> plain, consistency;  // of each row; the second of a pair's first row

  double scale() const { return terms.wants_gradient ? 1.0 / terms.normaliser : 0.0; }

  PairScales pair_scales() const {
    const auto scaled = [&](double weight) { return static_cast<float>(weight * scale()); };
    return {scaled(1), scaled(terms.pairs->both ? 1 : 0), scaled(terms.pairs->p_to_q), scaled(terms.pairs->q_to_p)};
  }

  bool counts(std::int64_t row) const {
    TORCH_CHECK(targets[row] == terms.padding || (targets[row] >= 0 && targets[row] < vocabulary),
                "label_smoothed_loss: target ", targets[row], " is not an id of the ", vocabulary, " pieces");
    return targets[row] != terms.padding;
  }

  void keep(std::int64_t row, const RowLoss& loss) {
    losses[row] = loss.smoothed;
    plain[static_cast<std::size_t>(row)] = loss.plain;
  }

  LossSums sums() const {
    LossSums sums;
    const auto count = static_cast<std::int64_t>(plain.size());
    const std::int64_t step = terms.pairs && !terms.pairs->both ? 2 : 1;
    for (std::int64_t row = 0; row < count; row += step) {
      const auto i = static_cast<std::size_t>(row);
      if (targets[row] != terms.padding) sums += {losses[row], plain[i], consistency[i], 1};
    }
    return sums;
  }
};

template <typename Element>
RowLoss row_loss(Element* logits, const LogitChunk& rows, std::int64_t target, std::vector<float>& scratch) {
  if constexpr (std::is_same_v<Element, std::uint16_t>) {
    scratch.resize(static_cast<std::size_t>(rows.vocabulary));
    return softmax_gradient(logits, scratch.data(), rows.vocabulary, target, rows.terms.smoothing,
                            static_cast<float>(rows.scale()));
  } else {
    return softmax_gradient(logits, rows.vocabulary, target, rows.terms.smoothing, static_cast<Element>(rows.scale()));
  }
}

template <typename Element>
void run_rows(Element* logits, LogitChunk& rows, std::int64_t begin, std::int64_t end) {
  std::vector<float> scratch;
  for (std::int64_t row = begin; row < end; ++row) {
    Element* values = logits + row * rows.vocabulary;
    if (rows.counts(row)) {
      rows.keep(row, row_loss(values, rows, rows.targets[row], scratch));
    } else {
      rows.losses[row] = 0;
      if (rows.terms.wants_gradient) std::fill(values, values + rows.vocabulary, Element{0});
    }
  }
}

template <typename Element>
void run_pairs(Element* logits, LogitChunk& rows, std::int64_t begin, std::int64_t end) {
  const PairTerms& pairs = *rows.terms.pairs;
  const PairScales scales = rows.pair_scales();
  std::vector<float> scratch(static_cast<std::size_t>(3 * rows.vocabulary));
  for (std::int64_t row = 2 * begin; row < 2 * end; row += 2) {
    Element *first = logits + row * rows.vocabulary, *second = first + rows.vocabulary;
    if (rows.counts(row)) {
      const PairLoss loss = softmax_gradient_of_pair(first, second, scratch.data(), rows.vocabulary, rows.targets[row],
                                                     rows.terms.smoothing, scales);
      rows.keep(row, loss.first);
      rows.keep(row + 1, pairs.both ? loss.second : RowLoss{0, 0});
      rows.consistency[static_cast<std::size_t>(row)] = pairs.p_to_q * loss.p_to_q + pairs.q_to_p * loss.q_to_p;
    } else {
      rows.losses[row] = rows.losses[row + 1] = 0;
      if (rows.terms.wants_gradient) std::fill(first, second + rows.vocabulary, Element{0});
    }
  }
}

template <typename Element>
void run_all(Element* logits, LogitChunk& rows, std::int64_t count) {
  if constexpr (!std::is_same_v<Element, double>) {
    if (rows.terms.pairs) {
      return parallel_parts(0, count / 2, 2,
                            [&](std::int64_t begin, std::int64_t end) { run_pairs(logits, rows, begin, end); });
    }
  }
  parallel_parts(0, count, 4, [&](std::int64_t begin, std::int64_t end) { run_rows(logits, rows, begin, end); });
}

bool has_kernel(const Tensor& logits, const LossTerms& terms) {
  const c10::ScalarType type = logits.scalar_type();
  const bool is_single = type == at::kFloat || type == at::kBFloat16;
  return logits.is_cpu() && (is_single || (type == at::kDouble && !terms.pairs));
}

void on_cpu(const Tensor& logits, const Tensor& targets, const LossTerms& terms, const Tensor& losses,
            const Tensor& totals) {
  const std::int64_t count = logits.size(0);
  LogitChunk rows{terms,
                  logits.size(1),
                  targets.const_data_ptr<std::int64_t>(),
                  losses.mutable_data_ptr<double>(),
                  std::vector<double>(static_cast<std::size_t>(count)),
                  std::vector<double>(static_cast<std::size_t>(count))};
  AT_DISPATCH_FLOATING_TYPES_AND(at::kBFloat16, logits.scalar_type(), "label_smoothed_loss",
                                 [&] { run_all(bits(logits.mutable_data_ptr<scalar_t>()), rows, count); });
  const LossSums sums = rows.sums();
  double* values = totals.mutable_data_ptr<double>();
  values[0] += sums.smoothed;
  values[1] += sums.plain;
  values[2] += sums.consistency;
  values[3] += static_cast<double>(sums.tokens);
}

// [R], 1 where a row's cross-entropy counts, in the logits' type.
Tensor counts_of(const Tensor& logits, const Tensor& targets, const LossTerms& terms) {
  Tensor counts = targets.ne(terms.padding).to(logits.scalar_type());
  if (terms.pairs && !terms.pairs->both) counts.view({-1, 2}).select(1, 1).zero_();
  return counts;
}

// The same in LibTorch's operators, which changes where `logits` points instead of what is there.
// Returns the sums [5], in which those of consistency and alignment are 0.
Tensor by_operators(Tensor& logits, const Tensor& targets, const LossTerms& terms, const Tensor& losses) {
  const Tensor counts = counts_of(logits, targets, terms);
  const Tensor index = targets.unsqueeze(1).clamp_min(0);  // padding may be below
  const Tensor log_probs = at::log_softmax(logits, 1);
  const Tensor plain = -log_probs.gather(1, index).squeeze(1) * counts;
  const Tensor smoothed = plain * (1 - terms.smoothing) - log_probs.mean(1) * counts * terms.smoothing;
  losses.copy_(smoothed);
  const Tensor tokens = counts.sum();
  const Tensor none = at::zeros_like(tokens);
  const Tensor sums = at::stack({smoothed.sum(), plain.sum(), none, tokens, none}).to(at::kDouble);
  if (terms.wants_gradient) {
    logits = log_probs.exp_().sub_(terms.smoothing / static_cast<double>(logits.size(1)));
    logits.scatter_add_(1, index, at::full_like(index, -(1 - terms.smoothing), logits.options()));
    logits.mul_(counts.unsqueeze(1) / terms.normaliser);
  }
  return sums;
}

// Of rows 2k and 2k + 1 of the logits [R, V]: the weighted sum of their divergences, and its gradient [R, V].
struct Consistency {
  Tensor sum;  // []
  Tensor gradient;
};

Consistency consistency_of(const Tensor& logits, const Tensor& targets, const LossTerms& terms) {
  const auto pairs_of = [](const Tensor& rows) { return rows.view({-1, 2, rows.size(1)}); };
  const Tensor log_probs = pairs_of(at::log_softmax(logits, 1));  // [R / 2, 2, V]
  const Tensor log_p = log_probs.select(1, 0), log_q = log_probs.select(1, 1), p = log_p.exp(), q = log_q.exp();
  const Tensor difference = log_p - log_q;
  const Tensor p_to_q = (p * difference).sum(1, true), q_to_p = -(q * difference).sum(1, true);  // KL, [R / 2, 1]
  const Tensor counts = targets.view({-1, 2}).select(1, 0).ne(terms.padding).to(logits.scalar_type()).unsqueeze(1);
  const double to_q = terms.pairs->p_to_q, to_p = terms.pairs->q_to_p;
  Consistency result;
  result.sum = ((p_to_q * to_q + q_to_p * to_p) * counts).sum();
  if (terms.wants_gradient) {
    const Tensor both = p - q, scale = counts / terms.normaliser;
    result.gradient = at::empty_like(logits);
    Tensor of_pairs = pairs_of(result.gradient);
    of_pairs.select(1, 0).copy_((p * (difference - p_to_q) * to_q + both * to_p) * scale);
    of_pairs.select(1, 1).copy_((q * (-difference - q_to_p) * to_p - both * to_q) * scale);
  }
  return result;
}

}  // namespace

std::int64_t rows_at_once(torch::Device device, std::int64_t vocabulary) {
  const std::int64_t elements = device.is_cpu() ? kElementsOnCpu : kElementsOnGpu;
  return std::max(kLeastRows, elements / vocabulary / 2 * 2);
}

void logit_loss(const Tensor& logits, const Tensor& targets, const LossTerms& terms, const Tensor& losses,
                const Tensor& totals) {
  if (has_kernel(logits, terms)) return on_cpu(logits, targets, terms, losses, totals);
  Tensor gradient = logits.scalar_type() == at::kDouble ? logits : logits.to(at::kFloat);
  Consistency consistency;
  if (terms.pairs) consistency = consistency_of(gradient, targets, terms);
  totals.add_(by_operators(gradient, targets, terms, losses));
  if (consistency.sum.defined()) totals.select(0, 2).add_(consistency.sum);
  if (terms.wants_gradient) {
    if (consistency.gradient.defined()) gradient.add_(consistency.gradient);
    logits.copy_(gradient);
  }
}

}  // namespace dragoman
