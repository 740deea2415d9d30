#pragma once

#include "model/attention/attention_observer.h"
#include "tests/decoding/copy_model.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstdint>

namespace dragoman {

/// A CopyModel whose one cross-attention looks, when it predicts target token t, at source token t alone: with `heads`
/// heads, of which head h looks h tokens further to the right. A `stepwise` one reports a position at a time, as
/// recurrent decoders do.
class AligningModel : public CopyModel {
 public:
  explicit AligningModel(std::int64_t vocabulary, std::int64_t heads = 1, bool stepwise = false)
      : CopyModel(vocabulary), heads_(heads), stepwise_(stepwise) {}

  at::Tensor decode(const Pass& pass, const Memory& memory, const at::Tensor& target) const override {
    const std::int64_t rows = target.size(0), length = target.size(1), width = memory.states.size(1);
    at::Tensor weights = at::zeros({rows, heads_, length, width});
    for (std::int64_t head = 0; head < heads_; ++head) {
      for (std::int64_t t = 0; t < length; ++t)
        weights.select(1, head).select(1, t).select(1, std::min(t + head, width - 1)).fill_(1);
    }
    ++decoded_;
    const AttentionSite site{AttentionSite::Kind::cross, 0};
    if (is_observed(pass, site)) {
      const at::Tensor heads = at::zeros({rows, heads_, length, 1});
      for (std::int64_t t = 0; t < (stepwise_ ? length : 1); ++t) {
        const std::int64_t count = stepwise_ ? 1 : length;
        pass.observer->see(site, weights.narrow(2, t, count), heads.narrow(2, t, count));
      }
    }
    return at::zeros({rows, length, width});
  }

  /// How often decode() was called.
  int decoded() const { return decoded_; }

 private:
  std::int64_t heads_;
  bool stepwise_;
  mutable std::atomic<int> decoded_{0};
};

}  // namespace dragoman
