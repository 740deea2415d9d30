#pragma once

#include "decoding/engine/batch_search.h"
#include "decoding/engine/coverage_ranking.h"
#include "decoding/engine/search_setup.h"
#include "decoding/engine/shared_search.h"
#include "decoding/search/interruption.h"
#include "decoding/search/next_words.h"
#include "decoding/text/sentence_rules.h"
#include "decoding/text/translation.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace dragoman {

/// The search for the translations of segments, by one model or several: by the search that all callers share, or where
/// that cannot be, in batches, which the workers share.
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

  const ModelEnsemble& models() const { return setup_->models(); }
  /// With what the models have to say.
  const SearchOptions& options() const { return setup_->options().search; }

  /// rules: of each segment, or of none. Throws Interrupted within a step of a search if the interruption comes.
  std::vector<Found> run(std::span<const LineSegment> segments, std::span<const SentenceRules> rules,
                         const Interruption& interruption) const;

  /// The likeliest next words of each segment behind the prefix of its rules, which it has, if it is empty. What is
  /// preferred does not count. Throws as run() does.
  std::vector<std::vector<NextWord>> next_words(std::span<const LineSegment> segments,
                                                std::span<const SentenceRules> rules, std::size_t count,
                                                const Interruption& interruption) const;

 private:
  std::vector<Outputs> search(std::span<const SegmentTask> tasks, const Interruption& interruption) const;
  std::vector<std::size_t> search_shared(std::span<const SegmentTask> tasks, const Interruption& interruption,
                                         std::vector<Outputs>& outputs) const;
  void rank_by_coverage(std::span<const SegmentTask> tasks, std::vector<Outputs>& outputs) const;
  void guard(std::span<const SegmentTask> tasks, const Interruption& interruption, std::vector<Found>& found) const;

  std::shared_ptr<const SearchSetup> setup_;
  BatchSearch batches_;
  std::optional<CoverageRanking> coverage_;
  std::unique_ptr<SharedSearch> shared_;  // null where searches cannot be one
};

}  // namespace dragoman
