#include "training/label_smoothed_loss.h"

#include "model/elements.h"
#include "training/softmax_gradient.h"

#include <ATen/ATen.h>
#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>
#include <torch/autograd.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <type_traits>
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

template <typename Element>
RowLoss row_loss(Element* logits, std::int64_t vocabulary, std::int64_t target, double smoothing, double scale,
                 std::vector<float>& wide) {
  if constexpr (std::is_same_v<Element, at::BFloat16>) {
    wide.resize(static_cast<std::size_t>(vocabulary));
    return softmax_gradient(bits(logits), wide.data(), vocabulary, target, smoothing, static_cast<float>(scale));
  } else {
    return softmax_gradient(logits, vocabulary, target, smoothing, static_cast<Element>(scale));
  }
}

// Overwrites the chunk's logits [R, V] by the loss's gradient, if one is wanted, and `smoothed` [R] by the rows'
// losses.
LossSums chunk_on_cpu(Tensor& logits, const Tensor& targets, const Task& task, const Tensor& smoothed) {
  const std::int64_t rows = logits.size(0), vocabulary = logits.size(1);
  const std::int64_t* target = targets.const_data_ptr<std::int64_t>();
  std::vector<double> plain(static_cast<std::size_t>(rows));
  auto* losses = smoothed.mutable_data_ptr<double>();
  const double scale = task.wants_gradient ? 1.0 / task.normaliser : 0.0;
  AT_DISPATCH_FLOATING_TYPES_AND(at::kBFloat16, logits.scalar_type(), "label_smoothed_loss", [&] {
    scalar_t* data = logits.mutable_data_ptr<scalar_t>();
    at::parallel_for(0, rows, 4, [&](std::int64_t begin, std::int64_t end) {
      std::vector<float> wide;
      for (std::int64_t row = begin; row < end; ++row) {
        scalar_t* values = data + row * vocabulary;
        TORCH_CHECK(target[row] == task.padding || (target[row] >= 0 && target[row] < vocabulary),
                    "label_smoothed_loss: target ", target[row], " is not an id of the ", vocabulary, " pieces");
        if (target[row] == task.padding) {
          losses[row] = 0;
          if (task.wants_gradient) std::fill(values, values + vocabulary, scalar_t(0));
        } else {
          const RowLoss loss = row_loss(values, vocabulary, target[row], task.smoothing, scale, wide);
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

// Where chunks of logits that follow one another are computed and become their own gradients, and the sum of
// gradientᵀ · states over all of them. A product in a narrower type than the sum's is added by itself, which takes
// several passes over [V, D]: there the chunks' gradients are held until they are many.
class LogitRows {
 public:
  // chunk: the rows of the largest chunk
  LogitRows(const Tensor& weight, const Tensor& states, std::int64_t chunk, bool wants_gradient)
      : states_(states), adds_apart_(weight.scalar_type() != states.scalar_type()) {
    const std::int64_t held = wants_gradient && adds_apart_ ? std::max(chunk, kHeldRows) : chunk;
    buffer_ = at::empty({std::min(states.size(0), held), weight.size(0)}, states.options());
    if (wants_gradient) sum_ = at::zeros_like(weight);
  }

  // The next rows, [R, V] in the states' type; whoever gets them leaves the gradient there, if one is wanted.
  Tensor next(std::int64_t rows) {
    if (held_ + rows > buffer_.size(0)) add_held();
    held_ += rows;
    return buffer_.narrow(0, held_ - rows, rows);
  }

  Tensor sum() {
    add_held();
    return sum_;
  }

 private:
  void add_held() {
    if (held_ > 0 && sum_.defined()) {
      const Tensor gradient = buffer_.narrow(0, 0, held_).t(), states = states_.narrow(0, first_, held_);
      adds_apart_ ? sum_.add_(at::mm(gradient, states)) : sum_.addmm_(gradient, states);
    }
    first_ += held_;
    held_ = 0;
  }

  Tensor sum_, states_, buffer_;
  bool adds_apart_;
  std::int64_t first_ = 0;  // row of the states that the first row held belongs to
  std::int64_t held_ = 0;
};

// Overwrites the chunk's logits by the loss's gradient, if one is wanted. Beside a CPU's kernel for bfloat16 narrow
// types go by way of float32.
LossSums run_chunk(const Tensor& logits, const Tensor& targets, const Task& task, const Tensor& losses) {
  const bool is_bfloat16 = logits.scalar_type() == at::kBFloat16;
  const bool is_narrow = is_bfloat16 || logits.scalar_type() == at::kHalf;
  Tensor gradient = is_narrow && !(is_bfloat16 && logits.is_cpu()) ? logits.to(at::kFloat) : logits;
  Consistency consistency;
  if (task.consistency > 0) consistency = consistency_of(is_narrow ? logits.to(at::kFloat) : logits, targets, task);
  LossSums sums = logits.is_cpu() ? chunk_on_cpu(gradient, targets, task, losses)
                                  : chunk_on_device(gradient, targets, task, losses);
  sums.consistency = consistency.sum;
  if (task.wants_gradient) {
    if (consistency.gradient.defined()) gradient.add_(consistency.gradient);
    if (!gradient.is_same(logits)) logits.copy_(gradient);
  }
  return sums;
}

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
  LogitRows all(weight, states, chunk, task.wants_gradient);
  if (task.wants_gradient) {
    gradients.states = at::empty_like(states);
    if (bias) gradients.bias = at::zeros_like(*bias);
  }
  LossSums sums;
  for (std::int64_t begin = 0; begin < rows; begin += chunk) {
    const std::int64_t count = std::min(chunk, rows - begin);
    const Tensor part = states.narrow(0, begin, count);
    Tensor logits = all.next(count);
    compute_bias ? at::addmm_out(logits, *compute_bias, part, compute_weight.t())
                 : at::mm_out(logits, part, compute_weight.t());
    sums += run_chunk(logits, task.targets.narrow(0, begin, count), task, losses.narrow(0, begin, count));
    if (!task.wants_gradient) continue;
    Tensor of_states = gradients.states.narrow(0, begin, count);
    at::mm_out(of_states, logits, compute_weight);
    if (bias) gradients.bias.add_(at::sum(logits, 0, false, gradients.bias.scalar_type()));
  }
  if (task.wants_gradient) gradients.weight = all.sum();
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
