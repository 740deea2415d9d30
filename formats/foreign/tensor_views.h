#pragma once

#include "base/mapped_file.h"
#include "model/named_tensors.h"

#include <torch/types.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace dragoman {

/// A tensor that no view of the file can be: its numbers are not where a processor reads them, or stored in another
/// way.
struct LazyTensor {
  std::string name;
  c10::ScalarType type;
  std::vector<std::int64_t> shape;
  std::function<torch::Tensor()> make;  ///< each time one of its own
};

/// Tensors of a file on the CPU, as views of it that must not be written and live as long as they are used.
struct TensorViews {
  NamedTensors tensors;
  std::shared_ptr<const MappedFile> file;
  std::uint64_t own_bytes = 0;  ///< of those tensors that are no views, the lazy ones among them
  std::vector<LazyTensor> lazy_tensors = {};
};

}  // namespace dragoman
