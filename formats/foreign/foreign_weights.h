#pragma once

#include "formats/foreign/tensor_views.h"

#include <torch/types.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace dragoman {

/// Whether a tensor of floating-point numbers has neither infinities nor NaN.
bool is_finite(const torch::Tensor& tensor);

/// The tensors of a model of another program by their names there, from one file or several. Who reads the model takes
/// what it has a place for; what is left over then is not ignored.
class ForeignWeights {
 public:
  /// config: the file that tells which tensors there should be
  explicit ForeignWeights(std::string config = "config.json") : config_(std::move(config)) {}

  /// Throws std::runtime_error naming the file if a name is there twice.
  void add(TensorViews views, const std::string& file);

  /// Puts `prefix` before the names of all that are there.
  void add_prefix(const std::string& prefix);

  bool contains(const std::string& name) const { return tensors_.contains(name); }

  /// How many rows a matrix has. Throws std::runtime_error naming the file if it is not there, or is none.
  std::int64_t rows(const std::string& name) const;

  /// The tensor in fp32, which holds what fp16 and bf16 do exactly. Throws std::runtime_error naming the file unless it
  /// is there, has this shape, and holds finite floating-point numbers.
  torch::Tensor take(const std::string& name, const std::vector<std::int64_t>& shape);

  /// Nothing if it is not there.
  std::optional<torch::Tensor> take_if_there(const std::string& name, const std::vector<std::int64_t>& shape);

  /// Lets go of the memory that a tensor took which take() gave, and which has been copied since.
  void forget(const torch::Tensor& view) const;

  /// Throws std::runtime_error naming the file and the first tensor that nobody has taken; `family`: what has no place
  /// for it.
  void require_all_taken(const std::string& family) const;

  /// Throws std::runtime_error naming the file if one was written to meanwhile.
  void require_unchanged() const;

  /// The types of what was taken, as "fp32" or "fp16 and fp32".
  std::string types_taken() const;

 private:
  struct Entry {
    LazyTensor tensor;
    std::string file;
  };

  void add(LazyTensor tensor, const std::string& file);

  const Entry& entry(const std::string& name) const;

  std::string config_;
  std::map<std::string, Entry> tensors_;
  std::set<std::string> taken_;
  std::set<std::string> types_;
  std::vector<std::shared_ptr<const MappedFile>> files_;
  std::string first_file_;
  std::uint64_t bytes_ = 0, bytes_taken_ = 0;
};

}  // namespace dragoman
