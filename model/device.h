#pragma once

#include <c10/core/Device.h>

#include <string>

namespace dragoman {

/// The device that `name` stands for: cpu, cuda, or auto for a GPU where there is one. Of several GPUs each process of
/// a host takes its own, the `local_rank`th, counted in a circle; it becomes the calling thread's current one. Throws
/// std::invalid_argument for cuda without a CUDA device, and for any other name.
c10::Device device_named(const std::string& name, int local_rank = 0);

}  // namespace dragoman
