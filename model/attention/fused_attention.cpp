#include "model/attention/fused_attention.h"

#include "kernels/attention_kernel.h"
#include "model/layers/elements.h"
#include "model/parallel_parts.h"

#include <ATen/core/custom_class.h>
#include <ATen/ops/empty_like.h>
#include <torch/autograd.h>

#include <cmath>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

struct SavedOptions : torch::CustomClassHolder {
  explicit SavedOptions(FusedAttentionOptions options) : options(std::move(options)) {}
  FusedAttentionOptions options;
};

// Queries of one group, or what belongs to them.
template <typename Number>
HeadRows<Number> rows_of(Number* first, std::int64_t batch, std::int64_t group, const AttentionGroup& shape,
                         std::int64_t stride) {
  return {first + batch * shape.queries * stride + group * shape.heads * shape.width, stride};
}

// Rows of the three parts in the tensors that hold them.
template <typename Number>
struct Parts {
  HeadRows<Number> q, k, v;

  Parts(Number* of_q, std::int64_t q_stride, Number* of_kv, std::int64_t kv_stride, std::int64_t key_width)
      : q{of_q, q_stride}, k{of_kv, kv_stride}, v{of_kv + key_width, kv_stride} {}

  Parts of(std::int64_t batch, std::int64_t group, const AttentionGroup& shape) const {
    Parts parts = *this;
    parts.q = rows_of(q.first, batch, group, shape, q.stride);
    parts.k.first += batch * shape.keys * k.stride + group * shape.width;
    parts.v.first += batch * shape.keys * v.stride + group * shape.width;
    return parts;
  }
};

// Sizes and constants of one call.
class Call {
 public:
  Call(const Tensor& q, const Tensor& kv, const FusedAttentionOptions& options)
      : options_(options),
        packed_(!kv.defined()),
        parts_(options.heads + 2 * options.key_value_heads),
        width_(packed_ ? q.size(2) / parts_ : q.size(2) / options.heads),
        batch_(q.size(0)) {
    const Tensor& keys = packed_ ? q : kv;
    group_.heads = options.heads / options.key_value_heads;
    group_.queries = q.size(1);
    group_.keys = keys.size(1);
    group_.width = width_;
    group_.scale = static_cast<float>(options.scale.value_or(1 / std::sqrt(static_cast<double>(width_))));
    group_.causal = options.visibility == Visibility::causal;
    TORCH_CHECK(q.dim() == 3 && keys.dim() == 3 && q.size(0) == keys.size(0) &&
                    q.size(2) == (packed_ ? parts_ : options.heads) * width_ &&
                    (packed_ || keys.size(2) == 2 * options.key_value_heads * width_) &&
                    (!group_.causal || group_.queries == group_.keys),
                "attention: ", q.sizes(), " and ", keys.sizes(), " are not projections of ", options.heads, " and ",
                options.key_value_heads, " heads");
    if (options.bias.defined())
      bias_ = options.bias.to(torch::kFloat32).expand({batch_, 1, 1, group_.keys}).contiguous();
    if (options.rotation) {
      group_.cosines = options.rotation->cosines.const_data_ptr<float>();
      group_.sines = options.rotation->sines.const_data_ptr<float>();
    }
  }

  std::int64_t out_width() const { return options_.heads * width_; }

  template <typename Number>
  Parts<Number> parts(Number* of_q, Number* of_kv) const {
    const std::int64_t keys = options_.key_value_heads * width_;
    if (packed_) return {of_q, parts_ * width_, of_q + out_width(), parts_ * width_, keys};
    return {of_q, out_width(), of_kv, 2 * keys, keys};
  }

  // work(group, sentence, number of the head of keys, working memory) for all of them.
  template <typename Work>
  void run(const Work& work) const {
    const std::int64_t shared = options_.key_value_heads;
    parallel_parts(0, batch_ * shared, 1, [&](std::int64_t begin, std::int64_t end) {
      std::vector<float> scratch(attention_scratch(group_));
      DropoutScales scales(options_.key, DropoutRate(options_.dropout));
      const std::int64_t weights = group_.heads * group_.queries * group_.keys;
      for (std::int64_t i = begin; i < end; ++i) {
        AttentionGroup group = group_;
        if (bias_.defined()) group.key_bias = bias_.const_data_ptr<float>() + i / shared * group.keys;
        if (options_.dropout > 0) group.scales = scales.of(i * weights, weights);
        work(group, i / shared, i % shared, scratch.data());
      }
    });
  }

