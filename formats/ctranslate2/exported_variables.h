#pragma once

#include "base/atomic_directory.h"
#include "base/atomic_file.h"

#include <torch/types.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace dragoman {

/// The variables of a model.bin that is to be written for CTranslate2: named tensors, and other names for some of them.
class ExportedVariables {
 public:
  /// In fp32, int8, int16 or int32.
  void add(std::string name, const torch::Tensor& value);
  void add_flag(std::string name, bool value) { add_number(std::move(name), value ? 1 : 0, torch::kInt8); }
  void add_byte(std::string name, std::int64_t value) { add_number(std::move(name), value, torch::kInt8); }
  void add_short(std::string name, std::int64_t value) { add_number(std::move(name), value, torch::kInt16); }
  void add_int(std::string name, std::int64_t value) { add_number(std::move(name), value, torch::kInt32); }
  void add_real(std::string name, double value) { add_number(std::move(name), value, torch::kFloat32); }
  void add_alias(std::string name, std::string of) { aliases_.emplace_back(std::move(name), std::move(of)); }

  /// Stops where `whole` is told to.
  void write(AtomicFile& file, const AtomicDirectory& whole) const;

 private:
  void add_number(std::string name, const c10::Scalar& value, c10::ScalarType type);

  std::vector<std::pair<std::string, torch::Tensor>> values_;
  std::vector<std::pair<std::string, std::string>> aliases_;
};

}  // namespace dragoman
