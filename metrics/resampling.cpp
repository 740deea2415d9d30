#include "metrics/resampling.h"

#include "base/parallel.h"
#include "base/vectorised.h"
#include "metrics/numpy_random.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <mutex>
#include <stdexcept>

namespace dragoman {
namespace {

/// How often a sentence is in a sample. More than 65,535 of one sentence among N draws has no probability to speak of
/// unless N is tiny, and then N itself is the limit.
using Weight = std::uint16_t;

// Samples that go through the rows together: two vectors of them, while a block of rows and their weights is in the
// fastest memory.
constexpr std::size_t kGroup = 16;
constexpr std::size_t kBlockRows = 128;

using Doubles8 [[gnu::vector_size(64)]] = double;

// sums[j, g] += Σ weights[i, g] · rows[i, j], for so many columns from `rows` on; [width, kGroup] and [count, kGroup].
template <std::size_t columns>
DRAGOMAN_INLINE void add_columns(const double* rows, std::size_t width, std::size_t count, const double* weights,
                                 double* sums) {
  Doubles8 low[columns], high[columns];
  for (std::size_t c = 0; c < columns; ++c) {
    std::memcpy(&low[c], sums + c * kGroup, sizeof low[c]);
    std::memcpy(&high[c], sums + c * kGroup + kGroup / 2, sizeof high[c]);
  }
  for (std::size_t i = 0; i < count; ++i, rows += width, weights += kGroup) {
    Doubles8 low_weights, high_weights;
    std::memcpy(&low_weights, weights, sizeof low_weights);
    std::memcpy(&high_weights, weights + kGroup / 2, sizeof high_weights);
    for (std::size_t c = 0; c < columns; ++c) {
      low[c] += low_weights * rows[c];
      high[c] += high_weights * rows[c];
    }
  }
  for (std::size_t c = 0; c < columns; ++c) {
    std::memcpy(sums + c * kGroup, &low[c], sizeof low[c]);
    std::memcpy(sums + c * kGroup + kGroup / 2, &high[c], sizeof high[c]);
  }
}

DRAGOMAN_CLONES
void add_weighted(const double* rows, std::size_t width, std::size_t count, const double* weights, double* sums) {
  std::size_t j = 0;
  for (; j + 4 <= width; j += 4) add_columns<4>(rows + j, width, count, weights, sums + j * kGroup);
  for (; j + 2 <= width; j += 2) add_columns<2>(rows + j, width, count, weights, sums + j * kGroup);
  if (j < width) add_columns<1>(rows + j, width, count, weights, sums + j * kGroup);
}

std::size_t common_length(std::span<const StatisticsTable> tables) {
  if (tables.empty()) throw std::invalid_argument("resampling of no statistics");
  const auto length = [](const StatisticsTable& table) { return table.rows.size() / table.width; };
  for (const StatisticsTable& table : tables) {
    if (length(table) != length(tables.front()))
      throw std::invalid_argument("resampling: the systems have different numbers of sentences");
  }
  const std::size_t sentences = length(tables.front());
  if (sentences == 0) throw std::invalid_argument("resampling of no sentence");
  if (sentences > std::numeric_limits<std::uint32_t>::max())
    throw std::invalid_argument("resampling takes at most 2^32 - 1 sentences");
  return sentences;
}

// Draws N of N sentences. `draw` goes through the random numbers, one sample after another; `weigh` does the rest.
class WithReplacement {
 public:
  using Drawn = std::vector<std::uint32_t>;

  void draw(NumpyRandom& random, std::size_t sentences, Drawn& drawn) const {
    drawn.resize(sentences);
    random.integers(static_cast<std::uint32_t>(sentences), drawn);
  }

  void weigh(const Drawn& drawn, std::span<Weight> weights) const {
    std::ranges::fill(weights, 0);
    for (const std::uint32_t sentence : drawn) ++weights[sentence];
  }
};

// Takes or leaves each sentence.
class RandomHalf {
 public:
  using Drawn = std::vector<std::uint8_t>;

  void draw(NumpyRandom& random, std::size_t sentences, Drawn& drawn) const {
    drawn.resize((sentences + 7) / 8);
    random.bits(sentences, drawn);
  }

