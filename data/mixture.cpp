#include "data/mixture.h"

#include "base/permutation.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <stdexcept>
#include <string>

namespace dragoman {
namespace {

constexpr double kMostPairs = 0x1p32;

std::string too_many(double pairs) {
  return fmt::format("an epoch of {:.0f} pairs cannot be made; choose other weights", pairs);
}

}  // namespace

std::vector<std::int64_t> draws_of_epoch(std::span<const CorpusShare> corpora, double temperature) {
  std::map<std::size_t, double> sizes;  // of directions
  double total = 0;
  for (const CorpusShare& corpus : corpora) {
    const double size = corpus.weight * static_cast<double>(corpus.pairs);
    sizes[corpus.direction] += size;
    total += size;
  }
  const auto tempered = [&](double size) { return size > 0 ? std::pow(size, 1 / temperature) : 0; };
  double all = 0;
  for (const auto& [direction, size] : sizes) all += tempered(size);
  if (!(total <= kMostPairs)) throw std::invalid_argument(too_many(total));
  std::vector<std::int64_t> draws;
  for (const CorpusShare& corpus : corpora) {
    const double of_direction = sizes.at(corpus.direction), size = corpus.weight * static_cast<double>(corpus.pairs);
    // The direction's part of the epoch, by what temperature 1 would give it.
    const double factor = size > 0 ? tempered(of_direction) / all * total / of_direction : 0;
    draws.push_back(size > 0 ? std::max<std::int64_t>(1, std::llround(size * factor)) : 0);
  }
  return draws;
}

Mixture::Mixture(std::span<const std::uint64_t> corpus_ends, std::vector<std::int64_t> draws, std::uint64_t seed)
    : corpus_ends_(corpus_ends.begin(), corpus_ends.end()), seed_(seed) {
  std::uint64_t end = 0;
  for (const std::int64_t count : draws) draw_ends_.push_back(end += static_cast<std::uint64_t>(count));
  if (end == 0 || static_cast<double>(end) > kMostPairs)
    throw std::invalid_argument(too_many(static_cast<double>(end)));
}

std::uint32_t Mixture::pair(std::int64_t epoch, std::uint64_t i) const {
  const auto corpus = static_cast<std::size_t>(std::ranges::upper_bound(draw_ends_, i) - draw_ends_.begin());
  const std::uint64_t first_draw = corpus == 0 ? 0 : draw_ends_[corpus - 1], draws = draw_ends_[corpus] - first_draw;
  const std::uint64_t begin = corpus == 0 ? 0 : corpus_ends_[corpus - 1], pairs = corpus_ends_[corpus] - begin;
  const std::uint64_t drawn = static_cast<std::uint64_t>(epoch) * draws + (i - first_draw);
  const std::uint64_t pass = drawn / pairs;
  const Permutation order(seed_, RandomPurpose::mixture, static_cast<std::uint64_t>(corpus) << 40 | pass, pairs);
  return static_cast<std::uint32_t>(begin + order(drawn % pairs));
}

}  // namespace dragoman