 private:
  const FusedAttentionOptions& options_;
  bool packed_;
  std::int64_t parts_, width_, batch_;
  AttentionGroup group_{};
  Tensor bias_;  // [B, 1, 1, S]
};

template <typename Element>
void run_forward(const Call& call, const Tensor& q, const Tensor& kv, const Tensor& out) {
  const Parts<const Element> all = call.parts(elements<Element>(q), elements<Element>(kv));
  Element* to = mutable_elements<Element>(out);
  call.run([&](const AttentionGroup& group, std::int64_t batch, std::int64_t number, float* scratch) {
    const Parts<const Element> in = all.of(batch, number, group);
    attend_group(group, in.q, in.k, in.v, rows_of(to, batch, number, group, call.out_width()), scratch);
  });
}

template <typename Element>
void run_backward(const Call& call, const Tensor& q, const Tensor& kv, const Tensor& gradient, const Tensor& of_q,
                  const Tensor& of_kv) {
  const Parts<const Element> all = call.parts(elements<Element>(q), elements<Element>(kv));
  const Parts<Element> of_all = call.parts(mutable_elements<Element>(of_q), mutable_elements<Element>(of_kv));
  const Element* from = elements<Element>(gradient);
  call.run([&](const AttentionGroup& group, std::int64_t batch, std::int64_t number, float* scratch) {
    const Parts<const Element> in = all.of(batch, number, group);
    const Parts<Element> of = of_all.of(batch, number, group);
    attend_group_backward(group, in.q, in.k, in.v, rows_of(from, batch, number, group, call.out_width()),
                          AttentionGradients<Element>{of.q, of.k, of.v}, scratch);
  });
}

struct FusedAttentionFunction : torch::autograd::Function<FusedAttentionFunction> {
  static Tensor forward(AutogradContext* context, const Tensor& packed_q, const std::optional<Tensor>& packed_kv,
                        const FusedAttentionOptions& options) {
    const Tensor q = packed_q.contiguous(), kv = packed_kv ? packed_kv->contiguous() : Tensor();
    context->save_for_backward({q, kv});
    context->saved_data["options"] = at::IValue::make_capsule(c10::make_intrusive<SavedOptions>(options));
    const Call call(q, kv, options);
    const Tensor out = at::empty({q.size(0), q.size(1), call.out_width()}, q.options());
    q.scalar_type() == torch::kFloat32 ? run_forward<float>(call, q, kv, out)
                                       : run_forward<std::uint16_t>(call, q, kv, out);
    return out;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const variable_list saved = context->get_saved_variables();
    const Tensor &q = saved[0], &kv = saved[1];
    const auto holder = context->saved_data["options"].toCapsule();
    const Call call(q, kv, static_cast<const SavedOptions&>(*holder).options);
    const Tensor gradient = gradients[0].contiguous(), of_q = at::empty_like(q),
                 of_kv = kv.defined() ? at::empty_like(kv) : Tensor();
    q.scalar_type() == torch::kFloat32 ? run_backward<float>(call, q, kv, gradient, of_q, of_kv)
                                       : run_backward<std::uint16_t>(call, q, kv, gradient, of_q, of_kv);
    return {of_q, of_kv, Tensor()};
  }
};

}  // namespace

bool can_fuse_attention(const PackedHeads& heads, const Tensor& bias) {
  const auto type = heads.q.scalar_type();
  return heads.q.is_cpu() && (type == torch::kFloat32 || type == torch::kBFloat16) &&
         (!bias.defined() || (bias.dim() == 4 && bias.size(1) == 1 && bias.size(2) == 1));
}

Tensor fused_attention(const PackedHeads& heads, const FusedAttentionOptions& options) {
  return FusedAttentionFunction::apply(heads.q, heads.kv.defined() ? std::optional(heads.kv) : std::nullopt, options);
}

}  // namespace dragoman