  void weigh(const Drawn& drawn, std::span<Weight> weights) const {
    for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = drawn[i / 8] >> i % 8 & 1;
  }
};

// Hands out samples in order: the random numbers of one follow those of the one before, so that only one thread draws
// at a time, while the others count and sum.
template <class Draws>
class SampleSource {
 public:
  SampleSource(const ResamplingOptions& options, std::size_t sentences)
      : samples_(options.samples), sentences_(sentences), random_(options.seed) {}

  /// The number of the sample in `drawn`, or that of all samples when there are no more.
  std::size_t next(typename Draws::Drawn& drawn) {
    const std::lock_guard lock(mutex_);
    if (next_ == samples_) return samples_;
    Draws().draw(random_, sentences_, drawn);
    return next_++;
  }

 private:
  std::mutex mutex_;
  std::size_t samples_;
  std::size_t sentences_;
  std::size_t next_ = 0;
  NumpyRandom random_;
};

// Samples that one thread has drawn, and the sums that it forms of them.
struct Group {
  std::vector<std::size_t> samples;
  std::vector<Weight> weights;            // [kGroup, sentences]
  std::vector<double> block;              // weights of the rows at hand, [kBlockRows, kGroup]
  std::vector<std::vector<double>> sums;  // [tables][width, kGroup]
};

template <class Draws>
void fill_group(SampleSource<Draws>& source, std::size_t end, std::size_t sentences, typename Draws::Drawn& drawn,
                Group& group) {
  group.samples.clear();
  while (group.samples.size() < kGroup) {
    const std::size_t sample = source.next(drawn);
    if (sample == end) return;
    Draws().weigh(drawn, std::span(group.weights).subspan(group.samples.size() * sentences, sentences));
    group.samples.push_back(sample);
  }
}

// Weights of the group's samples side by side.
void load_block(Group& group, std::size_t sentences, std::size_t begin, std::size_t count) {
  for (std::size_t g = 0; g < group.samples.size(); ++g) {
    const Weight* const weights = &group.weights[g * sentences + begin];
    for (std::size_t i = 0; i < count; ++i) group.block[i * kGroup + g] = weights[i];
  }
}

void sum_group(std::span<const StatisticsTable> tables, std::size_t sentences, Group& group,
               std::vector<std::vector<double>>& sums) {
  for (auto& table_sums : group.sums) std::ranges::fill(table_sums, 0);
  for (std::size_t begin = 0; begin < sentences; begin += kBlockRows) {
    const std::size_t count = std::min(kBlockRows, sentences - begin);
    load_block(group, sentences, begin, count);
    for (std::size_t t = 0; t < tables.size(); ++t) {
      const std::size_t width = tables[t].width;
      add_weighted(&tables[t].rows[begin * width], width, count, group.block.data(), group.sums[t].data());
    }
  }
  for (std::size_t t = 0; t < tables.size(); ++t) {
    const std::size_t width = tables[t].width;
    for (std::size_t g = 0; g < group.samples.size(); ++g) {
      for (std::size_t j = 0; j < width; ++j) sums[t][group.samples[g] * width + j] = group.sums[t][j * kGroup + g];
    }
  }
}

template <class Draws>
std::vector<std::vector<double>> sample_sums(std::span<const StatisticsTable> tables,
                                             const ResamplingOptions& options) {
  const std::size_t sentences = common_length(tables);
  std::vector<std::vector<double>> sums;
  sums.reserve(tables.size());
  for (const StatisticsTable& table : tables) sums.emplace_back(options.samples * table.width);

  SampleSource<Draws> source(options, sentences);
  const auto worker = [&](std::size_t, std::size_t) {
    typename Draws::Drawn drawn;
    Group group{{}, std::vector<Weight>(kGroup * sentences), std::vector<double>(kBlockRows * kGroup), {}};
    for (const StatisticsTable& table : tables) group.sums.emplace_back(table.width * kGroup);
    do {
      fill_group(source, options.samples, sentences, drawn, group);
      sum_group(tables, sentences, group, sums);
    } while (!group.samples.empty());
  };
  const int threads = std::max(options.threads, 1);
  parallel_for(static_cast<std::size_t>(threads), threads, worker);
  return sums;
}

}  // namespace

std::vector<std::vector<double>> bootstrap_sums(std::span<const StatisticsTable> tables,
                                                const ResamplingOptions& options) {
  return sample_sums<WithReplacement>(tables, options);
}

std::vector<std::vector<double>> random_half_sums(std::span<const StatisticsTable> tables,
                                                  const ResamplingOptions& options) {
  return sample_sums<RandomHalf>(tables, options);
}

}  // namespace dragoman
