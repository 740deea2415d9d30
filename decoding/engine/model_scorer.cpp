#include "decoding/engine/model_scorer.h"

#include <ATen/ATen.h>

#include <iterator>
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

class NextOfWhole : public NextTokens {
 public:
  NextOfWhole(torch::Tensor states, const OutputProjection& output) : states_(std::move(states)), output_(output) {}

  Candidates best(const TokenQuery& query) const override { return output_.candidates(states_, query); }
  LogProbs log_probs() const override { return output_.log_probs(states_); }

 private:
  torch::Tensor states_;  // [R, D]
  const OutputProjection& output_;
};

class NextOfShortlist : public NextTokens {
 public:
  NextOfShortlist(torch::Tensor states, const ShortlistedOutput& output, std::span<const std::int32_t> sentences)
      : states_(std::move(states)), output_(output), sentences_(sentences) {}

  Candidates best(const TokenQuery& query) const override { return output_.candidates(states_, sentences_, query); }
  LogProbs log_probs() const override { return output_.log_probs(states_, sentences_); }

 private:
  torch::Tensor states_;  // [R, D]
  const ShortlistedOutput& output_;
  std::span<const std::int32_t> sentences_;
};

}  // namespace

void read_beginning(const Seq2SeqModel& model, DecoderState& state, std::int64_t rows,
                    std::span<const std::int32_t> ids, torch::Device device) {
  for (const std::int32_t id : ids) model.step({}, state, at::full({rows}, id, torch::kInt64).to(device));
}

ModelScorer::ModelScorer(const Seq2SeqModel& model, const Memory& memory, const OutputProjection& output,
                         const ShortlistedOutput* shortlisted)
    : model_(model),
      output_(output),
      shortlisted_(shortlisted),
      device_(memory.states.device()),
      state_(model.start({}, memory)),
      sentences_(static_cast<std::size_t>(memory.states.size(0))) {
  std::iota(sentences_.begin(), sentences_.end(), 0);
}

void ModelScorer::begin_with(std::span<const std::int32_t> ids) {
  read_beginning(model_, *state_, std::ssize(sentences_), ids, device_);
}

void ModelScorer::join(const ModelScorer& other) {
  model_.join(*state_, *other.state_);
  sentences_.insert(sentences_.end(), other.sentences_.begin(), other.sentences_.end());
}

std::unique_ptr<const NextTokens> ModelScorer::step(std::span<const std::int32_t> previous,
                                                    std::span<const std::int64_t> parents) {
  if (!is_identity(parents, sentences_.size())) {
    model_.reorder(*state_, parents);
    std::vector<std::int32_t> sentences;
    for (const std::int64_t parent : parents) sentences.push_back(sentences_.at(static_cast<std::size_t>(parent)));
    sentences_ = std::move(sentences);
  }
  const std::vector<std::int64_t> ids(previous.begin(), previous.end());
  torch::Tensor states = model_.step({}, *state_, at::tensor(ids, torch::kInt64).to(device_));
  if (shortlisted_) return std::make_unique<NextOfShortlist>(std::move(states), *shortlisted_, sentences_);
  return std::make_unique<NextOfWhole>(std::move(states), output_);
}

}  // namespace dragoman
