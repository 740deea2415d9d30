#pragma once

#include <ATen/ATen.h>

namespace dragoman {

/// Numbers from −1 to 1 that look random and are the same everywhere.
inline at::Tensor waves(at::IntArrayRef shape, double phase) {
  return at::sin(at::arange(c10::multiply_integers(shape), at::kDouble).square() * phase).to(at::kFloat).view(shape);
}

}  // namespace dragoman
