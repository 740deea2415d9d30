#pragma once

#include "decoding/search/allowed_ids.h"

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace dragoman {

/// A rule for what may follow the beginning of a translation. A search can have several: what all of them allow.
class Constraint {
 public:
  virtual ~Constraint() = default;

  /// Takes from `allowed` what may not follow `prefix`, the ids of a hypothesis without the start token.
  virtual void restrict(std::span<const std::int32_t> prefix, AllowedIds& allowed) const = 0;

  /// Whether `prefix` lacks nothing: a translation that is cut there is as good as another that is.
  virtual bool is_met(std::span<const std::int32_t> /*prefix*/) const { return true; }
};

/// What all of these allow behind `prefix`, first those of every sentence, then those of one.
AllowedIds allowed_behind(std::span<const std::int32_t> prefix, std::span<const Constraint* const> of_all,
                          std::span<const Constraint* const> of_sentence);

/// Some ids follow nothing.
class ForbiddenIds : public Constraint {
 public:
  explicit ForbiddenIds(std::vector<std::int32_t> ids) : ids_(std::move(ids)) {}

  void restrict(std::span<const std::int32_t> prefix, AllowedIds& allowed) const override;
  std::span<const std::int32_t> ids() const { return ids_; }

 private:
  std::vector<std::int32_t> ids_;
};

/// The end of the sentence follows no fewer ids than `least`.
class MinimumLength : public Constraint {
 public:
  MinimumLength(std::int32_t eos, int least) : eos_(eos), least_(least) {}

  void restrict(std::span<const std::int32_t> prefix, AllowedIds& allowed) const override;

 private:
  std::int32_t eos_;
  int least_;
};

/// Behind `most` ids there is nothing but the end of the sentence; the length limit of a search cuts instead.
class EndOfSentence : public Constraint {
 public:
  EndOfSentence(std::int32_t eos, int most) : eos_(eos), most_(most) {}

  void restrict(std::span<const std::int32_t> prefix, AllowedIds& allowed) const override;

 private:
  std::int32_t eos_;
  int most_;
};

/// No sequence of so many ids comes twice in a translation (Paulus et al. 2018, "A Deep Reinforced Model for
/// Abstractive Summarization", section 2.5).
class NoRepeatNgram : public Constraint {
 public:
  /// order: at least 1.
  explicit NoRepeatNgram(int order) : order_(static_cast<std::size_t>(order)) {}

  void restrict(std::span<const std::int32_t> prefix, AllowedIds& allowed) const override;

 private:
  std::size_t order_;
};

/// Some sequences of ids do not come.
class ForbiddenSequences : public Constraint {
 public:
  /// sequences: none of them empty.
  explicit ForbiddenSequences(std::vector<std::vector<std::int32_t>> sequences) : sequences_(std::move(sequences)) {}

  void restrict(std::span<const std::int32_t> prefix, AllowedIds& allowed) const override;

 private:
  std::vector<std::vector<std::int32_t>> sequences_;
};

}  // namespace dragoman
