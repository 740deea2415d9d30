#pragma once

#include <cstdint>
#include <span>

namespace dragoman {

/// The best entries of the log-softmax of `logits`, in one pass over them after their maximum: `ids` and `log_probs`,
/// of equal size, receive them best first, ties by smaller id. `excluded` ids have their share of the softmax but are
/// never returned. Places that remain, for want of ids, receive id 0 and -infinity.
///
/// A row's result depends on nothing but the row. The relative error of the sum of exponentials is about 1e-6.
/// Throws std::runtime_error if a logit is NaN or +infinity, or none is finite.
void top_candidates(std::span<const float> logits, std::span<const std::int32_t> excluded, std::span<std::int32_t> ids,
                    std::span<float> log_probs);

}  // namespace dragoman
