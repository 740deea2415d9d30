#pragma once

#include "base/word_links.h"
#include "decoding/alignment/alignment_options.h"
#include "decoding/alignment/attention_maps.h"
#include "model/model_config.h"
#include "tokenizer/text_words.h"

#include <torch/types.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace dragoman {

/// How the attention of each target word is shared among the source words; what goes to the end of the sentence is
/// missing.
struct WordWeights {
  std::size_t sources = 0;
  std::vector<float> weights;  ///< target words × source words, row by row; rows sum up to at most 1

  std::span<const float> row(std::size_t target) const { return std::span(weights).subspan(target * sources, sources); }
};

/// Sums over the tokens of a source word, mean over those of a target word. weights: [T, S] of a cross-attention, with
/// a row for the end of the sentence behind those of the target's tokens.
WordWeights word_weights(const torch::Tensor& weights, const TokensOfWords& source, const TokensOfWords& target,
                         AlignmentStep step);

/// Links each target word to the source word that has most of its weight; to none if none has any. Ordered by target.
WordLinks links_of(const WordWeights& weights);

/// [T, S] of [H, T, S]: one head's weights, or the mean.
torch::Tensor weights_of_head(const AttentionMap& map, std::optional<int> head);

/// Calls `visit` once for each pair, as AttentionReader::read() does, with the weights of the cross-attention that
/// `options` name: [T, S], a row for each token of the target and for its end (unless it fills all positions), a column
/// for each of the source. Throws std::runtime_error if it has none.
void read_cross_attention(const AttentionReader& reader, std::span<const AttentionReader::Ids> sources,
                          std::span<const AttentionReader::Ids> targets, const AlignmentOptions& options,
                          const ModelConfig& config,
                          const std::function<void(std::size_t pair, const torch::Tensor& weights)>& visit);

/// A sentence and its translation, as tokens and as words.
struct AlignedPair {
  std::span<const std::int32_t> source, target;  ///< without start and end
  TokensOfWords source_words, target_words;
};

/// The alignment of each pair by the model's cross-attention. Throws std::runtime_error if it has none with weights.
std::vector<WordLinks> align(const AttentionReader& reader, std::span<const AlignedPair> pairs,
                             const AlignmentOptions& options, const ModelConfig& config);

}  // namespace dragoman
