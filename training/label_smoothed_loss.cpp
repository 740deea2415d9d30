#include "training/label_smoothed_loss.h"

#include "training/softmax_gradient.h"

#include <ATen/ATen.h>
#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>
#include <torch/autograd.h>

#include <algorithm>
#include <optional>
#include <vector>

namespace dragoman {
namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// Logits of one chunk: large enough for an efficient product, small enough to stay near the caches.
constexpr std::int64_t kChunkElements = 1 << 21;
constexpr std::int64_t kLeastRows = 128;
// Rows of the logits' gradients that are kept for one product with the states.
constexpr std::int64_t kHeldRows = 512;

struct Task {
  Tensor targets;  // contiguous
  std::int64_t padding;
  double smoothing;
  double normaliser;
  double consistency;
  bool wants_gradient;
};

// Overwrites the chunk's logits [R, V] by the loss's gradient, if one is wanted, and `smoothed` [R] by the rows'
// losses.
LossSums chunk_on_cpu(Tensor& logits, const Tensor& targets, const Task& task, const Tensor& smoothed) {
  const std::int64_t rows = logits.size(0), vocabulary = logits.size(1);
  const std::int64_t* target = targets.const_data_ptr<std::int64_t>();
  std::vector<double> plain(static_cast<std::size_t>(rows));
  auto* losses = smoothed.mutable_data_ptr<double>();
  const double scale = task.wants_gradient ? 1.0 / task.normaliser : 0.0;
  AT_DISPATCH_FLOATING_TYPES(logits.scalar_type(), "label_smoothed_loss", [&] {
    scalar_t* data = logits.mutable_data_ptr<scalar_t>();
    at::parallel_for(0, rows, 4, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t row = begin; row < end; ++row) {
        scalar_t* values = data + row * vocabulary;
        TORCH_CHECK(target[row] == task.padding || (target[row] >= 0 && target[row] < vocabulary),
                    "label_smoothed_loss: target ", target[row], " is not an id of the ", vocabulary, " pieces");
        if (target[row] == task.padding) {
          losses[row] = 0;
          if (task.wants_gradient) std::fill(values, values + vocabulary, scalar_t(0));
        } else {
          const RowLoss loss =
              softmax_gradient(values, vocabulary, target[row], task.smoothing, static_cast<scalar_t>(scale));
          losses[row] = loss.smoothed;
          plain[static_cast<std::size_t>(row)] = loss.plain;
        }
      }
    });
  });
  LossSums sums;
  for (std::int64_t row = 0; row < rows; ++row) {
    if (target[row] != task.padding) sums += {losses[row], plain[static_cast<std::size_t>(row)], 0, 1};
  }
  return sums;
}

// The same in LibTorch's operators, for other devices.
LossSums chunk_on_device(Tensor& logits, const Tensor& targets, const Task& task, const Tensor& losses) {
  const Tensor counts = targets.ne(task.padding).to(logits.scalar_type());  // [R]
  const Tensor index = targets.unsqueeze(1);
  const Tensor log_probs = at::log_softmax(logits, 1);
  const Tensor plain = -log_probs.gather(1, index).squeeze(1) * counts;
  const Tensor smoothed = plain * (1 - task.smoothing) - log_probs.mean(1) * counts * task.smoothing;
  losses.copy_(smoothed);
  const Tensor sums = at::stack({smoothed.sum(), plain.sum(), counts.sum()}).to(at::kDouble).cpu();
  if (task.wants_gradient) {
    logits = log_probs.exp_().sub_(task.smoothing / static_cast<double>(logits.size(1)));
    logits.scatter_add_(1, index, at::full_like(index, -(1 - task.smoothing), logits.options()));
    logits.mul_(counts.unsqueeze(1) / task.normaliser);
  }
  const double* values = sums.const_data_ptr<double>();
  return {values[0], values[1], 0, static_cast<std::int64_t>(values[2])};
}

// Of rows 2k and 2k + 1 of the logits [R, V]: the weighted sum of their divergences, and its gradient [R, V].
struct Consistency {
  double sum = 0;
  Tensor gradient;
};

