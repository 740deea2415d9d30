#include "data/pair_tokenizer.h"

#include "base/counted.h"
#include "base/utf8.h"
#include "tokenizer/text_words.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <stdexcept>
#include <vector>

namespace dragoman {
namespace {

TokenLinks links_of_tokens(const WordLinks& words, const TokensOfWords& sources, const TokensOfWords& targets) {
  TokenLinks links;
  for (const auto& [source, target] : words) {
    for (const std::size_t s : sources[static_cast<std::size_t>(source)]) {
      for (const std::size_t t : targets[static_cast<std::size_t>(target)])
        links.push_back({static_cast<std::int32_t>(s), static_cast<std::int32_t>(t)});
    }
  }
  // A token may be of several words.
  std::ranges::sort(links);
  links.erase(std::ranges::unique(links).begin(), links.end());
  return links;
}

}  // namespace

void FilterOptions::validate() const {
  if (max_length < 1)
    throw std::invalid_argument(fmt::format("the maximum length must be at least 1, not {}", max_length));
  if (max_length_ratio != 0 && !(max_length_ratio >= 1)) {
    throw std::invalid_argument(
        fmt::format("the maximum length ratio must be 0 (off) or at least 1, not {}", max_length_ratio));
  }
}

std::string FilterReport::describe(std::string_view unit) const {
  std::string text = counted(kept, unit) + " kept";
  if (dropped() == 0) return text;
  std::vector<std::string> reasons;
  if (blank > 0) reasons.push_back(fmt::format("{} blank", blank));
  if (too_long > 0) reasons.push_back(fmt::format("{} too long", too_long));
  if (length_ratio > 0) reasons.push_back(fmt::format("{} of too different lengths", length_ratio));
  return text + fmt::format(", {} dropped ({})", dropped(), fmt::join(reasons, ", "));
}

PairTokenizer::PairTokenizer(const Tokenizer& source, const Tokenizer& target, const FilterOptions& options,
                             int threads)
    : source_(source), target_(target), options_(options), threads_(threads) {
  options_.validate();
}

void PairTokenizer::encode(std::span<const std::string> sources, std::span<const std::string> targets,
                           const Sink& sink) {
  const auto max_length = static_cast<std::size_t>(options_.max_length);
  const auto source_ids = source_.encode(sources, in_threads(threads_)),
             target_ids = target_.encode(targets, in_threads(threads_));
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const auto [shorter, longer] = std::minmax({source_ids[i].size(), target_ids[i].size()});
    const bool lacks_source = options_.needs_source && (source_ids[i].empty() || is_blank(sources[i]));
    if (lacks_source || target_ids[i].empty() || is_blank(targets[i])) {
      ++report_.blank;
    } else if (longer > max_length) {
      ++report_.too_long;
    } else if (options_.needs_source && options_.max_length_ratio > 0 &&
               static_cast<double>(longer) > options_.max_length_ratio * static_cast<double>(shorter)) {
      ++report_.length_ratio;
    } else {
      ++report_.kept;
      sink(i, source_ids[i], target_ids[i]);
    }
  }
}

std::vector<TokenLinks> PairTokenizer::link(std::span<const std::string> sources, std::span<const std::string> targets,
                                            std::span<const WordLinks> words) const {
  std::vector<TokenLinks> links(words.size());
  if (std::ranges::all_of(words, &WordLinks::empty)) return links;  // no threads for nothing, block after block
  in_threads(threads_)(words.size(), [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      if (words[i].empty()) continue;
      links[i] = links_of_tokens(words[i], tokens_of_words(sources[i], source_.encoded_ranges(sources[i])),
                                 tokens_of_words(targets[i], target_.encoded_ranges(targets[i])));
    }
  });
  return links;
}

}  // namespace dragoman
