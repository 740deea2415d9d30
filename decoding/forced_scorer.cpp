#include "decoding/forced_scorer.h"

#include "data/batcher.h"
#include "decoding/length_batches.h"
#include "decoding/length_penalty.h"
#include "decoding/padded_tensor.h"
#include "decoding/workers.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <stdexcept>
#include <utility>

namespace dragoman {

using torch::Tensor;

ForcedScorer::ForcedScorer(std::shared_ptr<Seq2SeqModel> model, const ModelConfig& config, Tokenizers tokenizers,
                           const TranslatorOptions& options)
    : model_(std::move(model)),
      config_(config),
      tokenizers_(std::move(tokenizers)),
      options_(options),
      device_(model_->output_layer().weight.device()),
      output_(model_->output_layer(), model_->context().weight_type) {
  options_.validate();
  if (model_->is_training()) throw std::logic_error("a model must be in evaluation mode to score");
}

std::vector<Translation::Output> ForcedScorer::score(std::span<const std::string> sources,
                                                     std::span<const std::string> targets,
                                                     std::int64_t first_line_number) const {
  if (sources.size() != targets.size()) throw std::invalid_argument("each source needs its target");
  const int workers = worker_count(options_.threads, device_);
  const std::vector<Ids> source_ids = tokenizers_.source.encode(sources, workers);
  const std::vector<Ids> target_ids = tokenizers_.target.encode(targets, workers);
  std::vector<std::size_t> lengths;  // of the longer side, ends of sentences included
  for (std::size_t i = 0; i < sources.size(); ++i) {
    lengths.push_back(std::max(source_ids[i].size(), target_ids[i].size()) + 1);
    if (const auto longest = config_.longest_sentence(); longest && lengths[i] > static_cast<std::size_t>(*longest)) {
      throw std::runtime_error(
          fmt::format("line {}: {} tokens are more than the {} positions that the model has learned",
                      first_line_number + static_cast<std::int64_t>(i), lengths[i], *longest));
    }
  }
  const auto batches = batches_by_length(lengths, static_cast<std::size_t>(options_.batch_size),
                                         static_cast<std::size_t>(options_.batch_tokens));
  std::vector<Translation::Output> outputs(sources.size());
  for (std::size_t i = 0; i < outputs.size(); ++i) outputs[i].text = targets[i];
  run_workers(batches.size(), options_.threads, device_,
              [&](std::size_t i) { score_batch(source_ids, target_ids, batches[i], outputs); });
  return outputs;
}

void ForcedScorer::score_batch(std::span<const Ids> sources, std::span<const Ids> targets,
                               std::span<const std::size_t> batch, std::span<Translation::Output> outputs) const {
  const c10::InferenceMode no_gradients;
  const SpecialIds& special = config_.special_ids;
  std::vector<std::span<const std::int32_t>> source_rows, target_rows;
  for (const std::size_t i : batch) {
    source_rows.emplace_back(sources[i]);
    target_rows.emplace_back(targets[i]);
  }
  const PaddedIds source = pad_rows(source_rows, std::nullopt, special.eos, special.pad, kWidthMultiple);
  const PaddedIds input = pad_rows(target_rows, config_.start_token, std::nullopt, special.pad, kWidthMultiple);
  const PaddedIds wanted = pad_rows(target_rows, std::nullopt, special.eos, special.pad, kWidthMultiple);
  const auto to_tensor = [&](const PaddedIds& ids) { return padded_tensor(ids, config_, device_); };
  const Memory memory = model_->encode(to_tensor(source), at::tensor(source.lengths, torch::kInt64));
  const Tensor states = model_->decode(memory, to_tensor(input)).flatten(0, 1);
  const Tensor wanted_ids = to_tensor(wanted);
  const Tensor log_probs = output_.log_probs(states, wanted_ids.flatten()).to(torch::kCPU);
  const float* value = log_probs.const_data_ptr<float>();
  for (std::size_t row = 0; row < batch.size(); ++row, value += wanted_ids.size(1)) {
    Translation::Output& output = outputs[batch[row]];
    const Ids& ids = targets[batch[row]];
    for (std::int64_t k = 0; k < wanted.lengths[row]; ++k) {
      const auto place = static_cast<std::size_t>(k);
      output.tokens.push_back({place < ids.size() ? ids[place] : special.eos, value[k]});
      output.log_prob += value[k];
    }
    const SearchOptions& search = options_.search;
    output.score = output.log_prob /
                   length_penalty(search.normalisation, search.length_penalty, static_cast<int>(output.tokens.size()));
  }
}

}  // namespace dragoman
