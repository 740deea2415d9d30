#include "data/token_pairs.h"

namespace dragoman {

TokenLinks links_from_numbers(std::span<const std::int32_t> numbers) {
  TokenLinks links(numbers.size() / 2);
  for (std::size_t i = 0; i < links.size(); ++i) links[i] = {numbers[2 * i], numbers[2 * i + 1]};
  return links;
}

void append_as_numbers(std::span<const TokenLink> links, std::vector<std::int32_t>& numbers) {
  for (const auto& [source, target] : links) numbers.insert(numbers.end(), {source, target});
}

TokenLinks TokenPairs::links(std::size_t i) const {
  const std::uint64_t begin = places[i].begin + source(i).size() + target(i).size(),
                      end = i + 1 < places.size() ? places[i + 1].begin : ids.size();
  return links_from_numbers(ids.subspan(begin, end - begin));
}

void TokenizedCorpus::append(std::span<const std::int32_t> source, std::span<const std::int32_t> target,
                             std::span<const TokenLink> links) {
  places_.push_back({ids_.size(), static_cast<std::int32_t>(source.size()), static_cast<std::int32_t>(target.size())});
  ids_.insert(ids_.end(), source.begin(), source.end());
  ids_.insert(ids_.end(), target.begin(), target.end());
  append_as_numbers(links, ids_);
  corpus_ends_.back() = places_.size();
}

TokenizedCorpus TokenizedCorpus::read(std::span<const std::uint32_t> pairs) const {
  TokenizedCorpus chosen;
  const TokenPairs all = this->pairs();
  for (const std::uint32_t pair : pairs) chosen.append(all.source(pair), all.target(pair), all.links(pair));
  return chosen;
}

}  // namespace dragoman
