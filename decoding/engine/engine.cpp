#include "decoding/engine/engine.h"

#include "data/batcher.h"
#include "decoding/engine/length_batches.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace dragoman {
namespace {

// [B, T] int64. Padding ends where learned positions do.
torch::Tensor padded_tensor(const PaddedIds& ids, const ModelConfig& config, torch::Device device) {
  std::int64_t width = ids.width;
  if (const auto limit = config.longest_sentence()) {
    const std::int64_t longest = ids.lengths.empty() ? 0 : *std::ranges::max_element(ids.lengths);
    width = std::min(width, std::max<std::int64_t>(longest, *limit));
  }
  const torch::Tensor all = at::tensor(ids.ids, torch::kInt64).view({ids.rows, ids.width});
  return all.narrow(1, 0, width).to(device);
}

}  // namespace

Engine::Engine(std::shared_ptr<const Seq2SeqModel> model, const ModelConfig& config, Tokenizers tokenizers,
               std::shared_ptr<const Workers> workers, std::optional<Shortlist> shortlist)
    : model_(std::move(model)),
      config_(config),
      tokenizers_(std::move(tokenizers)),
      workers_(std::move(workers)),
      output_(model_->output_layer(), model_->weight_type()),
      shortlist_(std::move(shortlist)) {
  if (model_->is_training()) throw std::logic_error("a model must be in evaluation mode to be used");
}

// Learned positions must suffice for what stands around a text, too.
std::size_t Engine::longest_text(const TextFrame& frame, int wanted) const {
  const auto longest = config_.longest_sentence();
  const int around = static_cast<int>(std::max(frame.around_source(), frame.target_before.size()));
  return static_cast<std::size_t>(longest ? std::min(wanted, std::max(*longest - around, 1)) : wanted);
}

Memory Engine::encode(const Pass& pass, const TextFrame& frame, std::span<const Ids> sentences) const {
  const PaddedIds padded = pad_rows(sentences, frame.source_before, frame.source_behind, frame.filler, kWidthMultiple);
  return model_->encode(pass, padded_tensor(padded, config_, device()), at::tensor(padded.lengths, torch::kInt64));
}

torch::Tensor Engine::decoder_input(const TextFrame& frame, std::span<const Ids> beginnings) const {
  const PaddedIds padded = pad_rows(beginnings, frame.target_before, {}, frame.filler, kWidthMultiple);
  return padded_tensor(padded, config_, device());
}

}  // namespace dragoman
