#pragma once

#include "base/counter_random.h"
#include "model/forward_context.h"

#include <cstdint>
#include <utility>

namespace dragoman {

/// Whole layers of a stack that are left out in training, each with probability p, and all there at inference (Fan et
/// al. 2020, "Reducing Transformer Depth on Demand with Structured Dropout").
class LayerDropout {
 public:
  LayerDropout(double p, ForwardContextPtr context)
      : p_(p), context_(std::move(context)), site_(p > 0 ? context_->next_site() : 0) {}

  bool drops(int layer, bool training) const {
    if (!training || p_ == 0) return false;
    const std::uint64_t item =
        (context_->batch << 16) + (std::uint64_t{site_} << 8) + static_cast<std::uint64_t>(layer);
    return CounterRandom(context_->seed, RandomPurpose::layer_dropout, item).uniform() < p_;
  }

 private:
  double p_;
  ForwardContextPtr context_;
  std::uint32_t site_;
};

}  // namespace dragoman
