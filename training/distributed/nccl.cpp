#ifdef DRAGOMAN_NCCL
#define USE_C10D_NCCL  // LibTorch is built with it; its header asks
#endif

#include "training/distributed/nccl.h"

#ifdef DRAGOMAN_NCCL

#include <ATen/cuda/CUDAContext.h>
#include <torch/csrc/distributed/c10d/NCCLUtils.hpp>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>

#include <cstdlib>
#include <fmt/format.h>

namespace dragoman {

std::string gpu_identity(c10::Device device) {
  if (!device.is_cuda()) return "";
  const auto& uuid = at::cuda::getDeviceProperties(device.index())->uuid.bytes;
  std::string identity;
  for (const char byte : uuid) identity += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return identity;
}

std::string nccl_version() {
  return c10d::getNcclVersion();
}

c10::intrusive_ptr<c10d::Backend> connect_nccl(const c10::intrusive_ptr<c10d::Store>& store, int rank, int size,
                                               std::chrono::milliseconds timeout) {
  // Its watchdog would end the process without a word that users understand.
  setenv("TORCH_NCCL_ASYNC_ERROR_HANDLING", "0", 0);
  auto options = c10d::ProcessGroupNCCL::Options::create();
  options->timeout = timeout;
  return c10::make_intrusive<c10d::ProcessGroupNCCL>(c10::make_intrusive<c10d::PrefixStore>("nccl", store), rank, size,
                                                     options);
}

}  // namespace dragoman

#else

#include <torch/csrc/distributed/c10d/Backend.hpp>
#include <torch/csrc/distributed/c10d/Store.hpp>

#include <stdexcept>

namespace dragoman {

std::string gpu_identity(c10::Device) {
  return "";
}

std::string nccl_version() {
  return "";
}

c10::intrusive_ptr<c10d::Backend> connect_nccl(const c10::intrusive_ptr<c10d::Store>&, int, int,
                                               std::chrono::milliseconds) {
  throw std::logic_error("this build has no NCCL");
}

}  // namespace dragoman

#endif
