#pragma once

#include "base/enum_names.h"

#include <torch/types.h>

namespace dragoman {

/// How weights that no longer change are kept, and so what their products are computed in. int8: a scale for each row
/// of the weight, and one for each row of what it is multiplied with, found as it comes.
enum class WeightType { fp32, bf16, int8 };

template <>
inline constexpr auto kEnumNames<WeightType> =
    enum_names<WeightType>({{WeightType::fp32, "fp32"}, {WeightType::bf16, "bf16"}, {WeightType::int8, "int8"}});

/// Whether products in this type gain anything on this device: its processor has instructions for them, and this
/// LibTorch the operators.
bool is_fast(WeightType type, torch::Device device);

}  // namespace dragoman
