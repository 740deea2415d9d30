#pragma once

#include <c10/core/Device.h>
#include <c10/util/intrusive_ptr.h>

#include <chrono>
#include <string>

namespace c10d {
class Backend;
class Store;
}  // namespace c10d

namespace dragoman {

/// What tells this host's GPU from all others of all hosts. Empty for other devices, and where this build lacks NCCL.
std::string gpu_identity(c10::Device device);

/// "2.27.5"; empty where this build lacks NCCL.
std::string nccl_version();

/// c10d's NCCL, which sums tensors from GPU to GPU: `size` processes, each with a GPU of its own, that meet in `store`.
/// A sum that cannot end waits for ever; whoever waits for it has to give up and call abort(). Call it only where
/// gpu_identity has a name for this process's GPU.
c10::intrusive_ptr<c10d::Backend> connect_nccl(const c10::intrusive_ptr<c10d::Store>& store, int rank, int size,
                                               std::chrono::milliseconds timeout);

}  // namespace dragoman
