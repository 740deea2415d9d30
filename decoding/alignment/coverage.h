#pragma once

#include "decoding/alignment/attention_maps.h"
#include "decoding/alignment/word_alignment.h"

#include <torch/types.h>

#include <span>
#include <vector>

namespace dragoman {

/// Σ_i log(min(Σ_j p_ij, 1)), natural logarithms, of the attention p of the tokens j of a translation to those i of its
/// source (Wu et al. 2016, "Google's Neural Machine Translation System", equation 14): 0 if each source token has got
/// as much as one, less the more have not. weights: [T, S] float32, contiguous. A token without any attention counts as
/// one with 1e-6, so that there is a number.
double coverage_of(const torch::Tensor& weights);

/// The coverage of each source by its target: by the cross-attention that `options` name, its mean over heads unless
/// they name one, from the step that predicts the first token to that which predicts the end. What stands around the
/// source is not looked at. Throws std::runtime_error if that attention has no weights.
std::vector<double> coverages(const AttentionReader& reader, std::span<const AttentionReader::Ids> sources,
                              std::span<const AttentionReader::Ids> targets, const AlignmentOptions& options,
                              const ModelConfig& config);

}  // namespace dragoman
