#pragma once

#include <c10/core/ScalarType.h>
#include <torch/types.h>

#include <cstdint>
#include <optional>

namespace dragoman {

class AttentionObserver;

/// Stands for a token that is cut off, in passes that say so.
inline constexpr std::int64_t kCutToken = -1;

/// One run of a model, handed down to its modules: what they compute follows from their weights, their mode and this,
/// and they write to nothing but what this points to. So threads may run one model side by side, each with a pass of
/// its own.
struct Pass {
  /// The type in which matrix products are computed; that of the weights if empty.
  std::optional<c10::ScalarType> compute_type = {};

  // Dropout's random numbers are a function of these, of the module's site and of the element's position.
  std::uint64_t seed = 0;
  std::uint64_t batch = 0;  ///< the global batch's number, counted over the whole training

  /// Whether some of the ids may be kCutToken, which enters as zeros: no vector but that of its position, if any (Shen
  /// et al. 2020, "A Simple but Tough-to-Beat Data Augmentation Approach", token cutoff).
  bool cuts_tokens = false;

  /// Where a decoder is that trains from position to position, each of which has random numbers of its own.
  std::int64_t position = 0;

  // Where a share of a batch is passed, its sentences have the random numbers that they have in the whole one.
  std::int64_t first_sentence = 0;  ///< of the batch, that this share begins with
  std::int64_t sentences = 0;       ///< of this share; 0: the whole batch

  /// Asked by the attentions of encode() and decode() that it looks at, which costs time and memory.
  AttentionObserver* observer = nullptr;

  /// In training with attention that draws: where the log-probability of what it has drawn for each target position
  /// is added, all heads and layers together, [B, T]. Null: nobody asks.
  torch::Tensor* drawn_log_probability = nullptr;

  /// This one at a single position, with a place of its own for what is drawn there.
  Pass at(std::int64_t place, torch::Tensor* drawn) const {
    Pass here = *this;
    here.position = place;
    here.drawn_log_probability = drawn;
    return here;
  }

  /// What random numbers of a position follow from instead of the seed.
  std::uint64_t seed_at_position() const { return seed + (static_cast<std::uint64_t>(position) << 32); }

  /// The place in the whole batch's tensor of the first of this share's elements; its outermost dimension is sentences.
  std::int64_t first_element(std::int64_t elements) const {
    return sentences > 0 ? elements / sentences * first_sentence : 0;
  }

  /// log_probability: [B, T], of what an attention has drawn
  void add_drawn(const torch::Tensor& log_probability) const {
    if (drawn_log_probability == nullptr) return;
    torch::Tensor& sum = *drawn_log_probability;
    sum = sum.defined() ? sum + log_probability : log_probability;
  }
};

}  // namespace dragoman
