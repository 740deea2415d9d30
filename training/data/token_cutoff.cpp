#include "training/data/token_cutoff.h"

#include "base/counter_random.h"
#include "model/pass.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <span>

namespace dragoman {
namespace {

std::vector<std::int64_t> ids_that_stay(const ModelConfig& config) {
  const SpecialIds& special = config.special_ids;
  std::vector<std::int64_t> ids = {special.pad, special.bos, special.eos, config.start_token};
  for (const Language& language : config.text_template.languages) ids.push_back(language.token);
  std::ranges::sort(ids);
  return ids;
}

}  // namespace

TokenCutoff::TokenCutoff(double share, const ModelConfig& config, std::uint64_t seed)
    : share_(share), kept_(ids_that_stay(config)), seed_(seed) {}

Batch TokenCutoff::cut(const Batch& batch, std::int64_t number) const {
  return {cut(batch.source, Side::source, number),
          batch.source_lengths,
          cut(batch.target_in, Side::target, number),
          batch.target_out,
          batch.target_tokens,
          batch.alignment};
}

torch::Tensor TokenCutoff::cut(const torch::Tensor& ids, Side side, std::int64_t number) const {
  torch::Tensor cut = ids.clone(at::MemoryFormat::Contiguous);
  CounterRandom random(seed_, RandomPurpose::cutoff,
                       static_cast<std::uint64_t>(number) << 1 | (side == Side::target ? 1 : 0));
  for (std::int64_t& id : std::span(cut.mutable_data_ptr<std::int64_t>(), static_cast<std::size_t>(cut.numel()))) {
    const bool drawn = random.uniform() < share_;
    if (drawn && !std::ranges::binary_search(kept_, id)) id = kCutToken;
  }
  return cut;
}

}  // namespace dragoman
