#pragma once

#include <ATen/Context.h>
#include <c10/core/Device.h>

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace dragoman {

/// The devices that this machine has: tests with them as parameters run on a GPU where there is one.
inline std::vector<c10::Device> tested_devices() {
  std::vector<c10::Device> devices = {c10::kCPU};
  if (at::hasCUDA()) devices.emplace_back(c10::kCUDA, 0);
  return devices;
}

/// For INSTANTIATE_TEST_SUITE_P; the suffix leaves tests on a GPU out where they are not wanted.
inline std::string device_name(const ::testing::TestParamInfo<c10::Device>& info) {
  return info.param.is_cpu() ? "CPU" : "CUDA";
}

class DeviceTest : public ::testing::TestWithParam<c10::Device> {
 protected:
  static c10::Device device() { return GetParam(); }
};

}  // namespace dragoman
