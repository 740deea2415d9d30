#pragma once

#include "model/model_config.h"
#include "training/data/batch.h"

#include <cstdint>
#include <vector>

namespace dragoman {

/// Draws the tokens of a batch that a model is to do without: each token of source and target, as the decoder reads it,
/// with the same probability (Shen et al. 2020, "A Simple but Tough-to-Beat Data Augmentation Approach", token
/// cutoff). What marks start, end, padding and languages always stays.
class TokenCutoff {
 public:
  /// share: of the tokens, in [0, 1)
  TokenCutoff(double share, const ModelConfig& config, std::uint64_t seed);

  /// The same sentences with kCutToken in the place of what is cut off, for passes that know it; what is to be
  /// predicted is as it was. Which tokens these are follows from the seed, `number`, that of the batch in the training,
  /// and their places. batch: on the CPU.
  Batch cut(const Batch& batch, std::int64_t number) const;

 private:
  enum class Side { source, target };

  torch::Tensor cut(const torch::Tensor& ids, Side side, std::int64_t number) const;

  double share_;
  std::vector<std::int64_t> kept_;  // ids, ascending
  std::uint64_t seed_;
};

}  // namespace dragoman