Consistency consistency_of(const Tensor& logits, const Tensor& targets, const Task& task) {
  const auto pairs_of = [](const Tensor& rows) { return rows.view({-1, 2, rows.size(1)}); };
  const Tensor log_probs = pairs_of(at::log_softmax(logits, 1));  // [R / 2, 2, V]
  const Tensor log_p = log_probs.select(1, 0), log_q = log_probs.select(1, 1), p = log_p.exp(), q = log_q.exp();
  const Tensor difference = log_p - log_q;
  const Tensor p_to_q = (p * difference).sum(1, true), q_to_p = -(q * difference).sum(1, true);  // KL, [R / 2, 1]
  const Tensor counts = targets.view({-1, 2}).select(1, 0).ne(task.padding).to(logits.scalar_type()).unsqueeze(1);
  const Tensor weights = counts * (task.consistency / 2);
  Consistency result;
  result.sum = ((p_to_q + q_to_p) * weights).sum().item<double>();
  if (task.wants_gradient) {
    const Tensor both = p - q, scale = weights / task.normaliser;
    result.gradient = at::empty_like(logits);
    Tensor of_pairs = pairs_of(result.gradient);
    of_pairs.select(1, 0).copy_((p * (difference - p_to_q) + both) * scale);
    of_pairs.select(1, 1).copy_((q * (-difference - q_to_p) - both) * scale);
  }
  return result;
}

// The sum of gradientᵀ · states over chunks that follow one another. A product in a narrower type than the sum's is
// added by itself, which takes several passes over [V, D]: there the chunks' gradients are held until they are many.
class WeightGradient {
 public:
  // chunk: the rows of the largest chunk
  WeightGradient(const Tensor& weight, const Tensor& states, std::int64_t chunk)
      : sum_(at::zeros_like(weight)),
        states_(states),
        capacity_(std::min(states.size(0), std::max(chunk, kHeldRows))) {}

  // of_logits: [R, V] → the same in the states' type, valid until the next call
  Tensor add(const Tensor& of_logits) {
    const std::int64_t rows = of_logits.size(0);
    if (sum_.scalar_type() == states_.scalar_type()) {
      sum_.addmm_(of_logits.t(), states_.narrow(0, first_, rows));
      first_ += rows;
      return of_logits;
    }
    if (held_ + rows > capacity_) add_held();
    if (!buffer_.defined()) buffer_ = at::empty({capacity_, of_logits.size(1)}, states_.options());
    held_ += rows;
    return buffer_.narrow(0, held_ - rows, rows).copy_(of_logits);
  }

  Tensor sum() {
    add_held();
    return sum_;
  }

 private:
  void add_held() {
    if (held_ == 0) return;
    sum_.add_(at::mm(buffer_.narrow(0, 0, held_).t(), states_.narrow(0, first_, held_)));
    first_ += held_;
    held_ = 0;
  }

  Tensor sum_, states_, buffer_;
  std::int64_t capacity_;
  std::int64_t first_ = 0;  // row of the states that the first row held belongs to
  std::int64_t held_ = 0;
};

struct Gradients {
  Tensor states, weight, bias;
};

