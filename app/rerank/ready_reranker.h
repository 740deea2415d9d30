#pragma once

#include "app/rerank/rerank_file.h"
#include "app/translation_options.h"
#include "base/notice.h"
#include "decoding/engine/workers.h"
#include "decoding/scoring/reranker.h"

#include <memory>
#include <string>
#include <vector>

namespace dragoman {

struct ReadyReranker {
  Reranker reranker;
  std::vector<double> weights;  ///< one a feature
  std::string fingerprint;      ///< of the models and weights
};

/// Loads the models of `recipe`, with the precision, the limits of a batch and the languages of `options`, which follow
/// the model that translates. Throws as load_model() does, and std::invalid_argument naming the model that does not
/// know the languages.
ReadyReranker make_reranker(const RerankRecipe& recipe, const TranslationOptions& options, const Notice& notice,
                            const std::shared_ptr<const Workers>& workers);

}  // namespace dragoman
