#include "data/corpus/corpus_statistics.h"

#include <algorithm>
#include <cmath>

namespace dragoman {
namespace {

constexpr std::size_t kExactLengths = 1000;

}  // namespace

void LengthCounts::add(std::uint32_t length) {
  const std::size_t place = std::min<std::size_t>(length, kExactLengths + 1);
  if (counts_.size() <= place) counts_.resize(place + 1);
  ++counts_[place];
  ++lines_;
  sum_ += length;
  longest_ = std::max(longest_, length);
}

void LengthCounts::add(const LengthCounts& other) {
  counts_.resize(std::max(counts_.size(), other.counts_.size()));
  for (std::size_t i = 0; i < other.counts_.size(); ++i) counts_[i] += other.counts_[i];
  lines_ += other.lines_;
  sum_ += other.sum_;
  longest_ = std::max(longest_, other.longest_);
}

double LengthCounts::mean() const {
  return lines_ == 0 ? 0 : static_cast<double>(sum_) / static_cast<double>(lines_);
}

std::uint32_t LengthCounts::quantile(double share) const {
  const auto wanted = static_cast<std::int64_t>(std::ceil(share * static_cast<double>(lines_)));
  std::int64_t seen = 0;
  for (std::size_t length = 0; length < counts_.size(); ++length) {
    seen += counts_[length];
    if (seen >= wanted && seen > 0) return length > kExactLengths ? longest_ : static_cast<std::uint32_t>(length);
  }
  return longest_;
}

void PieceCounts::add(const PieceCounts& other) {
  pieces += other.pieces;
  unknown += other.unknown;
  lines_with_unknown += other.lines_with_unknown;
}

PieceCounts count_pieces(const Tokenizer& tokenizer, std::string_view line) {
  const std::vector<std::int32_t> ids = tokenizer.encode(line);
  const std::int64_t unknown = std::ranges::count(ids, tokenizer.special_ids().unk);
  return {static_cast<std::int64_t>(ids.size()), unknown, unknown > 0 ? 1 : 0};
}

void SideStatistics::add(const LineFacts& facts) {
  words.add(facts.words);
  characters += facts.characters;
  letters += facts.letters;
  for (const auto& [script, count] : facts.scripts) scripts[script] += count;
}

void SideStatistics::add(const PieceCounts& line) {
  if (!pieces) pieces.emplace();
  pieces->add(line);
}

void SideStatistics::add(const SideStatistics& other) {
  words.add(other.words);
  characters += other.characters;
  letters += other.letters;
  for (const auto& [script, count] : other.scripts) scripts[script] += count;
  if (other.pieces) add(*other.pieces);
}

void CorpusStatistics::add(const LineFacts& source_facts, const LineFacts& target_facts) {
  source.add(source_facts);
  target.add(target_facts);
}

void CorpusStatistics::add(const CorpusStatistics& other) {
  source.add(other.source);
  target.add(other.target);
}

}  // namespace dragoman
