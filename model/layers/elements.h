#pragma once

#include <torch/types.h>

#include <cstdint>
#include <type_traits>

namespace dragoman {

/// Elements as our kernels take them: bfloat16 by its bits, others as they are.
template <typename Element>
auto* bits(Element* elements) {
  using Plain = std::remove_const_t<Element>;
  using Kernel = std::conditional_t<std::is_same_v<Plain, at::BFloat16>, std::uint16_t, Plain>;
  return reinterpret_cast<std::conditional_t<std::is_const_v<Element>, const Kernel, Kernel>*>(elements);
}

/// What a tensor holds whose elements are Kernel to a kernel.
template <typename Kernel>
using TensorElement = std::conditional_t<std::is_same_v<Kernel, std::uint16_t>, at::BFloat16, Kernel>;

/// The elements of x for a kernel that takes Kernel; null of a tensor that is not defined. Throws c10::Error where x
/// holds others.
template <typename Kernel>
const Kernel* elements(const torch::Tensor& x) {
  return x.defined() ? bits(x.const_data_ptr<TensorElement<Kernel>>()) : nullptr;
}

template <typename Kernel>
Kernel* mutable_elements(const torch::Tensor& x) {
  return x.defined() ? bits(x.mutable_data_ptr<TensorElement<Kernel>>()) : nullptr;
}

}  // namespace dragoman
