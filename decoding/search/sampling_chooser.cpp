#include "decoding/search/sampling_chooser.h"

#include "base/check_range.h"
#include "base/counter_random.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <utility>

namespace dragoman {
namespace {

// Before they are sorted all at once, so many of the most probable tokens are: mostly these are enough.
constexpr std::size_t kFewTokens = 256;

/// The tokens of one row that are allowed, most probable first as far as they are sorted, ties by smaller id.
class Row {
 public:
  Row(std::span<const float> log_probs, const AllowedIds& allowed, double temperature) {
    for (std::int32_t id = 0; id < std::ssize(log_probs); ++id) {
      const float log_prob = log_probs[static_cast<std::size_t>(id)];
      if (std::isfinite(log_prob)) tokens_.push_back({static_cast<double>(log_prob), id});
    }
    std::erase_if(tokens_, [&](const Token& token) { return !allowed.contains(token.id); });
    if (tokens_.empty()) return;
    const double largest = std::ranges::max_element(tokens_, {}, &Token::value)->value;
    for (Token& token : tokens_) token.value = std::exp((token.value - largest) / temperature);
  }

  std::size_t size() const { return tokens_.size(); }
  double value(std::size_t i) const { return tokens_[i].value; }
  double total() const {
    return std::accumulate(tokens_.begin(), tokens_.end(), 0.0,
                           [](double sum, const Token& t) { return sum + t.value; });
  }

  /// Puts the first `count` in order.
  void sort(std::size_t count) {
    if (count <= sorted_) return;
    std::partial_sort(
        tokens_.begin(), tokens_.begin() + static_cast<std::ptrdiff_t>(count), tokens_.end(),
        [](const Token& a, const Token& b) { return a.value != b.value ? a.value > b.value : a.id < b.id; });
    sorted_ = count;
  }

  void keep(std::size_t count) {
    tokens_.resize(std::max<std::size_t>(std::min(count, size()), 1));
    sorted_ = std::min(sorted_, size());
  }

  /// Keeps the first ones of which `is_kept` says so of their values; it must not be so of any behind.
  template <typename IsKept>
  void keep_while(const IsKept& is_kept) {
    std::size_t count = 0;
    while (count < size()) {
      if (count == sorted_) sort(sorted_ < kFewTokens ? std::min(kFewTokens, size()) : size());
      if (!is_kept(value(count))) break;
      ++count;
    }
    keep(count);
  }

  DrawnFrom result() {
    sort(size());
    DrawnFrom drawn;
    const double sum = total();
    for (const Token& token : tokens_) {
      drawn.ids.push_back(token.id);
      drawn.probabilities.push_back(token.value / sum);
    }
    return drawn;
  }

  /// The token at which the sum of probabilities, in the present order, exceeds `share` of the whole.
  std::int32_t at(double share) const {
    double left = share * total();
    for (const Token& token : tokens_) {
      left -= token.value;
      if (left < 0) return token.id;
    }
    return tokens_.back().id;
  }

 private:
  struct Token {
    double value;  // proportional to the probability
    std::int32_t id;
  };
  std::vector<Token> tokens_;
  std::size_t sorted_ = 0;
};

Row filtered(std::span<const float> log_probs, const AllowedIds& allowed, const SamplingOptions& options) {
  Row row(log_probs, allowed, options.temperature);
  if (row.size() == 0) return row;
  if (options.top_k > 0 && static_cast<std::size_t>(options.top_k) < row.size()) {
    row.sort(static_cast<std::size_t>(options.top_k));
    row.keep(static_cast<std::size_t>(options.top_k));
  }
  if (options.top_p < 1) {
    double before = 0;
    const double enough = options.top_p * row.total();
    row.keep_while([&](double value) { return std::exchange(before, before + value) < enough; });
  }
  if (options.min_p > 0) {
    row.sort(1);
    const double least = options.min_p * row.value(0);
    row.keep_while([&](double value) { return value >= least; });
  }
  if (options.epsilon > 0) {
    const double least = options.epsilon * row.total();
    row.keep_while([&](double value) { return value >= least; });
  }
  return row;
}

std::int32_t draw(const Row& row, std::uint64_t key, std::uint64_t seed, int step, std::size_t draw_of_step) {
  CounterRandom random(seed ^ key, RandomPurpose::translation,
                       static_cast<std::uint64_t>(step) << 32 | static_cast<std::uint64_t>(draw_of_step));
  const double high = random.uniform();
  return row.at(high + random.uniform() * 0x1p-32);
}

}  // namespace

void SamplingOptions::validate() const {
  if (!(temperature > 0)) check_range("--temperature", temperature, std::numeric_limits<double>::min(), 100.0);
  check_range("--temperature", temperature, 0.0, 100.0);
  check_range("--top-k", top_k, 0, 100'000'000);
  check_range("--top-p", top_p, 0.0, 1.0);
  if (top_p == 0) throw std::invalid_argument("--top-p is 0, but must be above 0");
  check_range("--min-p", min_p, 0.0, 1.0);
  check_range("--epsilon", epsilon, 0.0, 1.0);
}

SamplingChooser::SamplingChooser(const SamplingOptions& options, std::vector<std::uint64_t> keys)
    : options_(options), keys_(std::move(keys)) {
  options_.validate();
}

std::vector<std::vector<Successor>> SamplingChooser::successors(const NextTokens& next, const StepRows& rows,
                                                                int beam_size) const {
  const LogProbs whole = next.log_probs();
  std::vector<std::vector<Successor>> result;
  result.reserve(rows.sentences.size());
  for (const SentenceRows& sentence : rows.sentences) {
    std::vector<Successor>& chosen = result.emplace_back();
    for (std::size_t i = 0; i < sentence.log_probs.size(); ++i) {
      const std::int64_t number = sentence.first_row + static_cast<std::int64_t>(i);
      const std::span<const float> log_probs = whole.row(number);
      const Row row = filtered(log_probs, rows.allowed[static_cast<std::size_t>(number)], options_);
      if (row.size() == 0) continue;
      const std::size_t draws = sentence.step == 0 ? static_cast<std::size_t>(beam_size) : 1;
      for (std::size_t k = 0; k < draws; ++k) {
        const std::int32_t id =
            draw(row, keys_.at(static_cast<std::size_t>(sentence.sentence)), options_.seed, sentence.step, i + k);
        const auto place = static_cast<std::size_t>(id);
        chosen.push_back(
            {sentence.log_probs[i] + log_probs[place], static_cast<std::int32_t>(i), id, whole.own_row(number)[place]});
      }
    }
  }
  return result;
}

// FNV-1a over the ids' bytes.
std::uint64_t sampling_key(std::span<const std::int32_t> ids) {
  std::uint64_t key = 0xCBF29CE484222325;
  for (const std::int32_t id : ids) {
    for (int shift = 0; shift < 32; shift += 8) {
      key ^= static_cast<std::uint32_t>(id) >> shift & 0xFFu;
      key *= 0x100000001B3;
    }
  }
  return key;
}

DrawnFrom drawn_from(std::span<const float> log_probs, const AllowedIds& allowed, const SamplingOptions& options) {
  Row row = filtered(log_probs, allowed, options);
  return row.size() == 0 ? DrawnFrom{} : row.result();
}

}  // namespace dragoman
