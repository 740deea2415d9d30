#include "training/data/text_statistics.h"

#include "base/utf8.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace dragoman {
namespace {

// Lines, of which a tenth of a percent still is a hundred; less than a second's work.
constexpr std::size_t kSampledLines = 100'000;
constexpr std::size_t kSampledPairs = 1000;
constexpr std::size_t kMostBytes = 1000;

// The beginning of a line, up to the end of a character.
std::string beginning_of(const std::string& line) {
  std::size_t end = std::min(line.size(), kMostBytes);
  while (end > 0 && end < line.size() && (static_cast<unsigned char>(line[end]) & 0xC0) == 0x80) --end;
  return line.substr(0, end);
}

}  // namespace

TextSampler::TextSampler(const std::string& source_lang)
    : splitter_(source_lang), sentences_(kSampledLines), pairs_(kSampledPairs) {}

void TextSampler::add(const std::string& source, const std::string& target) {
  sentences_.add([&] { return is_blank(source) ? 0 : splitter_.split(source).size() == 1 ? 1 : 2; });
  pairs_.add([&] { return Pair{beginning_of(source), beginning_of(target)}; });
}

std::optional<double> TextSampler::one_sentence_share() const {
  const auto blank = std::ranges::count(sentences_.values(), 0), one = std::ranges::count(sentences_.values(), 1);
  const auto all = std::ssize(sentences_.values()) - blank;
  if (all == 0) return std::nullopt;
  return static_cast<double>(one) / static_cast<double>(all);
}

ParallelText TextSampler::pairs() const {
  ParallelText text;
  for (const Pair& pair : pairs_.values()) {
    text.source.push_back(pair.source);
    text.target.push_back(pair.target);
  }
  return text;
}

void describe_lengths(std::span<const PairPlace> pairs, TrainingFacts& facts) {
  if (pairs.empty()) return;
  std::vector<std::int64_t> of_length;  // pairs
  double sum = 0;
  for (const PairPlace& pair : pairs) {
    const auto length = static_cast<std::size_t>(pair.source_length);
    if (length >= of_length.size()) of_length.resize(length + 1);
    ++of_length[length];
    sum += pair.source_length;
  }
  const auto count = static_cast<double>(pairs.size());
  const auto length_that_holds = [&](double share) {
    const auto wanted = static_cast<std::int64_t>(std::ceil(share * count));
    std::int64_t held = 0;
    std::size_t length = 0;
    while ((held += of_length[length]) < wanted) ++length;
    return static_cast<int>(length);
  };
  facts.source_length_mean = sum / count;
  facts.source_length_p99 = length_that_holds(0.99);
  facts.source_length_p999 = length_that_holds(0.999);
  facts.source_length_max = static_cast<int>(of_length.size()) - 1;
}

double unknown_share(std::span<const std::string> lines, const Tokenizer& tokenizer) {
  CharacterCounts all;
  for (const std::string& line : lines) {
    const CharacterCounts counts = tokenizer.count_characters(line);
    all.visible += counts.visible;
    all.unknown += counts.unknown;
  }
  return all.visible == 0 ? 0 : static_cast<double>(all.unknown) / static_cast<double>(all.visible);
}

}  // namespace dragoman
