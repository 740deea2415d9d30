#pragma once

#include "formats/safetensors.h"
#include "model/named_tensors.h"

#include <filesystem>

namespace dragoman {

/// The mean of the weights of models of one shape, summed in float64.
class WeightMean {
 public:
  /// The tensors are floating-point numbers; `share`, above 0, is their weight in the mean. Throws std::runtime_error
  /// naming `file` where they have not the names and shapes of the first ones.
  void add(const SafetensorsFile& weights, const std::filesystem::path& file, double share = 1);

  /// In fp32, in the order of the first. Throws std::logic_error if nothing has been added.
  NamedTensors result() const;

 private:
  std::filesystem::path first_;
  NamedTensors sums_;
  double shares_ = 0;
};

}  // namespace dragoman
