#pragma once

#include "formats/foreign/foreign_weights.h"
#include "formats/safetensors.h"
#include "model/named_tensors.h"

#include <cstdint>
#include <string>
#include <vector>

namespace dragoman {

/// Is told which tensors of another program are which of ours, and takes the ones or gives the others. Who tells it
/// knows the names of both and no more.
class WeightNames {
 public:
  virtual ~WeightNames() = default;

  /// shape: of each of `theirs`, which one behind the other, along the first dimension, are one of ours.
  virtual void tensor(const std::string& ours, const std::vector<std::string>& theirs,
                      const std::vector<std::int64_t>& shape) = 0;
};

/// Takes theirs under our names.
class TakenWeights : public WeightNames {
 public:
  TakenWeights(ForeignWeights& weights, NamedTensors& taken) : weights_(weights), taken_(taken) {}

  /// Throws as ForeignWeights::take() does.
  void tensor(const std::string& ours, const std::vector<std::string>& theirs,
              const std::vector<std::int64_t>& shape) override;

 private:
  ForeignWeights& weights_;
  NamedTensors& taken_;
};

/// Gives ours under their names, in fp32, as views where they are stored so.
class GivenWeights : public WeightNames {
 public:
  explicit GivenWeights(const SafetensorsFile& weights) : weights_(weights) {}

  /// Throws std::runtime_error naming the tensor that is missing.
  void tensor(const std::string& ours, const std::vector<std::string>& theirs,
              const std::vector<std::int64_t>& shape) override;

  /// Our own tensor, for what goes otherwise. Throws as tensor() does.
  torch::Tensor own(const std::string& name) const;
  void give(const std::string& name, const torch::Tensor& tensor) { given_.emplace_back(name, tensor); }

  const NamedTensors& given() const { return given_; }

 private:
  const SafetensorsFile& weights_;
  NamedTensors given_;
};

}  // namespace dragoman
