#pragma once

#include "data/token_pairs.h"
#include "model/shapes.h"
#include "model/text_frame.h"

#include <torch/types.h>

#include <cstdint>
#include <span>

namespace dragoman {

/// Sentence pairs as tensors for one forward pass.
struct Batch {
  torch::Tensor source;          ///< [B, S] int64, each sentence in its frame
  torch::Tensor source_lengths;  ///< [B] int64 on the CPU, the frame included
  torch::Tensor target_in;       ///< [B, T] int64, each begun by what stands before a target
  torch::Tensor
      target_out;  ///< [B, T] int64, what is to be predicted: all of that but the start token, the target, its end
  std::int64_t target_tokens = 0;  ///< of target_out, padding excluded
  /// [B, T, S] float32: how the attention that predicts a token of target_out is to be shared among those of source; it
  /// adds up to 1, or to 0 where the token is linked to none. Undefined where none is known of.
  torch::Tensor alignment = {};

  Batch to(torch::Device device) const;
  /// Some of its sentences, whose tokens are not counted.
  Batch sentences(std::int64_t first, std::int64_t count) const;
};

/// Without what stands around them, as many of one as of the other.
using IdRows = std::span<const std::span<const std::int32_t>>;

/// frames: one for each pair, of one model, so that they differ in languages alone.
Batch make_batch(IdRows sources, IdRows targets, std::span<const TextFrame* const> frames, torch::Device device);
Batch make_batch(IdRows sources, IdRows targets, const TextFrame& frame, torch::Device device);
/// The `alignment` of a batch that was made of pairs with these links and frames: each target token's is shared evenly
/// by the source tokens that it is linked to (Garg et al. 2019, "Jointly Learning to Align and Translate with
/// Transformer Models", section 3.2). On the CPU.
torch::Tensor make_alignment(const Batch& batch, std::span<const TokenLinks> links,
                             std::span<const TextFrame* const> frames);
Batch make_batch(const TokenPairs& corpus, std::span<const std::uint32_t> pairs, const TextFrame& frame,
                 torch::Device device);

}  // namespace dragoman
