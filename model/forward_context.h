#pragma once

#include "model/weight_type.h"

#include <c10/core/Device.h>
#include <c10/core/ScalarType.h>
#include <torch/types.h>

#include <cstdint>
#include <memory>
#include <optional>

namespace dragoman {

class AttentionObserver;

/// What the modules of one model share while they run; whoever runs the model sets it, the modules read it.
struct ForwardContext {
  /// The type in which matrix products are computed; that of the weights if empty.
  std::optional<c10::ScalarType> compute_type;

  /// How the weights are kept that prepare_for_inference() has packed.
  WeightType weight_type = WeightType::fp32;

  // Dropout's random numbers are a function of these, of the module's site and of the element's position.
  std::uint64_t seed = 0;
  std::uint64_t batch = 0;  ///< the global batch's number, counted over the whole training

  // Where this model passes a share of a batch, its sentences have the random numbers that they have in the whole one.
  std::int64_t first_sentence = 0;  ///< of the batch, that this share begins with
  std::int64_t sentences = 0;       ///< of this share; 0: the whole batch

  /// Where a decoder is that trains from position to position, each of which has random numbers of its own.
  std::int64_t position = 0;

  /// What random numbers of a position follow from instead of the seed.
  std::uint64_t seed_at_position() const { return seed + (static_cast<std::uint64_t>(position) << 32); }

  /// The place in the whole batch's tensor of the first of this share's elements; its outermost dimension is sentences.
  std::int64_t first_element(std::int64_t elements) const {
    return sentences > 0 ? elements / sentences * first_sentence : 0;
  }

  /// Asked by every attention of encode() and decode() while it is there, which costs time and memory.
  AttentionObserver* observer = nullptr;

  /// In training with attention that draws: the log-probability of what it has drawn for each target position, all
  /// heads and layers together, [B, T]. Added to by the model; taken and reset by whoever trains it.
  torch::Tensor drawn_log_probability;

  /// The type in which a search keeps keys and values, if not in their own. Attention over the cache takes as long as
  /// reading it: where the weights are rounded more coarsely than to bf16's 8 bits, its keys and values may be, too.
  std::optional<c10::ScalarType> cache_type(c10::Device device) const {
    const bool halves = weight_type != WeightType::fp32 && device.is_cpu();
    return halves ? std::optional(c10::ScalarType::BFloat16) : std::nullopt;
  }

  std::uint32_t next_site() { return sites_++; }

 private:
  std::uint32_t sites_ = 0;
};

using ForwardContextPtr = std::shared_ptr<ForwardContext>;

}  // namespace dragoman
