#include "model/device.h"

#include <ATen/Context.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include <fmt/format.h>
#include <stdexcept>

namespace dragoman {

c10::Device device_named(const std::string& name, int local_rank) {
  if (name == "cpu") return c10::kCPU;
  if (name != "auto" && name != "cuda") {
    throw std::invalid_argument(fmt::format("device is '{}', but must be auto, cpu or cuda", name));
  }
  if (at::hasCUDA()) {
    const c10::impl::VirtualGuardImpl gpus(c10::kCUDA);
    const c10::Device own(c10::kCUDA, static_cast<c10::DeviceIndex>(local_rank % gpus.deviceCount()));
    gpus.setDevice(own);
    return own;
  }
  if (name == "cuda") {
    throw std::invalid_argument("--device cuda: this LibTorch finds no CUDA device; use --device cpu");
  }
  return c10::kCPU;
}

}  // namespace dragoman
