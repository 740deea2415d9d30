#pragma once

#include "base/mapped_file.h"
#include "model/named_tensors.h"

#include <cstdint>
#include <memory>

namespace dragoman {

/// Tensors of a file on the CPU, as views of it that must not be written and live as long as they are used.
struct TensorViews {
  NamedTensors tensors;
  std::shared_ptr<const MappedFile> file;
  std::uint64_t own_bytes = 0;  ///< of those tensors that are no views: what the file holds had to be made of it
};

}  // namespace dragoman
