#pragma once

#include "decoding/scoring/reranker.h"

#include <filesystem>
#include <string>
#include <vector>

namespace dragoman {

/// How translations are reranked, as a file says it:
///
///     score: 1        # of the search's own score
///     length: 0.02    # of each token of a translation
///     models:
///       - model: de-en
///         direction: reverse
///         weight: 0.4
struct RerankRecipe {
  struct Model {
    std::string model;  ///< the model directory
    ScoringDirection direction = ScoringDirection::forward;
    double weight = 1;  ///< of its score
  };
  double score = 1, length = 0;
  std::vector<Model> models;

  /// One for each of Reranker's features.
  std::vector<double> weights() const;
};

/// Throws std::invalid_argument "FILE:LINE: …" for what is not such a file, and for one that names no model;
/// std::runtime_error if it cannot be read.
RerankRecipe read_rerank_file(const std::filesystem::path& file);

/// The file that read_rerank_file() reads back.
std::string format_rerank_file(RerankRecipe recipe);

}  // namespace dragoman
