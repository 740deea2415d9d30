#include "model/decoder_index.h"

#include <ATen/ATen.h>

#include <numeric>
#include <utility>

namespace dragoman {
namespace {

std::vector<std::int64_t> counted(std::int64_t rows) {
  std::vector<std::int64_t> numbers(static_cast<std::size_t>(rows));
  std::iota(numbers.begin(), numbers.end(), 0);
  return numbers;
}

}  // namespace

DecoderIndex::DecoderIndex(const torch::Tensor& lengths, std::int64_t source_length)
    : memory_(CacheIndex::of_sentences(lengths, source_length)),
      parents_(counted(lengths.size(0))),
      source_tokens_(static_cast<std::int32_t>(lengths.size(0) * source_length)) {
  self_.lengths.assign(static_cast<std::size_t>(lengths.size(0)), 0);
}

void DecoderIndex::reorder(std::span<const std::int64_t> rows) {
  std::vector<std::int64_t> parents;
  for (const std::int64_t row : rows) parents.push_back(parents_.at(static_cast<std::size_t>(row)));
  parents_ = std::move(parents);
  self_ = self_.select(rows);
  memory_ = memory_.select(rows);
}

void DecoderIndex::advance() {
  came_from_ = std::exchange(parents_, counted(rows()));
  self_.extend(tokens_);
  tokens_ += static_cast<std::int32_t>(rows());
}

void DecoderIndex::join(const DecoderIndex& other) {
  self_.join(other.self_, tokens_);
  memory_.join(other.memory_, source_tokens_);
  tokens_ += other.tokens_;
  source_tokens_ += other.source_tokens_;
  parents_ = counted(rows());
}

std::optional<DecoderIndex::Kept> DecoderIndex::compact() {
  if (2 * (self_.used(tokens_) + memory_.used(source_tokens_)) > tokens_ + source_tokens_) return std::nullopt;
  Kept kept{self_.compact(tokens_), memory_.compact(source_tokens_)};
  tokens_ = static_cast<std::int32_t>(kept.self.size());
  source_tokens_ = static_cast<std::int32_t>(kept.memory.size());
  return kept;
}

torch::Tensor DecoderIndex::positions() const {
  return at::tensor(self_.lengths, torch::kInt64).sub_(1);
}

torch::Tensor DecoderIndex::continued(const torch::Tensor& state) const {
  if (state.size(0) == rows() && came_from_ == counted(rows())) return state;
  return state.index_select(0, at::tensor(came_from_, torch::kInt64).to(state.device()));
}

}  // namespace dragoman
