#pragma once

#include "base/enum_names.h"
#include "decoding/scoring/forced_scorer.h"
#include "decoding/text/translation.h"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace dragoman {

/// What a model scores: the translation of the source, the source as that of the translation, or the translation alone.
enum class ScoringDirection { forward, reverse, language_model };

template <>
inline constexpr auto kEnumNames<ScoringDirection> =
    enum_names<ScoringDirection>({{ScoringDirection::forward, "forward"},
                                  {ScoringDirection::reverse, "reverse"},
                                  {ScoringDirection::language_model, "language-model"}});

/// Orders the translations of a line by a weighted sum of what the search, their lengths and other models say of them:
/// score · (the search's score) + length · (tokens) + Σ weight · (a model's score), in which a model of the other
/// direction makes it a noisy channel (Yee et al. 2019, "Simple and Effective Noisy Channel Modeling for Neural Machine
/// Translation").
class Reranker {
 public:
  struct Judge {
    ForcedScorer scorer;
    ScoringDirection direction;
  };

  explicit Reranker(std::vector<Judge> judges) : judges_(std::move(judges)) {}

  /// The search's score, the length, and one for each judge.
  std::size_t feature_count() const { return kOfSearch + judges_.size(); }
  static constexpr std::size_t kLength = 1;

  /// For each translation, of each of its outputs these features. A model that gives an output no score, since a text
  /// is longer than it reads, is taken to give it the least of those that the line's others have.
  std::vector<std::vector<std::vector<double>>> features(std::span<const std::string> lines,
                                                         std::span<const Translation> translations) const;

  /// Puts the outputs with the largest sums first, equal ones in their order and of equal texts the first alone, and
  /// keeps `count` of them; the sum becomes their score. weights: one a feature.
  void choose(std::span<const std::string> lines, std::span<Translation> translations, std::span<const double> weights,
              std::size_t count) const;

 private:
  static constexpr std::size_t kOfSearch = 2;

  std::vector<Judge> judges_;
};

/// Leaves each text once: the first output that has it.
void leave_distinct(Translation& translation);

}  // namespace dragoman
