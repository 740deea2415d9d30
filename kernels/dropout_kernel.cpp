#include "kernels/dropout_kernel.h"

#include "base/bfloat16.h"
#include "base/vectorised.h"

namespace dragoman {
namespace {

template <bool relu, typename Out, typename Value>
DRAGOMAN_INLINE void keep(const Out* base, const Value* x, const float* scales, std::int64_t count, Out* to) {
  const auto value = [](float x) { return relu && x < 0 ? 0.0F : x; };  // what is not a number stays
  if (base != nullptr) {
    for (std::int64_t i = 0; i < count; ++i) narrow(widened(base[i]) + value(widened(x[i])) * scales[i], to[i]);
  } else {
    for (std::int64_t i = 0; i < count; ++i) narrow(value(widened(x[i])) * scales[i], to[i]);
  }
}

template <typename Out, typename Value>
DRAGOMAN_INLINE void keep(const Out* base, const Value* x, const float* scales, std::int64_t count, bool relu,
                          Out* to) {
  relu ? keep<true>(base, x, scales, count, to) : keep<false>(base, x, scales, count, to);
}

template <typename Element>
DRAGOMAN_INLINE void scale_kept(const Element* x, const Element* kept, float scale, std::int64_t count, Element* to) {
  for (std::int64_t i = 0; i < count; ++i) narrow(widened(x[i]) * (widened(kept[i]) <= 0 ? 0.0F : scale), to[i]);
}

}  // namespace

DRAGOMAN_CLONES void keep_scaled(const float* base, const float* x, const float* scales, std::int64_t count, bool relu,
                                 float* to) {
  keep(base, x, scales, count, relu, to);
}

DRAGOMAN_CLONES void keep_scaled(const float* base, const std::uint16_t* x, const float* scales, std::int64_t count,
                                 bool relu, float* to) {
  keep(base, x, scales, count, relu, to);
}

DRAGOMAN_CLONES void keep_scaled(const std::uint16_t* base, const float* x, const float* scales, std::int64_t count,
                                 bool relu, std::uint16_t* to) {
  keep(base, x, scales, count, relu, to);
}

DRAGOMAN_CLONES void keep_scaled(const std::uint16_t* base, const std::uint16_t* x, const float* scales,
                                 std::int64_t count, bool relu, std::uint16_t* to) {
  keep(base, x, scales, count, relu, to);
}

DRAGOMAN_CLONES void scale_where_positive(const float* x, const float* kept, float scale, std::int64_t count,
                                          float* to) {
  scale_kept(x, kept, scale, count, to);
}

DRAGOMAN_CLONES void scale_where_positive(const std::uint16_t* x, const std::uint16_t* kept, float scale,
                                          std::int64_t count, std::uint16_t* to) {
  scale_kept(x, kept, scale, count, to);
}

}  // namespace dragoman
