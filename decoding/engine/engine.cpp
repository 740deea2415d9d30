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

// Learned positions must suffice for the end of the sentence, too.
std::size_t Engine::longest_text(int wanted) const {
  const auto longest = config_.longest_sentence();
  return static_cast<std::size_t>(longest ? std::min(wanted, std::max(*longest - 1, 1)) : wanted);
}

Memory Engine::encode(const Pass& pass, std::span<const Ids> sentences) const {
  const SpecialIds& special = config_.special_ids;
  const PaddedIds padded = pad_rows(sentences, std::nullopt, special.eos, special.pad, kWidthMultiple);
  return model_->encode(pass, padded_tensor(padded, config_, device()), at::tensor(padded.lengths, torch::kInt64));
}

torch::Tensor Engine::decoder_input(std::span<const Ids> beginnings) const {
  const PaddedIds padded =
      pad_rows(beginnings, config_.start_token, std::nullopt, config_.special_ids.pad, kWidthMultiple);
  return padded_tensor(padded, config_, device());
}

}  // namespace dragoman
