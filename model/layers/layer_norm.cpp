#include "model/layers/layer_norm.h"

#include "kernels/norm_kernel.h"
#include "model/layers/elements.h"
#include "model/parallel_parts.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/autograd.h>

#include <cstdint>
#include <vector>

namespace dragoman {
namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr std::int64_t kLeastRows = 64;  // worth a thread

NormRows rows_of(const Tensor& x, const Tensor& weight, const Tensor& means, const Tensor& inverses) {
  return {x.const_data_ptr<float>(), weight.const_data_ptr<float>(), x.size(-1), means.mutable_data_ptr<float>(),
          inverses.mutable_data_ptr<float>()};
}

// Both passes once each, where LibTorch's operator and the change of type that follows take two. The second result is
// the input itself, whose other gradient thus comes here and is added in the same pass.
struct LayerNormFunction : torch::autograd::Function<LayerNormFunction> {
  static variable_list forward(AutogradContext* context, const Tensor& input, const Tensor& weight, const Tensor& bias,
                               double epsilon, c10::ScalarType type) {
    const Tensor x = input.contiguous();
    const std::int64_t count = x.numel() / x.size(-1);
    const Tensor means = at::empty({count}, x.options()), inverses = at::empty({count}, x.options());
    const Tensor out = at::empty_like(x, x.options().dtype(type));
    const NormRows rows = rows_of(x, weight, means, inverses);
    const auto* shift = bias.const_data_ptr<float>();
    const auto floor = static_cast<float>(epsilon);
    parallel_parts(0, count, kLeastRows, [&](std::int64_t begin, std::int64_t end) {
      if (type == torch::kFloat32) {
        normalise_rows(rows, shift, floor, begin, end, mutable_elements<float>(out));
      } else {
        normalise_rows(rows, shift, floor, begin, end, mutable_elements<std::uint16_t>(out));
      }
    });
    context->save_for_backward({x, weight, means, inverses});
    context->set_materialize_grads(false);
    return {out, input};
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    if (!gradients[0].defined()) return {gradients[1], Tensor(), Tensor(), Tensor(), Tensor()};
    const variable_list saved = context->get_saved_variables();
    const Tensor beside = gradients[1].defined() ? gradients[1].contiguous() : Tensor();
    const Tensor &x = saved[0], &weight = saved[1], of_out = gradients[0].contiguous();
    const std::int64_t width = x.size(-1), threads = at::get_num_threads();
    const NormRows rows = rows_of(x, weight, saved[2], saved[3]);
    const Tensor of_x = at::empty_like(x), sums = at::zeros({threads, 2, width}, x.options());  // a pair a thread
    parallel_parts(0, x.numel() / width, kLeastRows, [&](std::int64_t begin, std::int64_t end) {
      float* of_weight = sums.mutable_data_ptr<float>() + at::get_thread_num() * 2 * width;
      std::vector<float> scratch(static_cast<std::size_t>(2 * width));
      const auto run = [&](const auto* of_rows) {
        normalise_rows_backward(rows, of_rows, elements<float>(beside), begin, end, of_x.mutable_data_ptr<float>(),
                                of_weight, of_weight + width, scratch.data());
      };
      if (of_out.scalar_type() == torch::kFloat32) {
        run(elements<float>(of_out));
      } else {
        run(elements<std::uint16_t>(of_out));
      }
    });
    const Tensor sum = sums.sum(0);
    return {of_x, sum[0], sum[1], Tensor(), Tensor()};
  }
};

}  // namespace

LayerNormImpl::LayerNormImpl(const ModelConfig& config) : epsilon_(config.norm_epsilon) {
  weight = register_parameter("weight", torch::ones({config.width}));
  if (config.normalisation == NormForm::layer) bias = register_parameter("bias", torch::zeros({config.width}));
}

NormedAndInput LayerNormImpl::forward_beside(const Tensor& x, std::optional<c10::ScalarType> type) const {
  TORCH_CHECK(x.size(-1) == weight.size(0), "LayerNorm: the input has shape ", x.sizes(), ", the scale ",
              weight.sizes());
  const c10::ScalarType result = type.value_or(x.scalar_type());
  if (!bias.defined()) return {at::rms_norm(x, {weight.size(0)}, weight, epsilon_).to(result), x};
  const bool is_ours = at::GradMode::is_enabled() && x.is_cpu() && x.scalar_type() == torch::kFloat32 &&
                       weight.scalar_type() == torch::kFloat32 &&
                       (result == torch::kFloat32 || result == torch::kBFloat16);
  if (!is_ours) return {at::layer_norm(x, {weight.size(0)}, weight, bias, epsilon_).to(result), x};
  const variable_list both = LayerNormFunction::apply(x, weight, bias, epsilon_, result);
  return {both[0], both[1]};
}

}  // namespace dragoman
