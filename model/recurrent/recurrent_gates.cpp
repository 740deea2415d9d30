#include "model/recurrent/recurrent_gates.h"

#include <ATen/ATen.h>
#include <torch/autograd.h>

namespace dragoman {
namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// Gate number `index` of several in one tensor: [R, n · d] → [R, d], a view.
Tensor gate(const Tensor& gates, std::int64_t index, std::int64_t width) {
  return gates.narrow(1, index * width, width);
}

// A step is a dozen small operations; as one node of the graph it takes a third of the time that their nodes would.
struct LstmStep : torch::autograd::Function<LstmStep> {
  static variable_list forward(AutogradContext* context, const Tensor& sums, const Tensor& cell) {
    const std::int64_t width = cell.size(1);
    const Tensor wide = sums.to(cell.scalar_type());
    const Tensor gates = at::empty(wide.sizes(), wide.options());
    Tensor i_and_f = gates.narrow(1, 0, 2 * width), g = gate(gates, 2, width), o = gate(gates, 3, width);
    at::sigmoid_out(i_and_f, wide.narrow(1, 0, 2 * width));
    at::tanh_out(g, gate(wide, 2, width));
    at::sigmoid_out(o, gate(wide, 3, width));
    const Tensor next = at::mul(gate(gates, 1, width), cell).addcmul_(gate(gates, 0, width), g);
    const Tensor squashed = at::tanh(next);
    context->save_for_backward({gates, cell, squashed});
    context->saved_data["type"] = static_cast<std::int64_t>(sums.scalar_type());
    return {at::mul(o, squashed), next};
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const Tensor &gates = saved[0], &cell = saved[1], &squashed = saved[2];
    const std::int64_t width = cell.size(1);
    const Tensor i = gate(gates, 0, width), f = gate(gates, 1, width), g = gate(gates, 2, width),
                 o = gate(gates, 3, width);
    const Tensor of_sums = at::empty(gates.sizes(), gates.options());
    Tensor of_i = gate(of_sums, 0, width), of_f = gate(of_sums, 1, width), of_g = gate(of_sums, 2, width),
           of_o = gate(of_sums, 3, width);
    const Tensor& of_hidden = gradients[0];
    Tensor of_next = gradients[1];
    if (of_hidden.defined()) {
      at::sigmoid_backward_out(of_o, of_hidden * squashed, o);
      const Tensor through = at::tanh_backward(of_hidden * o, squashed);
      of_next = of_next.defined() ? of_next + through : through;
    } else {
      of_o.zero_();
    }
    at::sigmoid_backward_out(of_i, of_next * g, i);
    at::sigmoid_backward_out(of_f, of_next * cell, f);
    at::tanh_backward_out(of_g, of_next * i, g);
    return {of_sums.to(static_cast<at::ScalarType>(context->saved_data["type"].toInt())), of_next * f};
  }
};

struct GruStep : torch::autograd::Function<GruStep> {
  static Tensor forward(AutogradContext* context, const Tensor& of_input, const Tensor& of_hidden,
                        const Tensor& hidden) {
    const std::int64_t width = hidden.size(1);
    const Tensor from_input = of_input.to(hidden.scalar_type()), from_hidden = of_hidden.to(hidden.scalar_type());
    const Tensor r_and_z = at::add(from_input.narrow(1, 0, 2 * width), from_hidden.narrow(1, 0, 2 * width)).sigmoid_();
    const Tensor inner = gate(from_hidden, 2, width);
    const Tensor n = at::addcmul(gate(from_input, 2, width), gate(r_and_z, 0, width), inner).tanh_();
    context->save_for_backward({r_and_z, inner, n, hidden});
    context->saved_data["type"] = static_cast<std::int64_t>(of_input.scalar_type());
    return at::lerp(n, hidden, gate(r_and_z, 1, width));
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const Tensor &r_and_z = saved[0], &inner = saved[1], &n = saved[2], &hidden = saved[3];
    const std::int64_t width = hidden.size(1);
    const Tensor r = gate(r_and_z, 0, width), z = gate(r_and_z, 1, width);
    const Tensor& of_next = gradients[0];
    const Tensor of_input = at::empty({hidden.size(0), 3 * width}, hidden.options());
    Tensor of_r = gate(of_input, 0, width), of_z = gate(of_input, 1, width), of_n = gate(of_input, 2, width);
    const Tensor of_kept = of_next * z;
    at::tanh_backward_out(of_n, of_next - of_kept, n);
    at::sigmoid_backward_out(of_z, (hidden - n).mul_(of_next), z);
    at::sigmoid_backward_out(of_r, of_n * inner, r);
    const Tensor of_hidden = of_input.clone();
    gate(of_hidden, 2, width).mul_(r);
    const auto type = static_cast<at::ScalarType>(context->saved_data["type"].toInt());
    return {of_input.to(type), of_hidden.to(type), of_kept};
  }
};

}  // namespace

RecurrentState lstm_step(const Tensor& sums, const Tensor& cell) {
  TORCH_CHECK(sums.dim() == 2 && cell.dim() == 2 && sums.size(0) == cell.size(0) && sums.size(1) == 4 * cell.size(1),
              "lstm_step: sums ", sums.sizes(), " and a cell ", cell.sizes(), " do not fit [R, 4 · d], [R, d]");
  const variable_list next = LstmStep::apply(sums, cell);
  return {next[0], next[1]};
}

Tensor gru_step(const Tensor& of_input, const Tensor& of_hidden, const Tensor& hidden) {
  TORCH_CHECK(hidden.dim() == 2 && of_input.dim() == 2 && of_input.sizes() == of_hidden.sizes() &&
                  of_input.size(0) == hidden.size(0) && of_input.size(1) == 3 * hidden.size(1),
              "gru_step: ", of_input.sizes(), ", ", of_hidden.sizes(), " and a state ", hidden.sizes(),
              " do not fit [R, 3 · d], [R, 3 · d], [R, d]");
  return GruStep::apply(of_input, of_hidden, hidden);
}

}  // namespace dragoman
