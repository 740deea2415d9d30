#include "decoding/engine/coverage_ranking.h"

#include "decoding/alignment/coverage.h"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <utility>

namespace dragoman {

CoverageRanking::CoverageRanking(std::shared_ptr<const Engine> engine, const TextFrame& frame,
                                 const TranslatorOptions& options)
    : engine_(engine),
      reader_(std::move(engine), frame, {options.batch_size, options.batch_tokens}),
      attention_(options.alignment.value_or(AlignmentOptions())),
      penalty_(options.coverage_penalty),
      n_best_(static_cast<std::size_t>(options.search.n_best)) {
  attention_.validate(engine_->config());
}

void CoverageRanking::rank(
    std::span<const Engine::Ids> sources, std::span<std::vector<Translation::Output>> outputs,
    const std::function<bool(std::size_t source, const Translation::Output& output)>& lacks) const {
  std::deque<std::vector<std::int32_t>> ids;  // a deque: its elements stay where they are
  std::vector<Engine::Ids> pair_sources, pair_targets;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    for (const Translation::Output& output : outputs[i]) {
      pair_sources.push_back(sources[i]);
      pair_targets.emplace_back(ids.emplace_back(ids_of(output)));
    }
  }
  const std::vector<double> found = coverages(reader_, pair_sources, pair_targets, attention_, engine_->config());
  auto coverage = found.begin();
  for (std::size_t i = 0; i < sources.size(); ++i) {
    for (Translation::Output& output : outputs[i]) {
      output.coverage = penalty_ * *coverage++;
      output.score += output.coverage;
    }
    std::ranges::stable_sort(outputs[i], std::ranges::greater(), &Translation::Output::score);
    std::ranges::stable_partition(outputs[i], [&](const Translation::Output& output) { return !lacks(i, output); });
    outputs[i].resize(std::min(outputs[i].size(), n_best_));
  }
}

}  // namespace dragoman
