#pragma once

#include "decoding/engine/model_ensemble.h"
#include "decoding/engine/translator_options.h"
#include "decoding/search/beam.h"
#include "decoding/search/beam_search.h"
#include "decoding/search/constraint.h"
#include "decoding/text/translation.h"

#include <memory>
#include <vector>

namespace dragoman {

/// What all searches by some models and options have in common. It does not change.
class SearchSetup {
 public:
  /// Throws as ModelEnsemble and TranslatorOptions::validate() do.
  SearchSetup(std::vector<std::shared_ptr<const Engine>> engines, const TranslatorOptions& options);

  const ModelEnsemble& models() const { return models_; }
  const Workers& workers() const { return models_.first().workers(); }
  /// With what the models have to say of the search.
  const TranslatorOptions& options() const { return options_; }
  /// Of the search that finds what a coverage penalty then chooses from.
  SearchOptions options_of_search() const;

  SearchTokens tokens() const { return {models_.frame().target_before.back(), models_.frame().end}; }
  /// Ids that follow nothing.
  const ForbiddenIds& forbidden() const { return forbidden_; }
  /// Those and all else that the options forbid in every translation.
  std::vector<const Constraint*> constraints() const;

  Translation::Output to_output(const Hypothesis& hypothesis) const;

 private:
  ModelEnsemble models_;
  TranslatorOptions options_;
  ForbiddenIds forbidden_;
  std::vector<std::unique_ptr<const Constraint>> asked_for_;  // besides
};

}  // namespace dragoman
