#include "decoding/engine/segment_search.h"

#include "decoding/text/defects.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

namespace dragoman {
namespace {

// The search that callers share, if the models can and the options leave it to beams alone.
std::unique_ptr<SharedSearch> shared_search(const std::shared_ptr<const SearchSetup>& setup) {
  const TranslatorOptions& options = setup->options();
  if (options.sampling || options.diversity.groups > 1 || !setup->models().joins()) return nullptr;
  const auto limit = [](int wanted) {
    return wanted == 0 ? std::numeric_limits<std::size_t>::max() : static_cast<std::size_t>(wanted);
  };
  return std::make_unique<SharedSearch>(
      setup->workers(),
      [setup](std::span<const SourceIds> sources) { return setup->models().start(sources, setup->forbidden().ids()); },
      setup->tokens(), setup->options_of_search(), setup->constraints(),
      SharedSearch::Limits{limit(options.batch_size), limit(options.batch_tokens)});
}

}  // namespace

SegmentSearch::SegmentSearch(std::vector<std::shared_ptr<const Engine>> engines, const TranslatorOptions& options)
    : setup_(std::make_shared<const SearchSetup>(std::move(engines), options)),
      batches_(setup_),
      shared_(shared_search(setup_)) {
  if (options.coverage_penalty > 0) coverage_.emplace(models().engines().front(), models().frame(), setup_->options());
}

std::vector<SegmentSearch::Found> SegmentSearch::run(std::span<const LineSegment> segments,
                                                     std::span<const SentenceRules> rules,
                                                     const Interruption& interruption) const {
  std::vector<SegmentTask> tasks;
  for (std::size_t i = 0; i < segments.size(); ++i)
    tasks.push_back({&segments[i], rules.empty() || rules[i].empty() ? nullptr : &rules[i]});
  std::vector<Found> found;
  for (Outputs& outputs : search(tasks, interruption)) found.push_back({std::move(outputs)});
  if (setup_->options().guard == Guard::on) guard(tasks, interruption, found);
  return found;
}

std::vector<std::vector<NextWord>> SegmentSearch::next_words(std::span<const LineSegment> segments,
                                                             std::span<const SentenceRules> rules, std::size_t count,
                                                             const Interruption& interruption) const {
  std::vector<SegmentTask> tasks;
  for (std::size_t i = 0; i < segments.size(); ++i) tasks.push_back({&segments[i], &rules[i]});
  return batches_.next_words(tasks, count, interruption);
}

std::vector<SegmentSearch::Outputs> SegmentSearch::search(std::span<const SegmentTask> tasks,
                                                          const Interruption& interruption) const {
  std::vector<Outputs> outputs(tasks.size());
  const std::vector<std::size_t> places = search_shared(tasks, interruption, outputs);
  std::vector<SegmentTask> left;
  for (const std::size_t place : places) left.push_back(tasks[place]);
  std::vector<Outputs> others = batches_.run(left, interruption);
  for (std::size_t k = 0; k < places.size(); ++k) outputs[places[k]] = std::move(others[k]);
  if (coverage_) rank_by_coverage(tasks, outputs);
  return outputs;
}

// Returns the tasks that are left: all where searches cannot be one, else those that failed among others.
std::vector<std::size_t> SegmentSearch::search_shared(std::span<const SegmentTask> tasks,
                                                      const Interruption& interruption,
                                                      std::vector<Outputs>& outputs) const {
  std::vector<std::size_t> left;
  if (!shared_ || !setup_->workers().may_wait()) {
    left.resize(tasks.size());
    std::iota(left.begin(), left.end(), std::size_t{0});
    return left;
  }
  std::vector<SharedSearch::Sentence> sentences;
  for (const SegmentTask& task : tasks) sentences.push_back({task.source(), task.searched()});
  const std::vector<std::vector<Hypothesis>> found = shared_->run(sentences, interruption);
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    if (found[i].empty()) left.push_back(i);
    for (const Hypothesis& hypothesis : found[i]) outputs[i].push_back(setup_->to_output(hypothesis));
  }
  return left;
}

void SegmentSearch::rank_by_coverage(std::span<const SegmentTask> tasks, std::vector<Outputs>& outputs) const {
  std::vector<Engine::Ids> sources;
  for (const SegmentTask& task : tasks) sources.emplace_back(task.segment->ids);
  coverage_->rank(sources, outputs, [&](std::size_t i, const Translation::Output& output) {
    const std::vector<std::int32_t> ids = ids_of(output);
    return tasks[i].rules && !std::ranges::all_of(tasks[i].rules->constraints,
                                                  [&](const auto& constraint) { return constraint->is_met(ids); });
  });
}

void SegmentSearch::guard(std::span<const SegmentTask> tasks, const Interruption& interruption,
                          std::vector<Found>& found) const {
  // What is cut where it was asked to be is as it should be.
  const bool has_limit = setup_->options().search.max_length > 0;
  if (has_limit && setup_->options().search.min_length == setup_->options().search.max_length) return;
  const auto defect = [&](std::size_t i, const Outputs& outputs) {
    const Translation::Output& best = outputs.front();
    const Engine::Ids source = tasks[i].segment->ids;
    const Defect defect = defect_of(source, ids_of(best), !best.complete && !has_limit);
    const bool may_be_longer =
        best.complete && setup_->options().search.length_limit(static_cast<int>(source.size())) >= least_length(source);
    return defect == Defect::too_short && !may_be_longer ? Defect::none : defect;
  };
  const NoRepeatNgram no_repetition(3);
  std::vector<std::unique_ptr<const MinimumLength>> lengths;
  std::vector<std::size_t> places;
  std::vector<SegmentTask> again;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    const Defect of_first = defect(i, found[i].outputs);
    if (of_first == Defect::none) continue;
    SegmentTask task = tasks[i];
    if (of_first == Defect::loop) {
      task.constraints.push_back(&no_repetition);
    } else {
      task.constraints.push_back(lengths
                                     .emplace_back(std::make_unique<MinimumLength>(setup_->models().frame().end,
                                                                                   least_length(task.segment->ids)))
                                     .get());
    }
    places.push_back(i);
    again.push_back(std::move(task));
  }
  std::vector<Outputs> others = search(again, interruption);
  for (std::size_t k = 0; k < places.size(); ++k) {
    Found& first = found[places[k]];
    // What is cut may lack its terms.
    if (!others[k].front().complete && (first.outputs.front().complete || tasks[places[k]].rules)) continue;
    const bool mends = defect(places[k], first.outputs) == Defect::loop && defect(places[k], others[k]) != Defect::loop;
    if (!mends && others[k].front().score <= first.outputs.front().score) continue;
    first = {std::move(others[k]), true};
  }
}

}  // namespace dragoman
