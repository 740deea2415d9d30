#pragma once

#include <cstdint>

namespace dragoman {

/// to[i] = base[i] + scales[i] · x[i], or · max(x[i], 0) if `relu`, computed in float32; a null base counts as zeros.
/// `to` may be `base` or `x`. Elements that are std::uint16_t are the bits of bfloat16.
void keep_scaled(const float* base, const float* x, const float* scales, std::int64_t count, bool relu, float* to);
void keep_scaled(const float* base, const std::uint16_t* x, const float* scales, std::int64_t count, bool relu,
                 float* to);
void keep_scaled(const std::uint16_t* base, const float* x, const float* scales, std::int64_t count, bool relu,
                 std::uint16_t* to);
void keep_scaled(const std::uint16_t* base, const std::uint16_t* x, const float* scales, std::int64_t count, bool relu,
                 std::uint16_t* to);

/// to[i] = scale · x[i] where kept[i] is above 0 or not a number, else 0.
void scale_where_positive(const float* x, const float* kept, float scale, std::int64_t count, float* to);
void scale_where_positive(const std::uint16_t* x, const std::uint16_t* kept, float scale, std::int64_t count,
                          std::uint16_t* to);

}  // namespace dragoman
