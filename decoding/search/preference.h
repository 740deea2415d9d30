#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace dragoman {

/// By how much the tokens behind the beginning of a translation count more than their log-probabilities, or less.
struct Preferences {
  /// For one token: it counts as log-probability · factor + added, and `lift` more, as far as that makes it no more
  /// than certain: by the model's own log-probability, which it lifts to 0 at most.
  struct OfToken {
    std::int32_t id;
    double factor = 1.0;
    double added = 0.0;
    double lift = 0.0;
  };
  std::vector<OfToken> of_tokens;  ///< each id once
  double of_others = 0.0;          ///< what is added for all other tokens
};

/// What a hypothesis has so far.
struct Beginning {
  std::span<const std::int32_t> ids;
  std::span<const float> log_probs;  ///< of each id, the model's own
};

/// By how much a token of this log-probability is lifted.
inline double lifted_by(double log_prob, double lift) {
  return std::min(lift, -log_prob);
}

/// A wish for what follows the beginning of a translation. A search can have several.
class Preference {
 public:
  virtual ~Preference() = default;

  /// Behind `beginning`, a hypothesis without the start token.
  virtual Preferences behind(const Beginning& beginning) const = 0;
};

/// The log-probabilities of tokens that have come are multiplied by a penalty (Keskar et al. 2019, "CTRL", section 4.1,
/// which divides logits; on log-probabilities as transformers does it in a beam search).
class RepetitionPenalty : public Preference {
 public:
  /// penalty: above 1 tokens are repeated less, below 1 more.
  explicit RepetitionPenalty(double penalty) : penalty_(penalty) {}

  Preferences behind(const Beginning& beginning) const override;

 private:
  double penalty_;
};

/// A translation that begins with some ids has a bonus for each of them.
class FavouredPrefix : public Preference {
 public:
  FavouredPrefix(std::vector<std::int32_t> ids, double bonus) : ids_(std::move(ids)), bonus_(bonus) {}

  Preferences behind(const Beginning& beginning) const override;

 private:
  std::vector<std::int32_t> ids_;
  double bonus_;
};

/// What several prefer: factors multiply, and what is added adds up.
Preferences all_of(std::span<const Preference* const> preferences, const Beginning& beginning);

}  // namespace dragoman
