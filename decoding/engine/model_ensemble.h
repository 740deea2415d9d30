#pragma once

#include "decoding/engine/engine.h"
#include "decoding/search/ensemble_scorer.h"
#include "decoding/search/step_scorer.h"
#include "decoding/text/line_segments.h"
#include "model/text_frame.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace dragoman {

/// What keeps two models from being searched together: what one of them has otherwise than the other. Nothing if they
/// write the same tokens.
std::optional<std::string> ensemble_obstacle(const Engine& one, const Engine& other);

/// A sentence as the models of an ensemble read it, without its frame.
struct SourceIds {
  Engine::Ids ids;                                         ///< by the vocabulary of the first
  std::span<const std::vector<std::int32_t>> others = {};  ///< by the others of ModelEnsemble::source_vocabularies()

  /// Of all of them the most tokens.
  std::size_t longest() const;
};

/// Scores the rows of a batch of sentences, of which others may become part.
class BatchScorer : public StepScorer {
 public:
  /// The sentences of `other`, of the same ModelEnsemble, which has taken no step: their rows come behind those of the
  /// last step of this one, or of those that have joined since. std::logic_error unless ModelEnsemble::joins().
  virtual void join(const BatchScorer& other) = 0;
};

/// The models that a search is done with: one, or several as one, which write the same tokens. Each reads a text by its
/// own vocabulary, in the frame that it has learned. With a shortlist of the first, all have its tokens.
class ModelEnsemble {
 public:
  /// engines: at least one. Throws std::invalid_argument where ensemble_obstacle() has something to say, or as
  /// EnsembleOptions::validate() and text_frame() do.
  ModelEnsemble(std::vector<std::shared_ptr<const Engine>> engines, const LanguagePair& languages,
                const EnsembleOptions& options);

  const std::vector<std::shared_ptr<const Engine>>& engines() const { return engines_; }
  const Engine& first() const { return *engines_.front(); }
  /// Of the first.
  const TextFrame& frame() const { return frames_.front(); }

  /// What the models read sources by, that of the first before the others, each once. Limits are as
  /// Engine::longest_text() has them, and usual lengths as their training has them: the least of all that read by it.
  std::vector<SourceVocabulary> source_vocabularies(int wanted) const;
  /// Tokens of a translation, its end included, that all have positions for; nothing: any number.
  std::optional<int> longest_translation() const;

  /// What scores the steps of a search for these sentences; frame().target_before.back() is what the search starts
  /// with. `forbidden` is left out of shortlists, and what is `needed` by each sentence (or by none) is in its. The
  /// ensemble must outlive it.
  std::unique_ptr<BatchScorer> start(std::span<const SourceIds> sentences, std::span<const std::int32_t> forbidden,
                                     std::span<const Engine::Ids> needed = {}) const;

  /// Whether sentences may join a batch that has been started.
  bool joins() const;

 private:
  std::size_t number_of_vocabulary(const Tokenizer& tokenizer) const;

  std::vector<std::shared_ptr<const Engine>> engines_;
  std::vector<TextFrame> frames_;
  std::vector<std::size_t> vocabularies_;  // of each model, by source_vocabularies()
  EnsembleOptions options_;
};

}  // namespace dragoman
