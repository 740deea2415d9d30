#include "training/loss/label_smoothed_loss.h"

#include "model/layers/add_rows.h"
#include "training/loss/logit_loss.h"

#include <ATen/ATen.h>
#include <torch/autograd.h>

#include <algorithm>
#include <cstdint>
#include <optional>

namespace dragoman {
namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// RowTargets of the logits' gradients that are kept for one product with the states.
constexpr std::int64_t kHeldRows = 512;

// Where chunks of logits that follow one another are computed and become their own gradients, and the sum of
// gradientᵀ · states over all of them. A product in a narrower type than the sum's is added by itself, which takes
// another pass over [V, D]: there the chunks' gradients are held until they are many.
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
      if (adds_apart_) {
        add_rows(sum_.view(-1), at::mm(gradient, states).view({1, -1}));
      } else {
        sum_.addmm_(gradient, states);
      }
    }
    first_ += held_;
    held_ = 0;
  }

  Tensor sum_, states_, buffer_;
  bool adds_apart_;
  std::int64_t first_ = 0;  // row of the states that the first row held belongs to
  std::int64_t held_ = 0;
};

// What the rows of states are measured by, and where their losses go.
struct RowTargets {
  Tensor targets;  // [R], contiguous
  LossTerms terms;
  Tensor losses;  // [R]
  Tensor totals;  // [5]
};

struct Gradients {
  Tensor states, weight, bias;
};

void run_chunks(const Tensor& states, const Tensor& weight, const std::optional<Tensor>& bias, const RowTargets& rows,
                Gradients& gradients) {
  const Tensor compute_weight = weight.to(states.scalar_type());
  const std::optional<Tensor> compute_bias =
      bias ? std::optional<Tensor>(bias->to(states.scalar_type())) : std::nullopt;
  const bool wants_gradient = rows.terms.wants_gradient;
  const std::int64_t all = states.size(0);
  const std::int64_t chunk = rows_at_once(states.device(), weight.size(0));
  LogitRows logit_rows(weight, states, chunk, wants_gradient);
  if (wants_gradient) {
    gradients.states = at::empty_like(states);
    if (bias) gradients.bias = at::zeros_like(*bias);
  }
  for (std::int64_t begin = 0; begin < all; begin += chunk) {
    const std::int64_t count = std::min(chunk, all - begin);
    const Tensor part = states.narrow(0, begin, count);
    Tensor logits = logit_rows.next(count);
    compute_bias ? at::addmm_out(logits, *compute_bias, part, compute_weight.t())
                 : at::mm_out(logits, part, compute_weight.t());
    logit_loss(logits, rows.targets.narrow(0, begin, count), rows.terms, rows.losses.narrow(0, begin, count),
               rows.totals);
    if (!wants_gradient) continue;
    Tensor of_states = gradients.states.narrow(0, begin, count);
    at::mm_out(of_states, logits, compute_weight);
    if (bias) add_rows(gradients.bias, logits);
  }
  if (wants_gradient) gradients.weight = logit_rows.sum();
}

struct LossFunction : torch::autograd::Function<LossFunction> {
  static Tensor forward(AutogradContext* context, const Tensor& states, const Tensor& weight,
                        const std::optional<Tensor>& bias, const RowTargets* rows) {
    Gradients gradients;
    run_chunks(states, weight, bias, *rows, gradients);
    context->save_for_backward({gradients.states, gradients.weight, gradients.bias});
    const Tensor sum = rows->totals.select(0, 0) + rows->totals.select(0, 2);
    return (sum / rows->terms.normaliser).to(weight.scalar_type());
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
    gradients.resize(4);
    return gradients;
  }
};

}  // namespace

LabelSmoothedLoss label_smoothed_loss(const Tensor& states, const OutputLayer& output, const Tensor& targets,
                                      std::int64_t padding, double smoothing, double normaliser,
                                      const std::optional<PairTerms>& pairs) {
  TORCH_CHECK(!pairs || states.size(0) % 2 == 0, "label_smoothed_loss: ", states.size(0), " rows are not pairs");
  TORCH_CHECK(states.dim() == 2 && targets.dim() == 1 && states.size(0) == targets.size(0) &&
                  states.size(1) == output.weight.size(1),
              "label_smoothed_loss: states ", states.sizes(), ", targets ", targets.sizes(), " and weight ",
              output.weight.sizes(), " do not fit [R, D], [R], [V, D]");
  const bool wants_gradient = at::GradMode::is_enabled() && (states.requires_grad() || output.weight.requires_grad());
  const RowTargets rows{targets.contiguous(),
                        {padding, smoothing, normaliser, pairs, wants_gradient},
                        at::empty({states.size(0)}, states.options().dtype(at::kDouble).requires_grad(false)),
                        no_totals(states.device())};
  const auto bias = output.bias.defined() ? std::optional<Tensor>(output.bias) : std::nullopt;
  const Tensor value = LossFunction::apply(states.contiguous(), output.weight, bias, &rows);
  return {value, rows.totals, rows.losses};
}

}  // namespace dragoman
