#include "tokenizer/subword_sampler.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <fmt/format.h>
#include <limits>
#include <stdexcept>

namespace dragoman {
namespace {

constexpr std::string_view kSpace = "▁";
constexpr double kImpossible = -std::numeric_limits<double>::infinity();

// Bytes of the UTF-8 character that begins with this one.
std::size_t character_size(char first) {
  const auto byte = static_cast<unsigned char>(first);
  return byte < 0xC0 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

double log_of_sum(double a, double b) {
  if (a < b) std::swap(a, b);
  return b == kImpossible ? a : a + std::log1p(std::exp(b - a));
}

// A piece that ends at one position of a text.
struct Edge {
  std::size_t begin;
  std::int32_t id;
  double log_weight;  // of all segmentations up to its end that end with it
};

}  // namespace

SubwordSampler::SubwordSampler(const Tokenizer& tokenizer, double strength)
    : is_bpe_(tokenizer.segmentation() == Segmentation::bpe), order_(tokenizer.order()), strength_(strength) {
  if (tokenizer.segmentation() == Segmentation::other)
    throw std::invalid_argument(
        "subword-sampling needs a unigram or BPE model of SentencePiece, and this tokenizer is neither");
  if (is_bpe_ ? !(strength >= 0 && strength < 1) : !(strength > 0)) {
    throw std::invalid_argument(fmt::format("subword-sampling is {}, but with a {} tokenizer it must be {}", strength,
                                            is_bpe_ ? "BPE" : "unigram",
                                            is_bpe_ ? "at least 0 and below 1" : "above 0"));
  }
  const std::int32_t size = tokenizer.vocabulary_size();
  pieces_.resize(static_cast<std::size_t>(size));
  scores_.resize(static_cast<std::size_t>(size), kImpossible);
  for (std::int32_t id = 0; id < size; ++id) {
    if (!tokenizer.is_text(id)) continue;
    pieces_[static_cast<std::size_t>(id)] = tokenizer.piece(id);
    scores_[static_cast<std::size_t>(id)] = tokenizer.score(id);
    add_piece(id, pieces_[static_cast<std::size_t>(id)]);
  }
}

void SubwordSampler::add_piece(std::int32_t id, std::string_view text) {
  if (text.find(kSpace, 1) != std::string_view::npos) words_are_apart_ = false;
  for (std::size_t end = character_size(text[0]); end < text.size(); end += character_size(text[end]))
    prefixes_.try_emplace(text.substr(0, end), kNotAPiece);
  prefixes_[text] = id;
}

const std::int32_t* SubwordSampler::find(std::string_view text) const {
  const auto found = prefixes_.find(text);
  return found == prefixes_.end() ? nullptr : &found->second;
}

std::vector<std::int32_t> SubwordSampler::sample(std::span<const std::int32_t> ids, CounterRandom& random) const {
  if (order_ == TokenOrder::left_to_right) return sample_as_read(ids, random);
  std::vector<std::int32_t> sampled = sample_as_read(std::vector(ids.rbegin(), ids.rend()), random);
  std::ranges::reverse(sampled);
  return sampled;
}

std::vector<std::int32_t> SubwordSampler::sample_as_read(std::span<const std::int32_t> ids,
                                                         CounterRandom& random) const {
  std::vector<std::int32_t> result;
  result.reserve(2 * ids.size());
  std::string text;
  std::size_t first = 0;  // of the ids that `text` is made of
  const auto flush = [&](std::size_t end) {
    if (!text.empty()) sample_text(text, ids.subspan(first, end - first), random, result);
    text.clear();
    first = end;
  };
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const std::string& piece = pieces_.at(static_cast<std::size_t>(ids[i]));
    if (piece.empty() || (words_are_apart_ && piece.starts_with(kSpace))) flush(i);
    text += piece;
    if (piece.empty()) {
      result.push_back(ids[i]);
      first = i + 1;
    }
  }
  flush(ids.size());
  return result;
}

void SubwordSampler::sample_text(std::string_view text, std::span<const std::int32_t> best, CounterRandom& random,
                                 std::vector<std::int32_t>& to) const {
  const bool found = is_bpe_ ? sample_bpe(text, random, to) : sample_unigram(text, random, to);
  if (!found) to.insert(to.end(), best.begin(), best.end());
}

bool SubwordSampler::sample_unigram(std::string_view text, CounterRandom& random, std::vector<std::int32_t>& to) const {
  std::vector<double> log_weights(text.size() + 1, kImpossible);  // of all segmentations up to there
  std::vector<std::vector<Edge>> edges(text.size() + 1);          // by their end
  log_weights[0] = 0;
  for (std::size_t begin = 0; begin < text.size(); begin += character_size(text[begin])) {
    if (log_weights[begin] == kImpossible) continue;
    for (std::size_t end = begin; end < text.size();) {
      end += character_size(text[end]);
      const std::int32_t* id = find(text.substr(begin, end - begin));
      if (!id) break;
      if (*id == kNotAPiece) continue;
      const double log_weight = log_weights[begin] + strength_ * scores_[static_cast<std::size_t>(*id)];
      edges[end].push_back({begin, *id, log_weight});
      log_weights[end] = log_of_sum(log_weights[end], log_weight);
    }
  }
  if (log_weights[text.size()] == kImpossible) return false;
  const std::size_t before = to.size();
  for (std::size_t end = text.size(); end > 0;) {
    double left = random.uniform();
    const std::vector<Edge>& candidates = edges[end];
    std::size_t chosen = 0;
    for (; chosen + 1 < candidates.size(); ++chosen) {
      left -= std::exp(candidates[chosen].log_weight - log_weights[end]);
      if (left < 0) break;
    }
    to.push_back(candidates[chosen].id);
    end = candidates[chosen].begin;
  }
  std::reverse(to.begin() + static_cast<std::ptrdiff_t>(before), to.end());
  return true;
}

bool SubwordSampler::sample_bpe(std::string_view text, CounterRandom& random, std::vector<std::int32_t>& to) const {
  struct Unit {
    std::size_t begin, size;
    std::int32_t id;
  };
  std::vector<Unit> units;
  for (std::size_t begin = 0; begin < text.size(); begin += units.back().size) {
    const std::size_t size = character_size(text[begin]);
    const std::int32_t* id = find(text.substr(begin, size));
    if (!id || *id == kNotAPiece) return false;
    units.push_back({begin, size, *id});
  }
  for (;;) {
    std::size_t chosen = units.size();
    Unit merged{0, 0, kNotAPiece};
    for (std::size_t i = 0; i + 1 < units.size(); ++i) {
      const std::size_t size = units[i].size + units[i + 1].size;
      const std::int32_t* id = find(text.substr(units[i].begin, size));
      if (!id || *id == kNotAPiece || random.uniform() < strength_) continue;
      if (chosen == units.size() ||
          scores_[static_cast<std::size_t>(*id)] > scores_[static_cast<std::size_t>(merged.id)]) {
        chosen = i;
        merged = {units[i].begin, size, *id};
      }
    }
    if (chosen == units.size()) break;
    units[chosen] = merged;
    units.erase(units.begin() + static_cast<std::ptrdiff_t>(chosen) + 1);
  }
  for (const Unit& unit : units) to.push_back(unit.id);
  return true;
}

}  // namespace dragoman
