#include "app/doctor/findings.h"
#include "base/vectorised.h"
#include "kernels/byte_panel.h"
#include "kernels/float_panel.h"
#include "kernels/tiles.h"
#include "model/device.h"
#include "model/weight_type.h"
#include "training/course/training_task.h"

#include <fmt/format.h>

namespace dragoman {
namespace {

const char* byte_kernels() {
  if (has_tiles()) return "AMX, and AVX-512 VNNI for a few rows";
  return has_byte_products() ? "AVX-512 VNNI" : "oneDNN";
}

const char* float_kernels() {
  if (has_tiles()) return "AMX, each number as three bytes";
  return has_float_panels() ? "AVX-512" : "oneDNN";
}

// Those for a model of a type, where is_fast() says that there are any: PackedLinear has the same choice.
const char* kernels_for(WeightType type) {
  switch (type) {
    case WeightType::int8:
      return byte_kernels();
    case WeightType::fp32:
      return float_kernels();
    default:
      return "oneDNN";
  }
}

std::string products_of(WeightType type, torch::Device device) {
  if (!device.is_cpu()) return type == WeightType::fp32 ? "fp32, LibTorch's" : "fp32: not on a GPU";
  if (!is_fast(type, device)) return fmt::format("fp32: this processor is not fast at {}", to_string(type));
  return fmt::format("{}, {}", to_string(type), kernels_for(type));
}

}  // namespace

void find_kernels(DoctorReport& report) {
  const torch::Device device = device_named("auto");
  report.section("computing");
  report.fact("device", device.str());
  report.fact("train", multiplies_bf16(device) ? "bf16" : "fp32",
              fmt::format("{}, by --precision auto", multiplies_bf16(device) ? "bf16" : "fp32"));
  for (const WeightType type : {WeightType::fp32, WeightType::bf16, WeightType::int8})
    report.fact(fmt::format("models in {}", to_string(type)), products_of(type, device));
  report.fact("loops", vector_level());
}

}  // namespace dragoman
