#pragma once

#include "decoding/engine/search_setup.h"
#include "decoding/search/beam_search.h"
#include "decoding/search/constraint.h"
#include "decoding/search/interruption.h"
#include "decoding/search/next_words.h"
#include "decoding/text/sentence_rules.h"
#include "decoding/text/translation.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace dragoman {

/// One segment to search for, and what holds for it.
struct SegmentTask {
  const LineSegment* segment;
  const SentenceRules* rules;                       ///< or null
  std::vector<const Constraint*> constraints = {};  ///< besides

  SourceIds source() const { return {segment->ids, segment->by_others}; }
  SearchedSentence searched() const;
};

/// The search for whatever may be asked for, draws and diverse beams among it, by any models. In batches that begin and
/// end together, which the workers share.
class BatchSearch {
 public:
  explicit BatchSearch(std::shared_ptr<const SearchSetup> setup) : setup_(std::move(setup)) {}

  /// What is found for each task, best first, in the order of chance if it is drawn. Throws Interrupted within a step
  /// of a search if the interruption comes.
  std::vector<std::vector<Translation::Output>> run(std::span<const SegmentTask> tasks,
                                                    const Interruption& interruption) const;

  /// As SegmentSearch::next_words().
  std::vector<std::vector<NextWord>> next_words(std::span<const SegmentTask> tasks, std::size_t count,
                                                const Interruption& interruption) const;

 private:
  struct Batch;

  void for_each_batch(std::span<const SegmentTask> tasks, std::size_t rows, const Interruption& interruption,
                      const std::function<void(std::span<const std::size_t>, Batch&)>& work) const;
  std::unique_ptr<StepScorer> start(const Batch& batch) const;
  std::vector<std::vector<Translation::Output>> search(const Batch& batch, const Interruption& interruption) const;
  std::vector<std::vector<Hypothesis>> hypotheses(StepScorer& scorer, const Batch& batch) const;

  std::shared_ptr<const SearchSetup> setup_;
};

}  // namespace dragoman
