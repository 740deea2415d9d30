#pragma once

#include "formats/foreign/foreign_weights.h"
#include "formats/foreign/weight_names.h"
#include "formats/marian/marian_config.h"
#include "model/named_tensors.h"

#include <cstdint>
#include <string>
#include <vector>

namespace dragoman {

/// Is told which tensors of Marian's are which of ours, and takes the ones or gives the others. Marian's matrices are
/// [in, out], its vectors [1, n].
class MarianNames {
 public:
  virtual ~MarianNames() = default;

  /// Of matrices over the same input, which one behind the other are one of ours.
  virtual void matrix(const std::string& ours, const std::vector<std::string>& theirs, std::int64_t in,
                      std::int64_t out) = 0;

  /// The same of vectors. otherwise: what theirs consists of where it is not there, which it has to be if `is_needed`.
  virtual void vector(const std::string& ours, const std::vector<std::string>& theirs, std::int64_t size,
                      double otherwise, bool is_needed) = 0;

  /// The matrices of two gates, each of which looks at one of two vectors of `width`; ours would look at both.
  virtual void gates(const std::string& ours, const std::string& first, const std::string& second,
                     std::int64_t width) = 0;

  /// A table as it is.
  virtual void table(const std::string& ours, const std::string& theirs, std::int64_t rows, std::int64_t columns) = 0;
};

/// Tells the tensors of both stacks, the embeddings apart.
void name_marian_layers(const MarianNetwork& network, MarianNames& names);

/// Takes theirs under our names.
void take_marian_layers(ForeignWeights& weights, const MarianNetwork& network, NamedTensors& taken);

/// Gives ours under their names. Throws std::runtime_error naming a tensor that has no form there.
void give_marian_layers(const MarianNetwork& network, GivenWeights& given);

}  // namespace dragoman
