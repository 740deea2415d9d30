#include "model/attention/scaled_dot_product.h"

#include <ATen/ATen.h>

#include <cmath>
#include <limits>
#include <optional>

namespace dragoman {
namespace {

using torch::Tensor;

constexpr double kHidden = -std::numeric_limits<double>::infinity();
// The fused operator's backward pass in bfloat16 is slow on short sequences; up to this length separate products win.
constexpr std::int64_t kShortSequence = 64;

Tensor scaled_scores(const Tensor& q, const Tensor& k) {
  return at::matmul(q * (1.0 / std::sqrt(static_cast<double>(q.size(3)))), k.transpose(2, 3));
}

bool products_are_faster(const Tensor& q, const Tensor& k) {
  return at::GradMode::is_enabled() && q.requires_grad() && q.is_cpu() && q.scalar_type() == torch::kBFloat16 &&
         q.size(2) <= kShortSequence && k.size(2) <= kShortSequence;
}

}  // namespace

void check_attention_shapes(const Tensor& q, const Tensor& k, const Tensor& v, Visibility visibility) {
  TORCH_CHECK(q.dim() == 4 && k.dim() == 4 && k.sizes() == v.sizes() && q.size(0) == k.size(0) &&
                  q.size(1) == k.size(1) && q.size(3) == k.size(3) &&
                  (visibility == Visibility::all || q.size(2) == k.size(2)),
              "attention: q ", q.sizes(), ", k ", k.sizes(), ", v ", v.sizes(),
              " do not fit [B, H, T, d], [B, H, S, d], [B, H, S, d]");
}

Tensor attention_weights(const Tensor& scores, const Tensor& bias, Visibility visibility) {
  Tensor visible = bias.defined() ? scores + bias : scores;
  if (visibility == Visibility::causal) {
    const auto hidden = at::full({scores.size(2), scores.size(3)}, kHidden, scores.options()).triu_(1);
    visible = visible + hidden;
  }
  return at::softmax(visible, -1);
}

Tensor padding_bias(const Tensor& lengths, std::int64_t source_length, const torch::TensorOptions& options) {
  const Tensor padding = at::arange(source_length, lengths.options()).unsqueeze(0) >= lengths.unsqueeze(1);
  return at::zeros(padding.sizes(), options.device(torch::kCPU).requires_grad(false))
      .masked_fill_(padding, kHidden)
      .to(options.device())
      .view({lengths.size(0), 1, 1, source_length});
}

Tensor attend(const Tensor& q, const Tensor& k, const Tensor& v, const Tensor& bias, Visibility visibility) {
  check_attention_shapes(q, k, v, visibility);
  if (products_are_faster(q, k)) return at::matmul(attention_weights(scaled_scores(q, k), bias, visibility), v);
  const auto mask = bias.defined() ? std::optional<Tensor>(bias) : std::nullopt;
  return at::scaled_dot_product_attention(q, k, v, mask, 0.0, visibility == Visibility::causal);
}

}  // namespace dragoman
