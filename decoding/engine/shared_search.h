#pragma once

#include "decoding/engine/engine.h"
#include "decoding/engine/model_ensemble.h"
#include "decoding/engine/workers.h"
#include "decoding/search/beam_search.h"
#include "decoding/search/interruption.h"
#include "decoding/search/term_chooser.h"

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

namespace dragoman {

/// Beam search for all who ask at once. Each worker has a batch, which sentences join as others leave it, whoever they
/// are of: batches stay full though translations end at different times, and nobody waits for the end of a batch.
/// Threads may share it.
class SharedSearch {
 public:
  struct Sentence {
    SourceIds source;
    SearchedSentence asked;
  };
  /// Of a batch.
  struct Limits {
    std::size_t sentences;
    std::size_t tokens;  ///< sentences × longest source, one sentence at least
  };
  /// Begins a batch with some sources; what it returns must join().
  using Start = std::function<std::unique_ptr<BatchScorer>(std::span<const SourceIds> sources)>;

  /// Constraints and workers must outlive it. Throws std::invalid_argument for options out of range.
  SharedSearch(const Workers& workers, Start start, const SearchTokens& tokens, const SearchOptions& options,
               std::vector<const Constraint*> of_all, const Limits& limits);
  /// Nobody may be in run() any more.
  ~SharedSearch();
  SharedSearch(const SharedSearch&) = delete;
  SharedSearch& operator=(const SharedSearch&) = delete;

  /// The hypotheses of each sentence, as BeamSearch::Found has them. Sentences have turns with those of other calls;
  /// the longest of a call come first. None are found for a sentence whose batch has failed, be it through another's
  /// fault: who searches it alone sees. Throws Interrupted within a step if the interruption comes.
  std::vector<std::vector<Hypothesis>> run(std::span<const Sentence> sentences, const Interruption& interruption);

 private:
  struct Call;
  struct Batch;
  struct Place {
    Call* call;
    std::size_t sentence;
    const Sentence& get() const;
  };
  using Lock = std::unique_lock<std::mutex>;

  void hire();
  void serve();
  bool advance(Batch& batch, Lock& lock);
  void take(Batch& batch);
  void join(Batch& batch) const;
  static void leave(Batch& batch, std::size_t number);
  void clear_if_empty(Batch& batch);
  void give_up(Batch& batch);
  void give_up_all();
  static void close(Call& call, std::size_t sentences);
  void close_waiting(Call& call);
  void abandon(Call& call);
  void drop_abandoned(Batch& batch);

  const Workers& workers_;
  Start start_;
  SearchTokens tokens_;
  SearchOptions options_;
  std::vector<const Constraint*> of_all_;
  Limits limits_;
  TermChooser chooser_;
  std::size_t most_batches_;

  std::mutex mutex_;
  std::condition_variable idle_;
  std::deque<Call*> calls_;                       // with sentences that wait; the first has the next turn
  std::size_t waiting_ = 0;                       // of their sentences
  std::vector<std::unique_ptr<Batch>> unserved_;  // with sentences
  std::size_t filled_ = 0;                        // batches with sentences, these and those that are served
  std::size_t serving_ = 0;                       // workers that serve a batch, or have been asked to
};

}  // namespace dragoman
