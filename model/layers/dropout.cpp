#include "model/layers/dropout.h"

#include "kernels/dropout_kernel.h"
#include "model/layers/elements.h"
#include "model/parallel_parts.h"

#include <ATen/Dispatch.h>
#include <ATen/OpMathType.h>
#include <torch/autograd.h>

#include <algorithm>
#include <cstdint>

namespace dragoman {
namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

using dragoman::keep_scaled;
using dragoman::scale_where_positive;

// Of doubles, or mixed with them, which only those take who look at gradients closely.
template <typename Out, typename Value>
void keep_scaled(const Out* base, const Value* x, const float* scales, std::int64_t count, bool relu, Out* to) {
  for (std::int64_t i = 0; i < count; ++i) {
    const auto wide = static_cast<double>(x[i]);
    const double kept = (relu && wide < 0 ? 0.0 : wide) * static_cast<double>(scales[i]);
    to[i] = static_cast<Out>(base ? static_cast<double>(base[i]) + kept : kept);
  }
}

template <typename Element>
void scale_where_positive(const Element* x, const Element* kept, double scale, std::int64_t count, Element* to) {
  for (std::int64_t i = 0; i < count; ++i) to[i] = kept[i] <= 0 ? Element{0} : x[i] * scale;
}

// out = base + kept(x), of relu(x) if so; a null base counts as zeros. `out` may be `base` or `x`.
template <typename Out, typename Value>
void drop(const Out* base, const Value* x, Out* out, std::int64_t count, bool relu, const DropoutRate& rate,
          const DropoutKey& key) {
  const std::int64_t last = key.first + count;
  const auto drop_blocks = [&](std::int64_t begin, std::int64_t end) {
    float scales[kDropoutBlock];
    for (std::int64_t block = begin; block < end; ++block) {
      fill_dropout_scales(key, rate, block, scales);
      const std::int64_t first = std::max(block * kDropoutBlock, key.first), offset = first - key.first;
      keep_scaled(base ? bits(base + offset) : nullptr, bits(x + offset), scales + (first - block * kDropoutBlock),
                  std::min((block + 1) * kDropoutBlock, last) - first, relu, bits(out + offset));
    }
  };
  parallel_parts(key.first / kDropoutBlock, (last + kDropoutBlock - 1) / kDropoutBlock, 16, drop_blocks);
}

// LibTorch offers no counter-based bits on other devices: there the device's generator is seeded from the key, which
// has to be that of a whole tensor.
Tensor device_mask(const Tensor& like, const DropoutRate& rate, const DropoutKey& key) {
  auto generator = at::globalContext().defaultGenerator(like.device());
  {
    std::lock_guard<std::mutex> lock(generator.mutex());  // drawing takes it again
    generator.set_current_seed(key.seed * 0x9E3779B97F4A7C15u + key.batch * 0xBF58476D1CE4E5B9u + key.site);
  }
  return at::empty_like(like).bernoulli_(1.0 - rate.threshold / 65536.0, generator).mul_(rate.scale);
}

// The result is of `type`.
Tensor dropped(const std::optional<Tensor>& base, const Tensor& x, bool relu, at::ScalarType type,
               const DropoutRate& rate, const DropoutKey& key) {
  if (!x.is_cpu()) {
    TORCH_CHECK(key.first == 0, "dropout: a part of a tensor must be on the CPU");
    const Tensor kept = (relu ? at::relu(x) : x) * device_mask(x, rate, key);
    return (base ? *base + kept : kept).to(type);
  }
  const Tensor input = x.contiguous();
  const Tensor start = base ? base->contiguous() : Tensor();
  Tensor out = at::empty_like(input, input.options().dtype(type));
  AT_DISPATCH_FLOATING_TYPES_AND(at::kBFloat16, type, "dropout", [&] {
    auto* to = out.mutable_data_ptr<scalar_t>();
    const auto* from = base ? start.const_data_ptr<scalar_t>() : nullptr;
    AT_DISPATCH_FLOATING_TYPES_AND(at::kBFloat16, input.scalar_type(), "dropout", [&] {
      drop(from, input.const_data_ptr<scalar_t>(), to, input.numel(), relu, rate, key);
    });
  });
  return out;
}

void save(AutogradContext* context, const DropoutKey& key) {
  context->saved_data["seed"] = static_cast<std::int64_t>(key.seed);
  context->saved_data["batch"] = static_cast<std::int64_t>(key.batch);
  context->saved_data["site"] = static_cast<std::int64_t>(key.site);
  context->saved_data["first"] = key.first;
}

DropoutKey saved_key(AutogradContext* context) {
  auto& saved = context->saved_data;
  return {static_cast<std::uint64_t>(saved["seed"].toInt()), static_cast<std::uint64_t>(saved["batch"].toInt()),
          static_cast<std::uint32_t>(saved["site"].toInt()), saved["first"].toInt()};
}

// The mask is not kept for the backward pass but drawn again: cheaper than the memory traffic of storing it.
struct DropoutFunction : torch::autograd::Function<DropoutFunction> {
  static Tensor forward(AutogradContext* context, const std::optional<Tensor>& residual, const Tensor& x, double p,
                        const DropoutKey& key) {
    save(context, key);
    context->saved_data["p"] = p;
    context->saved_data["residual"] = residual.has_value();
    context->saved_data["type"] = static_cast<std::int64_t>(x.scalar_type());
    return dropped(residual, x, false, residual ? residual->scalar_type() : x.scalar_type(), DropoutRate(p), key);
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    auto& saved = context->saved_data;
    const auto type = static_cast<at::ScalarType>(saved["type"].toInt());
    const Tensor of_x =
        dropped(std::nullopt, gradients[0], false, type, DropoutRate(saved["p"].toDouble()), saved_key(context));
    const Tensor of_residual = saved["residual"].toBool() ? gradients[0] : Tensor();
    return {of_residual, of_x, Tensor(), Tensor()};
  }
};

// gradient · scale where `kept` is above 0, else 0.
Tensor scaled_where_kept(const Tensor& gradient, const Tensor& kept, double scale) {
  if (!gradient.is_cpu()) return at::threshold_backward(gradient, kept, 0).mul_(scale);
  const Tensor input = gradient.contiguous();
  Tensor out = at::empty_like(input);
  AT_DISPATCH_FLOATING_TYPES_AND(at::kBFloat16, out.scalar_type(), "relu_dropout_backward", [&] {
    const auto* from = bits(input.const_data_ptr<scalar_t>());
    const auto* positive = bits(kept.const_data_ptr<scalar_t>());
    auto* to = bits(out.mutable_data_ptr<scalar_t>());
    const auto factor = static_cast<at::opmath_type<scalar_t>>(scale);
    parallel_parts(0, out.numel(), 16 * kDropoutBlock, [&](std::int64_t begin, std::int64_t end) {
      scale_where_positive(from + begin, positive + begin, factor, end - begin, to + begin);
    });
  });
  return out;
}

struct ReluDropoutFunction : torch::autograd::Function<ReluDropoutFunction> {
  static Tensor forward(AutogradContext* context, const Tensor& x, double p, const DropoutKey& key) {
    const DropoutRate rate(p);
    const Tensor kept = dropped(std::nullopt, x, true, x.scalar_type(), rate, key);
    context->save_for_backward({kept});
    context->saved_data["scale"] = static_cast<double>(rate.scale);
    return kept;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const Tensor kept = context->get_saved_variables()[0];
    const double scale = context->saved_data["scale"].toDouble();
    return {scaled_where_kept(gradients[0], kept, scale), Tensor(), Tensor()};
  }
};

void check_rate(double p) {
  TORCH_CHECK(p >= 0 && p < 1, "dropout: p is ", p, ", but must be at least 0 and below 1");
}

Tensor apply(const std::optional<Tensor>& residual, const Tensor& x, double p, const DropoutKey& key) {
  check_rate(p);
  return DropoutFunction::apply(residual, x, p, key);
}

}  // namespace

Tensor dropout(const Tensor& x, double p, const DropoutKey& key) {
  return apply(std::nullopt, x, p, key);
}

Tensor add_dropout(const Tensor& residual, const Tensor& x, double p, const DropoutKey& key) {
  TORCH_CHECK(residual.sizes() == x.sizes(), "add_dropout: the residual has shape ", residual.sizes(), ", the addend ",
              x.sizes());
  return apply(residual, x, p, key);
}

Tensor relu_dropout(const Tensor& x, double p, const DropoutKey& key) {
  check_rate(p);
  return ReluDropoutFunction::apply(x, p, key);
}

Tensor Dropout::operator()(const Pass& pass, const Tensor& x, bool training) const {
  return training && p_ > 0 ? dropout(x, p_, key(pass, x.numel())) : x;
}

Tensor Dropout::relu(const Pass& pass, const Tensor& x, bool training) const {
  return training && p_ > 0 ? relu_dropout(x, p_, key(pass, x.numel())) : at::relu(x);
}

Tensor Dropout::add(const Pass& pass, const Tensor& residual, const Tensor& x, bool training) const {
  return training && p_ > 0 ? add_dropout(residual, x, p_, key(pass, x.numel())) : residual + x;
}

}  // namespace dragoman
