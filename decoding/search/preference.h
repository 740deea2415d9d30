#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace dragoman {

/// By how much the tokens behind the beginning of a translation count more than their log-probabilities, or less.
struct Preferences {
  /// For one token: it counts as log-probability · factor + added.
  struct OfToken {
    std::int32_t id;
    double factor = 1.0;
    double added = 0.0;
  };
  std::vector<OfToken> of_tokens;  ///< each id once
  double of_others = 0.0;          ///< what is added for all other tokens
};

/// A wish for what follows the beginning of a translation. A search can have several.
class Preference {
 public:
  virtual ~Preference() = default;

  /// Behind `prefix`, the ids of a hypothesis without the start token.
  virtual Preferences behind(std::span<const std::int32_t> prefix) const = 0;
};

/// The log-probabilities of tokens that have come are multiplied by a penalty (Keskar et al. 2019, "CTRL", section 4.1,
/// which divides logits; on log-probabilities as transformers does it in a beam search).
class RepetitionPenalty : public Preference {
 public:
  /// penalty: above 1 tokens are repeated less, below 1 more.
  explicit RepetitionPenalty(double penalty) : penalty_(penalty) {}

  Preferences behind(std::span<const std::int32_t> prefix) const override;

 private:
  double penalty_;
};

/// A translation that begins with some ids has a bonus for each of them.
class FavouredPrefix : public Preference {
 public:
  FavouredPrefix(std::vector<std::int32_t> ids, double bonus) : ids_(std::move(ids)), bonus_(bonus) {}

  Preferences behind(std::span<const std::int32_t> prefix) const override;

 private:
  std::vector<std::int32_t> ids_;
  double bonus_;
};

/// What several prefer: factors multiply, and what is added adds up.
Preferences all_of(std::span<const Preference* const> preferences, std::span<const std::int32_t> prefix);

}  // namespace dragoman
