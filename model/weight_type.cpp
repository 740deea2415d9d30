#include "model/weight_type.h"

#include "model/layers/byte_product.h"

#include <ATen/core/dispatch/Dispatcher.h>

namespace dragoman {

bool is_fast(WeightType type, torch::Device device) {
  if (type == WeightType::fp32) return true;
  if (!device.is_cpu()) return false;
#if defined(__x86_64__)
  if (type == WeightType::bf16) return __builtin_cpu_supports("avx512bf16");
  if (BytePanels::supported()) return true;
  return __builtin_cpu_supports("avx2") &&
         c10::Dispatcher::singleton().findSchema({"onednn::qlinear_pointwise", ""}).has_value();
#else
  return false;
#endif
}

}  // namespace dragoman
