#include "data/token_pairs.h"

namespace dragoman {

void TokenizedCorpus::append(std::span<const std::int32_t> source, std::span<const std::int32_t> target) {
  places_.push_back({ids_.size(), static_cast<std::int32_t>(source.size()), static_cast<std::int32_t>(target.size())});
  ids_.insert(ids_.end(), source.begin(), source.end());
  ids_.insert(ids_.end(), target.begin(), target.end());
  corpus_ends_.back() = places_.size();
}

TokenizedCorpus TokenizedCorpus::read(std::span<const std::uint32_t> pairs) const {
  TokenizedCorpus chosen;
  for (const std::uint32_t pair : pairs) chosen.append(this->pairs().source(pair), this->pairs().target(pair));
  return chosen;
}

}  // namespace dragoman
