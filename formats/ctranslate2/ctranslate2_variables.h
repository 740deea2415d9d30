#pragma once

#include "formats/ctranslate2/model_bin.h"

#include <torch/types.h>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

/// The variables of a model of CTranslate2 as what its reader takes of them: weights in fp32, numbers and text. What is
/// left over then is not ignored.
class CTranslate2Variables {
 public:
  /// Names of the first revision become those of later ones. forget: is given the bytes that have been taken.
  explicit CTranslate2Variables(ModelBin file, std::function<void(std::string_view)> forget = {});

  const ModelBin& file() const { return file_; }
  const std::map<std::string, ModelBin::Variable, std::less<>>& all() const { return variables_; }

  bool contains(std::string_view name) const { return find(name) != nullptr; }

  /// Throws std::runtime_error naming the file if the variable is not there.
  const std::vector<std::int64_t>& shape(const std::string& name) const;

  /// Whether both are there and hold the same numbers.
  bool same(const std::string& name, const std::string& other) const;

  /// A weight in fp32, of whichever type it is: what fp16 and bf16 hold exactly, and q / scale of int8, which has a
  /// scale a row, and int16, which has one. Throws std::runtime_error naming the file unless it is there, has this
  /// shape, and holds finite numbers.
  torch::Tensor take(const std::string& name, const std::vector<std::int64_t>& shape);

  /// Nothing if it is not there.
  std::optional<torch::Tensor> take_if_there(const std::string& name, const std::vector<std::int64_t>& shape);

  /// Of a variable that is the same() as one that was taken, or that changes nothing.
  void ignore(const std::string& name);

  /// What take() may be off by for numbers up to 1, since their type in the file is coarse.
  double rounding(const std::string& name) const;

  /// A single number, of whichever type, or nothing. Throws std::runtime_error if the variable is none.
  std::optional<double> number(const std::string& name);
  /// Whether it is in int8, as flags are.
  bool is_flag(const std::string& name) const { return at(name).type == ModelBin::Type::int8; }
  std::optional<std::string> text(const std::string& name);

  /// FILE: 'NAME' is VALUE, WHY
  [[noreturn]] void refuse(const std::string& name, std::string_view why) const;

  /// Throws as refuse() does if the number is there and not `only`, which is all that Dragoman has a form for.
  void require(const std::string& name, double only);

  /// Throws std::runtime_error naming the first variable that nobody has taken.
  void require_all_taken() const;

  /// The types of the weights that were taken, as "int8 and fp32".
  std::string types_taken() const;

 private:
  const ModelBin::Variable* find(std::string_view name) const;
  const ModelBin::Variable& at(const std::string& name) const;
  torch::Tensor weight(const std::string& name, const ModelBin::Variable& variable);
  torch::Tensor scales(const std::string& name, const ModelBin::Variable& variable);

  ModelBin file_;
  std::function<void(std::string_view)> forget_;
  std::map<std::string, ModelBin::Variable, std::less<>> variables_;
  std::set<std::string> taken_, types_;
  std::uint64_t bytes_ = 0, bytes_taken_ = 0;
};

}  // namespace dragoman
