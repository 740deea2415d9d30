#pragma once

#include "data/token_pairs.h"
#include "model/attention/attention_observer.h"
#include "model/model_config.h"
#include "model/named_tensors.h"
#include "model/seq2seq_model.h"
#include "model/text_frame.h"

#include <cstddef>
#include <span>
#include <vector>

namespace dragoman {

/// How much a model's loss hangs on each head of one attention.
struct HeadImportance {
  AttentionSite site;
  std::vector<double> heads;

  /// The Euclidean norm over the heads. Heads of different attentions are compared by their shares of it (Molchanov et
  /// al. 2017, section 2.2).
  double norm() const;
};

/// I_h = E |∂L(x) / ∂ξ_h|: the mean over sentence pairs x, where L is the negative log-likelihood of the target and ξ_h
/// = 1 a factor on what head h puts out (Michel et al. 2019, "Are Sixteen Heads Really Better than One?", equation 2).
/// In the order in which the model computes its attentions; those without weights are missing.
///
/// `model` must be in evaluation mode, its weights as they were trained rather than packed; none of them gets a
/// gradient. frame: what stands around all sentences. batch_tokens: most pairs × longest side in a pass.
std::vector<HeadImportance> head_importance(Seq2SeqModel& model, const TextFrame& frame, const TokenPairs& pairs,
                                            int batch_tokens);

/// A head of an attention, from 0.
struct Head {
  AttentionSite site;
  int number;

  bool operator==(const Head&) const = default;
};

/// The `count` heads with the smallest share of their attention's norm, the smallest first. Throws
/// std::invalid_argument if there are not so many and one more.
std::vector<Head> least_important(std::span<const HeadImportance> importance, std::size_t count);

/// Of a model's weights, the same with heads that put out nothing: in copies of the output projections their columns
/// are zero. Throws std::runtime_error if there is no such projection.
NamedTensors without_heads(const NamedTensors& weights, std::span<const Head> heads, const ModelConfig& config);

}  // namespace dragoman
