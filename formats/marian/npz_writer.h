#pragma once

#include "base/atomic_file.h"

#include <torch/types.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace dragoman {

/// Writes an .npz: a zip archive of arrays in NumPy's form, stored as they are.
class NpzWriter {
 public:
  explicit NpzWriter(AtomicFile& file) : file_(file) {}

  /// In fp32, of any strides. Throws std::runtime_error naming the array if the archive gets larger than 4 GiB, for
  /// which Marian's reader has no form.
  void add(const std::string& name, const torch::Tensor& array);
  /// As an array of int8.
  void add(const std::string& name, std::string_view bytes);

  /// Writes the directory of the archive; nothing may follow.
  void finish();

 private:
  void add_entry(const std::string& name, const std::string& header, std::string_view data);

  AtomicFile& file_;
  std::string directory_;
  std::uint64_t written_ = 0;
  std::uint16_t entries_ = 0;
};

}  // namespace dragoman
