#include "training/course/update_batches.h"

#include "training/data/batch_budget.h"
#include "training/data/training_data.h"

#include <algorithm>
#include <cstddef>
#include <fmt/format.h>
#include <optional>
#include <utility>

namespace dragoman {
namespace {

// Tokens of a batch.
constexpr std::int64_t kLeastBudget = 1024;

std::optional<PairDraws> draws_of(const Tokenizers& tokenizers, const TrainOptions& options) {
  const double strength = options.subword_sampling;
  PairDraws draws{{}, {}, options.seed, static_cast<std::size_t>(options.filter.max_length)};
  if (options.augment.any()) draws.texts = {options.augment, tokenizers.source, tokenizers.target};
  if (strength > 0)
    draws.pieces = {SubwordSampler(tokenizers.source, strength), SubwordSampler(tokenizers.target, strength)};
  return draws.texts || draws.pieces ? std::optional(std::move(draws)) : std::nullopt;
}

std::vector<TextFrame> frames_of(const ModelConfig& config, const TrainOptions& options) {
  std::vector<TextFrame> frames;
  for (const CorpusOptions& corpus : options.all_corpora()) frames.push_back(text_frame(config, corpus.languages()));
  return frames;
}

std::optional<Mixture> mixture_of_corpora(const PairStore& corpus, const TrainOptions& options) {
  std::vector<std::int64_t> pairs;
  std::uint64_t begin = 0;
  for (const std::uint64_t end : corpus.corpus_ends()) {
    pairs.push_back(static_cast<std::int64_t>(end - begin));
    begin = end;
  }
  auto draws = mixture_of(options.all_corpora(), pairs, options.multilingual.language_temperature);
  return draws ? std::optional(Mixture(corpus.corpus_ends(), std::move(*draws), options.seed)) : std::nullopt;
}

// Two passes over each sentence take the place of two sentences.
std::int64_t tokens_of(std::int64_t budget, const TrainOptions& options) {
  return options.passes_twice() ? std::max<std::int64_t>(budget / 2, 1) : budget;
}

}  // namespace

UpdateBatches::UpdateBatches(const PairStore& corpus, const Tokenizers& tokenizers, const ModelConfig& config,
                             const TrainOptions& options, std::int64_t budget, const Peers& peers)
    : stream_(corpus, {tokens_of(budget, options), options.seed}, frames_of(config, options),
              draws_of(tokenizers, options), mixture_of_corpora(corpus, options)),
      accumulate_(options.accumulate) {
  if (peers.is_alone()) return;
  stream_.take_only([accumulate = accumulate_, rank = peers.rank(), size = peers.size()](std::int64_t index) {
    return index % accumulate % size == rank;
  });
}

std::vector<PlacedBatch> UpdateBatches::next() {
  std::vector<PlacedBatch> parts;
  do {
    parts.push_back(stream_.next());
  } while (static_cast<int>(parts.size()) < accumulate_ && !parts.back().ends_epoch);
  return parts;
}

std::int64_t UpdateBatches::updates_in_pass() const {
  return (stream_.batches_in(0) + accumulate_ - 1) / accumulate_;
}

// More than that makes no better use of a device, and a small corpus wants a hundred updates in a pass.
std::int64_t largest_reasonable_budget(const PairStore& corpus) {
  constexpr std::int64_t kMost = 16384, kUpdatesInEpoch = 100;
  std::int64_t tokens = 0;
  for (const PairPlace& pair : corpus.places()) tokens += std::max(pair.source_length, pair.target_length) + 1;
  return std::clamp(tokens / kUpdatesInEpoch, kLeastBudget, kMost);
}

std::int64_t settle_budget(std::int64_t settled, const PairStore& corpus, const TrainOptions& options,
                           const std::function<void(std::int64_t budget)>& rehearse, torch::Device device,
                           const Peers& peers, const Notice& notice) {
  if (settled > 0) return budget_that_fits(settled, settled, rehearse, notice);
  const bool automatic = options.batch_tokens == 0;
  const std::int64_t mine =
      automatic
          ? largest_budget(kLeastBudget, largest_reasonable_budget(corpus), rehearse, batch_memory_of(device))
          : budget_that_fits(options.batch_tokens, std::min(options.batch_tokens, kLeastBudget), rehearse, notice);
  const std::int64_t budget = peers.least(mine);
  if (automatic) notice(fmt::format("batches of {} tokens", budget));
  return budget;
}

}  // namespace dragoman
