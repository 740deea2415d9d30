#include "training/data/lexical_shortlist.h"

#include "base/check_range.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <stdexcept>
#include <utility>

namespace dragoman {
namespace {

using Ids = std::vector<std::int32_t>;
using Sentences = std::span<const Ids>;

Ids distinct(Ids ids) {
  std::ranges::sort(ids);
  ids.erase(std::ranges::unique(ids).begin(), ids.end());
  return ids;
}

// The pairs of a corpus that are learned from.
struct PairsTaken {
  Sentences sources, targets;
  const LexicalShortlistOptions& options;

  void for_each(const std::function<void(const Ids& source, const Ids& target)>& use) const {
    for (std::size_t i = 0; i < sources.size(); ++i) {
      if (options.takes(sources[i], targets[i])) use(sources[i], targets[i]);
    }
  }
};

// The pairs of tokens that occur together, by source token, and t(target | source) of each.
class LexicalTable {
 public:
  LexicalTable(const PairsTaken& corpus, std::int64_t source_vocabulary)
      : starts_(static_cast<std::size_t>(source_vocabulary) + 1) {
    for (const std::uint64_t pair : distinct_pairs(corpus)) {
      targets_.push_back(static_cast<std::int32_t>(pair & 0xffffffffU));
      ++starts_[static_cast<std::size_t>(pair >> 32) + 1];
    }
    std::partial_sum(starts_.begin(), starts_.end(), starts_.begin());
    probabilities_.assign(targets_.size(), 1.0F);
  }

  // Each target token is shared out among the source tokens of its sentence as they claim it, then each source token's
  // shares are made to add up to 1.
  void improve(const PairsTaken& corpus) {
    std::vector<float> shares(probabilities_.size());
    std::vector<std::size_t> places;
    corpus.for_each([&](const Ids& sources, const Ids& targets) {
      for (const std::int32_t target : targets) {
        places.clear();
        float sum = 0;
        for (const std::int32_t source : sources) {
          places.push_back(place_of(source, target));
          sum += probabilities_[places.back()];
        }
        for (const std::size_t place : places) shares[place] += probabilities_[place] / sum;
      }
    });
    for (std::size_t source = 0; source + 1 < starts_.size(); ++source) {
      float sum = 0;
      for (std::size_t place = starts_[source]; place < starts_[source + 1]; ++place) sum += shares[place];
      for (std::size_t place = starts_[source]; place < starts_[source + 1]; ++place)
        probabilities_[place] = sum > 0 ? shares[place] / sum : 0;
    }
  }

  // The most probable first.
  Ids best(std::size_t source, int count) const {
    std::vector<std::size_t> places(starts_[source + 1] - starts_[source]);
    std::iota(places.begin(), places.end(), starts_[source]);
    const auto kept = std::min(places.size(), static_cast<std::size_t>(count));
    std::ranges::partial_sort(places, places.begin() + static_cast<std::ptrdiff_t>(kept), [&](auto a, auto b) {
      return std::pair(-probabilities_[a], targets_[a]) < std::pair(-probabilities_[b], targets_[b]);
    });
    Ids best;
    for (std::size_t i = 0; i < kept; ++i) best.push_back(targets_[places[i]]);
    return best;
  }

 private:
  static std::vector<std::uint64_t> distinct_pairs(const PairsTaken& corpus) {
    constexpr std::size_t kMostAdded = 1U << 25;  // 256 MB
    std::vector<std::uint64_t> pairs;
    std::size_t settled = 0;
    const auto settle = [&] {
      std::ranges::sort(pairs);
      pairs.erase(std::ranges::unique(pairs).begin(), pairs.end());
      settled = pairs.size();
    };
    corpus.for_each([&](const Ids& sources, const Ids& targets) {
      const Ids distinct_targets = distinct(targets);
      for (const std::int32_t source : distinct(sources)) {
        for (const std::int32_t target : distinct_targets)
          pairs.push_back(static_cast<std::uint64_t>(source) << 32 | static_cast<std::uint32_t>(target));
        if (pairs.size() - settled > kMostAdded) settle();
      }
    });
    settle();
    return pairs;
  }

  std::size_t place_of(std::int32_t source, std::int32_t target) const {
    const auto begin = targets_.begin() + static_cast<std::ptrdiff_t>(starts_[static_cast<std::size_t>(source)]);
    const auto end = targets_.begin() + static_cast<std::ptrdiff_t>(starts_[static_cast<std::size_t>(source) + 1]);
    return static_cast<std::size_t>(std::lower_bound(begin, end, target) - targets_.begin());
  }

  std::vector<std::size_t> starts_;  // of each source token's targets
  Ids targets_;                      // ascending for each source token
  std::vector<float> probabilities_;
};

Ids most_frequent_targets(const PairsTaken& corpus, std::int64_t vocabulary) {
  std::vector<std::int64_t> counts(static_cast<std::size_t>(vocabulary));
  corpus.for_each([&](const Ids&, const Ids& targets) {
    for (const std::int32_t id : targets) ++counts.at(static_cast<std::size_t>(id));
  });
  Ids order(counts.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, [&](std::int32_t a, std::int32_t b) {
    return counts[static_cast<std::size_t>(a)] > counts[static_cast<std::size_t>(b)];
  });
  order.resize(std::min(order.size(), static_cast<std::size_t>(corpus.options.frequent)));
  return order;
}

}  // namespace

void LexicalShortlistOptions::validate() const {
  check_range("--per-token", per_token, 1, 100000);
  check_range("--frequent", frequent, 0, 1000000);
  check_range("--iterations", iterations, 1, 100);
  check_range("--max-length", max_length, 1, 100000);
}

Shortlist lexical_shortlist(Sentences sources, Sentences targets, std::int64_t source_vocabulary,
                            std::int64_t target_vocabulary, Ids always, bool copies,
                            const LexicalShortlistOptions& options) {
  options.validate();
  if (sources.size() != targets.size()) throw std::invalid_argument("each source needs its target");
  const PairsTaken corpus{sources, targets, options};
  LexicalTable table(corpus, source_vocabulary);
  for (int i = 0; i < options.iterations; ++i) table.improve(corpus);

  const Ids frequent = most_frequent_targets(corpus, target_vocabulary);
  always.insert(always.end(), frequent.begin(), frequent.end());
  std::vector<std::int64_t> starts = {0};
  Ids tokens;
  for (std::size_t source = 0; source < static_cast<std::size_t>(source_vocabulary); ++source) {
    const Ids best = table.best(source, options.per_token);
    tokens.insert(tokens.end(), best.begin(), best.end());
    starts.push_back(static_cast<std::int64_t>(tokens.size()));
  }
  return {std::move(always), std::move(starts), std::move(tokens), copies};
}

}  // namespace dragoman
