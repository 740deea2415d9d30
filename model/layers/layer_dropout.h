#pragma once

#include "base/counter_random.h"
#include "model/pass.h"
#include "model/random_sites.h"

#include <cstdint>

namespace dragoman {

/// Whole layers of a stack that are left out in training, each with probability p, and all there at inference (Fan et
/// al. 2020, "Reducing Transformer Depth on Demand with Structured Dropout").
class LayerDropout {
 public:
  LayerDropout(double p, RandomSites& sites) : p_(p), site_(p > 0 ? sites.next() : 0) {}

  bool drops(const Pass& pass, int layer, bool training) const {
    if (!training || p_ == 0) return false;
    const std::uint64_t item = (pass.batch << 16) + (std::uint64_t{site_} << 8) + static_cast<std::uint64_t>(layer);
    return CounterRandom(pass.seed, RandomPurpose::layer_dropout, item).uniform() < p_;
  }

 private:
  double p_;
  std::uint32_t site_;
};

}  // namespace dragoman
