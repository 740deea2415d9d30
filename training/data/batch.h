#pragma once

#include "data/token_pairs.h"
#include "model/shapes.h"
#include "tokenizer/special_ids.h"

#include <torch/types.h>

#include <cstdint>
#include <span>

namespace dragoman {

/// Sentence pairs as tensors for one forward pass.
struct Batch {
  torch::Tensor source;            ///< [B, S] int64, each sentence ended by eos
  torch::Tensor source_lengths;    ///< [B] int64 on the CPU, eos included
  torch::Tensor target_in;         ///< [B, T] int64, each begun by the start token
  torch::Tensor target_out;        ///< [B, T] int64, what is to be predicted: the target, then eos
  std::int64_t target_tokens = 0;  ///< of target_out, padding excluded

  Batch to(torch::Device device) const;
};

struct BatchIds {
  SpecialIds special;
  std::int32_t start_token;
};

/// Without bos and eos, as many of one as of the other.
using IdRows = std::span<const std::span<const std::int32_t>>;

Batch make_batch(IdRows sources, IdRows targets, const BatchIds& ids, torch::Device device);
Batch make_batch(const TokenPairs& corpus, std::span<const std::uint32_t> pairs, const BatchIds& ids,
                 torch::Device device);

}  // namespace dragoman
