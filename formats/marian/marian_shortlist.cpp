#include "formats/marian/marian_shortlist.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <fmt/format.h>
#include <map>
#include <numeric>
#include <stdexcept>

namespace dragoman {
namespace {

constexpr std::uint64_t kShortlistMagic = 0xF11A48D5013417F5;

// Magic, checksum, tokens of every sentence, tokens of one source token, offsets, tokens: a number each.
using ShortlistHeader = std::array<std::uint64_t, 6>;

std::vector<std::int32_t> first_ids(std::uint64_t count, std::int32_t vocabulary) {
  std::vector<std::int32_t> ids(std::min<std::uint64_t>(count, static_cast<std::uint64_t>(vocabulary)));
  std::iota(ids.begin(), ids.end(), 0);
  return ids;
}

}  // namespace

bool is_binary_shortlist(std::string_view bytes) {
  return bytes.size() >= sizeof kShortlistMagic &&
         std::memcmp(bytes.data(), &kShortlistMagic, sizeof kShortlistMagic) == 0;
}

TokenLists read_binary_shortlist(std::string_view bytes, const VocabularySizes& sizes, const std::string& name) {
  const auto refuse = [&](std::string_view what) { throw std::runtime_error(fmt::format("{}: {}", name, what)); };
  ShortlistHeader header{};
  if (!is_binary_shortlist(bytes) || bytes.size() < sizeof header) refuse("is no shortlist of Marian's; copy it anew");
  std::memcpy(header.data(), bytes.data(), sizeof header);
  const auto [magic, checksum, first, best, offsets, tokens] = header;
  bytes.remove_prefix(sizeof header);
  constexpr std::uint64_t kOffset = sizeof(std::uint64_t), kToken = sizeof(std::uint32_t);
  if (offsets > bytes.size() / kOffset || tokens > (bytes.size() - offsets * kOffset) / kToken ||
      bytes.size() != offsets * kOffset + tokens * kToken)
    refuse("has another size than it says; copy it anew");
  const auto source = static_cast<std::uint64_t>(sizes.source);
  if (offsets > source + 1) refuse("is of another vocabulary than the model's");
  TokenLists lists{first_ids(first, sizes.target), std::vector<std::int64_t>(source + 1), {}, false};
  std::uint64_t end = 0;
  for (std::uint64_t i = 0; i <= source; ++i) {
    std::uint64_t next = i < offsets ? 0 : tokens;
    if (i < offsets) std::memcpy(&next, bytes.data() + i * kOffset, kOffset);
    if (next < end || next > tokens || (i == 0 && next != 0)) refuse("its lists lie over each other; copy it anew");
    lists.starts[i] = static_cast<std::int64_t>(end = next);
  }
  lists.starts.back() = static_cast<std::int64_t>(tokens);
  lists.tokens.resize(tokens);
  if (tokens > 0) std::memcpy(lists.tokens.data(), bytes.data() + offsets * kOffset, tokens * kToken);
  if (!std::ranges::all_of(lists.tokens, [&](std::int32_t id) { return id >= 0 && id < sizes.target; }))
    refuse("is of another vocabulary than the model's");
  return lists;
}

TokenLists listed_translations(std::span<const Translated> pairs, const VocabularySizes& sizes,
                               const ShortlistLimits& limits) {
  std::vector<std::map<std::int32_t, float>> by_source(static_cast<std::size_t>(sizes.source));
  for (const auto& [source, target, probability] : pairs)
    by_source.at(static_cast<std::size_t>(source))[target] = probability;
  TokenLists lists{first_ids(static_cast<std::uint64_t>(std::max(limits.first, 0)), sizes.target), {0}, {}, false};
  for (const auto& translations : by_source) {
    std::vector<std::pair<float, std::int32_t>> ranked;
    for (const auto& [target, probability] : translations)
      if (probability > limits.threshold) ranked.emplace_back(probability, target);
    std::ranges::sort(ranked, std::greater{});
    ranked.resize(std::min(ranked.size(), static_cast<std::size_t>(std::max(limits.best, 0))));
    for (const auto& [probability, target] : ranked) lists.tokens.push_back(target);
    lists.starts.push_back(std::ssize(lists.tokens));
  }
  return lists;
}

}  // namespace dragoman
