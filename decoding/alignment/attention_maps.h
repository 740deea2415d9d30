#pragma once

#include "decoding/engine/engine.h"
#include "model/attention/attention_observer.h"

#include <torch/types.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace dragoman {

/// What one attention of a model gave one pair of sentences.
struct AttentionMap {
  AttentionSite site;
  /// [H, T, S] float32 on the CPU, without padding. The encoder's have a query and a key for each source token, its
  /// frame included; the decoder's have a query for each target token that is predicted, what stands before the text
  /// and the end of sentence included, and keys of the source (cross) or of what it has read: the start token, then the
  /// rest of the frame and the target.
  torch::Tensor weights;
};

/// Shannon's entropy in bits of each head's weights, mean over its queries: 0 where each looks at one key alone.
std::vector<double> entropy_of_heads(const AttentionMap& map);

/// How sentences are put together for a pass.
struct PassLimits {
  int batch_size = 32;      ///< most pairs in a batch; 0: no limit
  int batch_tokens = 2048;  ///< most pairs × longest side in a batch, one pair at least; 0: no limit
};

/// Looks at the attentions of a model while it reads pairs of sentences (forced decoding). Threads may share it.
class AttentionReader {
 public:
  using Ids = std::span<const std::int32_t>;
  /// Whether an attention is to be looked at.
  using Filter = std::function<bool(const AttentionSite&)>;
  /// Takes the maps of one pair, in the order in which the model computes them.
  using Visitor = std::function<void(std::size_t pair, std::span<const AttentionMap> maps)>;

  /// frame: what stands around all sentences.
  AttentionReader(std::shared_ptr<const Engine> engine, TextFrame frame, const PassLimits& limits);

  const TextFrame& frame() const { return frame_; }

  /// Calls `visit` once for each pair, from several threads and in no defined order. Sentences are ids without their
  /// frame, as many of one side as of the other; a target that fills all positions that the model has learned lacks
  /// its last query.
  void read(std::span<const Ids> sources, std::span<const Ids> targets, const Filter& wanted,
            const Visitor& visit) const;

 private:
  void read_batch(std::span<const Ids> sources, std::span<const Ids> targets, std::span<const std::size_t> batch,
                  const Filter& wanted, const Visitor& visit) const;

  std::shared_ptr<const Engine> engine_;
  TextFrame frame_;
  PassLimits limits_;
};

}  // namespace dragoman
