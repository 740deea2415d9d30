#include "model/device.h"

#include <ATen/Context.h>

#include <fmt/format.h>
#include <stdexcept>

namespace dragoman {

c10::Device device_named(const std::string& name) {
  if (name == "cpu") return c10::kCPU;
  if (name != "auto" && name != "cuda") {
    throw std::invalid_argument(fmt::format("device is '{}', but must be auto, cpu or cuda", name));
  }
  if (at::hasCUDA()) return c10::kCUDA;
  if (name == "cuda") {
    throw std::invalid_argument("--device cuda: this LibTorch finds no CUDA device; use --device cpu");
  }
  return c10::kCPU;
}

}  // namespace dragoman
