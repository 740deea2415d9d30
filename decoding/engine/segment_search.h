#pragma once

#include "decoding/engine/coverage_ranking.h"
#include "decoding/engine/model_ensemble.h"
#include "decoding/engine/translator_options.h"
#include "decoding/search/beam.h"
#include "decoding/search/beam_search.h"
#include "decoding/search/constraint.h"
#include "decoding/search/interruption.h"
#include "decoding/search/next_words.h"
#include "decoding/text/sentence_rules.h"
#include "decoding/text/translation.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace dragoman {

/// The search for the translations of segments, by one model or several: in batches, which the workers share.
class SegmentSearch {
 public:
  using Outputs = std::vector<Translation::Output>;

  /// What was found for one segment.
  struct Found {
    Outputs outputs;      ///< best first, in the order of chance if they are drawn
    bool redone = false;  ///< once more by the guard, and these are the better ones
  };

  /// Throws as ModelEnsemble and TranslatorOptions::validate() do.
  SegmentSearch(std::vector<std::shared_ptr<const Engine>> engines, const TranslatorOptions& options);

  const ModelEnsemble& models() const { return models_; }
  /// With what the models have to say.
  const SearchOptions& options() const { return options_.search; }

  /// rules: of each segment, or of none. Throws Interrupted within a step of a search if the interruption comes.
  std::vector<Found> run(std::span<const LineSegment> segments, std::span<const SentenceRules> rules,
                         const Interruption& interruption) const;

  /// The likeliest next words of each segment behind the prefix of its rules, which it has, if it is empty. What is
  /// preferred does not count. Throws as run() does.
  std::vector<std::vector<NextWord>> next_words(std::span<const LineSegment> segments,
                                                std::span<const SentenceRules> rules, std::size_t count,
                                                const Interruption& interruption) const;

 private:
  // One segment, and what holds for it.
  struct Task {
    const LineSegment* segment;
    const SentenceRules* rules;                       // or null
    std::vector<const Constraint*> constraints = {};  // besides
  };
  struct Batch;

  std::vector<Outputs> search(std::span<const Task> tasks, const Interruption& interruption) const;
  void for_each_batch(std::span<const Task> tasks, std::size_t rows, const Interruption& interruption,
                      const std::function<void(std::span<const std::size_t>, Batch&)>& work) const;
  std::unique_ptr<StepScorer> start(const Batch& batch) const;
  SearchTokens tokens() const;
  SearchConstraints constraints_of(const Batch& batch) const;
  std::vector<Outputs> search_batch(const Batch& batch, const Interruption& interruption) const;
  std::vector<std::vector<Hypothesis>> hypotheses(StepScorer& scorer, const Batch& batch) const;
  void rank_by_coverage(std::span<const Task> tasks, std::vector<Outputs>& outputs) const;
  void guard(std::span<const Task> tasks, const Interruption& interruption, std::vector<Found>& found) const;
  Translation::Output to_output(const Hypothesis& hypothesis) const;

  ModelEnsemble models_;
  TranslatorOptions options_;
  ForbiddenIds forbidden_;
  std::vector<std::unique_ptr<const Constraint>> asked_for_;  // besides
  std::optional<CoverageRanking> coverage_;
};

}  // namespace dragoman
