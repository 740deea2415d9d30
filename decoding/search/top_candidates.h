#pragma once

#include "decoding/search/allowed_ids.h"

#include <cstdint>
#include <limits>
#include <span>
#include <stdexcept>

namespace dragoman {

/// What a model computes is not numbers: its weights are damaged, or its training diverged.
class NotFinite : public std::runtime_error {
 public:
  NotFinite();
};

/// The best entries of the log-softmax of one row of logits, which come a block at a time: each is read while it is
/// still in the cache, and never kept. `ids` and `log_probs`, of equal size, receive them best first, ties by smaller
/// id. Ids that are not `allowed` have their share of the softmax but are never returned. Places that remain, for want
/// of ids, receive id 0 and -infinity.
///
/// A row's result depends on nothing but the row and where its blocks begin. The relative error of the sum of
/// exponentials is about 1e-6.
class TopCandidates {
 public:
  /// The places and `allowed` must stay there until finish(). Throws std::invalid_argument if there are no places, or
  /// not equally many.
  TopCandidates(const AllowedIds& allowed, std::span<std::int32_t> ids, std::span<float> log_probs);

  /// The logits of the ids from `first_id` on, which are larger than those of the calls before.
  void add(std::span<const float> logits, std::int32_t first_id);

  /// Throws NotFinite if a logit was NaN or +infinity, or none was finite.
  void finish();

  /// The logarithm of the sum of exponentials of what add() was given: what a logit is larger than its
  /// log-probability. Throws as finish() does.
  double log_sum() const;

 private:
  const AllowedIds* allowed_;
  std::span<std::int32_t> ids_;
  std::span<float> values_;
  float shift_ = -std::numeric_limits<float>::infinity();  // the largest logit so far
  double sum_ = 0.0;                                       // of e^(logit - shift_)
};

}  // namespace dragoman
