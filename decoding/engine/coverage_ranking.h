#pragma once

#include "decoding/alignment/word_alignment.h"
#include "decoding/engine/engine.h"
#include "decoding/engine/translator_options.h"
#include "decoding/text/translation.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace dragoman {

/// Adds the coverage penalty to the scores of translations that a search has found, and orders them by it (Wu et al.
/// 2016, equation 14), by one more pass of the model over each.
class CoverageRanking {
 public:
  /// options: with a coverage_penalty. Throws as AlignmentOptions::validate() does.
  CoverageRanking(std::shared_ptr<const Engine> engine, const TextFrame& frame, const TranslatorOptions& options);

  /// outputs: of each source, of which the n_best of the options stay. Those of which `lacks` says so stay behind the
  /// others. Throws std::runtime_error if the attention has no weights.
  void rank(std::span<const Engine::Ids> sources, std::span<std::vector<Translation::Output>> outputs,
            const std::function<bool(std::size_t source, const Translation::Output& output)>& lacks) const;

 private:
  std::shared_ptr<const Engine> engine_;
  AttentionReader reader_;
  AlignmentOptions attention_;
  double penalty_;
  std::size_t n_best_;
};

}  // namespace dragoman
