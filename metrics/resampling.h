#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace dragoman {

/// Statistics of the sentences of one system by one metric: [N, width].
struct StatisticsTable {
  std::span<const double> rows;
  std::size_t width = 1;
};

struct ResamplingOptions {
  std::size_t samples = 1000;
  std::uint64_t seed = 12345;
  int threads = 1;
};

/// For each table, [samples, width]: the sums of its rows over N sentences drawn with replacement. A sample's sentences
/// are the same in all tables, and those that NumPy's `default_rng(seed).choice(N, size=(samples, N))` draws. Whole
/// numbers are summed exactly, whatever the number of threads. Throws std::invalid_argument for tables of different
/// length, for none, and for more than 2^32 - 1 sentences.
std::vector<std::vector<double>> bootstrap_sums(std::span<const StatisticsTable> tables,
                                                const ResamplingOptions& options);

/// The same over sentences each of which is in a sample with probability 1/2, namely those where NumPy's
/// `default_rng(seed).integers(2, size=(samples, N), dtype=bool)` is true.
std::vector<std::vector<double>> random_half_sums(std::span<const StatisticsTable> tables,
                                                  const ResamplingOptions& options);

}  // namespace dragoman
