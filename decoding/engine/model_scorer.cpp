#include "decoding/engine/model_scorer.h"

#include <ATen/ATen.h>

#include <numeric>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

bool is_identity(std::span<const std::int64_t> parents, std::size_t rows) {
  if (parents.size() != rows) return false;
  for (std::size_t i = 0; i < rows; ++i) {
    if (parents[i] != static_cast<std::int64_t>(i)) return false;
  }
  return true;
}

}  // namespace

ModelScorer::ModelScorer(Seq2SeqModel& model, const Memory& memory, const OutputProjection& output,
                         ForbiddenIds forbidden, const ShortlistedOutput* shortlisted)
    : model_(model),
      output_(output),
      shortlisted_(shortlisted),
      forbidden_(std::move(forbidden)),
      device_(memory.states.device()),
      state_(model.start(memory)),
      sentences_(static_cast<std::size_t>(memory.states.size(0))) {
  std::iota(sentences_.begin(), sentences_.end(), 0);
}

Candidates ModelScorer::step(std::span<const std::int32_t> previous, std::span<const std::int64_t> parents,
                             std::span<const std::uint8_t> forbid_eos, std::int64_t candidates) {
  if (!is_identity(parents, sentences_.size())) {
    model_.reorder(*state_, parents);
    std::vector<std::int32_t> sentences;
    for (const std::int64_t parent : parents) sentences.push_back(sentences_.at(static_cast<std::size_t>(parent)));
    sentences_ = std::move(sentences);
  }
  const std::vector<std::int64_t> ids(previous.begin(), previous.end());
  const torch::Tensor states = model_.step(*state_, at::tensor(ids, torch::kInt64).to(device_));
  if (shortlisted_) return shortlisted_->candidates(states, sentences_, forbid_eos, candidates);
  return output_.candidates(states, forbidden_, forbid_eos, candidates);
}

}  // namespace dragoman