LossSums run_chunks(const Tensor& states, const Tensor& weight, const std::optional<Tensor>& bias, const Task& task,
                    Gradients& gradients, const Tensor& losses) {
  const Tensor compute_weight = weight.to(states.scalar_type());
  const std::optional<Tensor> compute_bias =
      bias ? std::optional<Tensor>(bias->to(states.scalar_type())) : std::nullopt;
  const std::int64_t rows = states.size(0);
  const std::int64_t chunk = std::max(kLeastRows, kChunkElements / weight.size(0) / 2 * 2);  // pairs stay together
  std::optional<WeightGradient> of_weight;
  if (task.wants_gradient) {
    gradients.states = at::empty_like(states);
    of_weight.emplace(weight, states, chunk);
    if (bias) gradients.bias = at::zeros_like(*bias);
  }
  LossSums sums;
  for (std::int64_t begin = 0; begin < rows; begin += chunk) {
    const std::int64_t count = std::min(chunk, rows - begin);
    const Tensor part = states.narrow(0, begin, count);
    const Tensor targets = task.targets.narrow(0, begin, count);
    Tensor logits = at::linear(part, compute_weight, compute_bias);
    if (logits.scalar_type() == at::kBFloat16 || logits.scalar_type() == at::kHalf) logits = logits.to(at::kFloat);
    const Consistency consistency = task.consistency > 0 ? consistency_of(logits, targets, task) : Consistency{};
    const Tensor of_rows = losses.narrow(0, begin, count);
    sums += logits.is_cpu() ? chunk_on_cpu(logits, targets, task, of_rows)
                            : chunk_on_device(logits, targets, task, of_rows);
    sums.consistency += consistency.sum;
    if (!task.wants_gradient) continue;
    if (consistency.gradient.defined()) logits.add_(consistency.gradient);
    Tensor of_states = gradients.states.narrow(0, begin, count);
    at::mm_out(of_states, of_weight->add(logits), compute_weight);
    if (bias) gradients.bias.add_(logits.sum(0));
  }
  if (of_weight) gradients.weight = of_weight->sum();
  return sums;
}

struct LossFunction : torch::autograd::Function<LossFunction> {
  static Tensor forward(AutogradContext* context, const Tensor& states, const Tensor& weight,
                        const std::optional<Tensor>& bias, const Task* task, LossSums* sums, const Tensor* losses) {
    Gradients gradients;
    *sums = run_chunks(states, weight, bias, *task, gradients, *losses);
    context->save_for_backward({gradients.states, gradients.weight, gradients.bias});
    return at::full({}, (sums->smoothed + sums->consistency) / task->normaliser, weight.options());
  }

  static variable_list backward(AutogradContext* context, variable_list outer) {
    const variable_list saved = context->get_saved_variables();
    // backward() of the loss itself starts with 1. Elsewhere than on a CPU, looking would mean waiting.
    const bool is_one = outer[0].is_cpu() && outer[0].item<double>() == 1.0;
    variable_list gradients;
    for (const Tensor& gradient : saved) {
      const bool as_it_is = is_one || !gradient.defined();
      gradients.push_back(as_it_is ? gradient : gradient * outer[0].to(gradient.scalar_type()));
    }
    gradients.resize(6);
    return gradients;
  }
};

}  // namespace

LossSums& LossSums::operator+=(const LossSums& other) {
  smoothed += other.smoothed;
  plain += other.plain;
  consistency += other.consistency;
  tokens += other.tokens;
  return *this;
}

LabelSmoothedLoss label_smoothed_loss(const Tensor& states, const OutputLayer& output, const Tensor& targets,
                                      std::int64_t padding, double smoothing, double normaliser, double consistency) {
  TORCH_CHECK(consistency == 0 || states.size(0) % 2 == 0, "label_smoothed_loss: ", states.size(0),
              " rows are not pairs");
  TORCH_CHECK(states.dim() == 2 && targets.dim() == 1 && states.size(0) == targets.size(0) &&
                  states.size(1) == output.weight.size(1),
              "label_smoothed_loss: states ", states.sizes(), ", targets ", targets.sizes(), " and weight ",
              output.weight.sizes(), " do not fit [R, D], [R], [V, D]");
  const Task task{targets.contiguous(),
                  padding,
                  smoothing,
                  normaliser,
                  consistency,
                  at::GradMode::is_enabled() && (states.requires_grad() || output.weight.requires_grad())};
  LossSums sums;
  const auto bias = output.bias.defined() ? std::optional<Tensor>(output.bias) : std::nullopt;
  const Tensor rows = at::empty({states.size(0)}, states.options().dtype(at::kDouble).requires_grad(false));
  const Tensor value = LossFunction::apply(states.contiguous(), output.weight, bias, &task, &sums, &rows);
  return {value, sums, rows};
}

}  // namespace dragoman
