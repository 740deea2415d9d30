#include "metrics/resampling.h"

#include "base/parallel.h"
#include "base/vectorised.h"
#include "metrics/numpy_random.h"

#include <algorithm>
#include <limits>
#include <mutex>
#include <stdexcept>

namespace dragoman {
namespace {

/// How often a sentence is in a sample. More than 65,535 of one sentence among N draws has no probability to speak of
/// unless N is tiny, and then N itself is the limit.
using Weight = std::uint16_t;

// Samples that go through the rows together, so that a block of rows comes from memory once for all of them.
constexpr std::size_t kGroup = 8;
constexpr std::size_t kBlockRows = 256;

// sum[j] += Σ weights[i] · rows[i, j]
DRAGOMAN_CLONES
void add_weighted(const double* rows, std::size_t width, const Weight* weights, std::size_t count, double* sum) {
  std::size_t i = 0;
  for (; i + 4 <= count; i += 4, rows += 4 * width) {
    const double a = weights[i], b = weights[i + 1], c = weights[i + 2], d = weights[i + 3];
    for (std::size_t j = 0; j < width; ++j) {
      sum[j] += (a * rows[j] + b * rows[width + j]) + (c * rows[2 * width + j] + d * rows[3 * width + j]);
    }
  }
  for (; i < count; ++i, rows += width) {
    for (std::size_t j = 0; j < width; ++j) sum[j] += weights[i] * rows[j];
  }
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

struct Group {
  std::vector<std::size_t> samples;
  std::vector<Weight> weights;  // [kGroup, sentences]
};

template <class Draws>
void fill_group(SampleSource<Draws>& source, const ResamplingOptions& options, std::size_t sentences,
                typename Draws::Drawn& drawn, Group& group) {
  group.samples.clear();
  while (group.samples.size() < kGroup) {
    const std::size_t sample = source.next(drawn);
    if (sample == options.samples) return;
    Draws().weigh(drawn, std::span(group.weights).subspan(group.samples.size() * sentences, sentences));
    group.samples.push_back(sample);
  }
}

void sum_group(std::span<const StatisticsTable> tables, std::size_t sentences, const Group& group,
               std::vector<std::vector<double>>& sums) {
  for (std::size_t begin = 0; begin < sentences; begin += kBlockRows) {
    const std::size_t count = std::min(kBlockRows, sentences - begin);
    for (std::size_t t = 0; t < tables.size(); ++t) {
      const std::size_t width = tables[t].width;
      for (std::size_t g = 0; g < group.samples.size(); ++g) {
        add_weighted(&tables[t].rows[begin * width], width, &group.weights[g * sentences + begin], count,
                     &sums[t][group.samples[g] * width]);
      }
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
    Group group{{}, std::vector<Weight>(kGroup * sentences)};
    do {
      fill_group(source, options, sentences, drawn, group);
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
