#include "decoding/engine/batch_search.h"

#include "base/counter_random.h"
#include "decoding/engine/length_batches.h"
#include "decoding/search/diverse_chooser.h"
#include "decoding/search/sampling_chooser.h"
#include "decoding/search/term_chooser.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

namespace dragoman {
namespace {

using Outputs = std::vector<Translation::Output>;

// Rows of a sentence that the limits of a batch are made for.
constexpr std::size_t kUsualBeams = 8;

// They come by their scores, by which the draws of one sentence must not go with those of the next.
void in_order_of_chance(Outputs& drawn, std::span<const std::int32_t> source, std::uint64_t seed) {
  constexpr std::uint64_t kOrder = std::numeric_limits<std::uint64_t>::max();
  CounterRandom(seed ^ sampling_key(source), RandomPurpose::translation, kOrder).shuffle(drawn);
}

// Of the groups of beams of each source.
std::vector<std::vector<Hypothesis>> merged(std::vector<std::vector<Hypothesis>> found, std::size_t groups,
                                            std::size_t n_best) {
  std::vector<std::vector<Hypothesis>> result;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (i % groups == 0) result.emplace_back();
    std::ranges::move(found[i], std::back_inserter(result.back()));
    if ((i + 1) % groups != 0) continue;
    std::ranges::stable_sort(result.back(), std::greater(), &Hypothesis::score);
    if (result.back().size() > n_best) result.back().resize(n_best);
  }
  return result;
}

}  // namespace

SearchedSentence SegmentTask::searched() const {
  SearchedSentence sentence{static_cast<std::int32_t>(segment->ids.size()), constraints};
  if (!rules) return sentence;
  sentence.source_length += rules->tokens;
  for (const auto& constraint : rules->constraints) sentence.constraints.push_back(constraint.get());
  for (const auto& preference : rules->preferences) sentence.preferences.push_back(preference.get());
  if (rules->must_have_terms) sentence.terms = rules->terms.get();
  return sentence;
}

/// What is searched at once: each segment as often as there are groups of beams.
struct BatchSearch::Batch {
  std::vector<SourceIds> sources;
  std::vector<Engine::Ids> needed;  // by each
  std::vector<SearchedSentence> sentences;

  void add(const SegmentTask& task) {
    sources.push_back(task.source());
    needed.push_back(task.rules ? Engine::Ids(task.rules->ids) : Engine::Ids());
    sentences.push_back(task.searched());
  }
};

std::vector<Outputs> BatchSearch::run(std::span<const SegmentTask> tasks, const Interruption& interruption) const {
  const TranslatorOptions& options = setup_->options();
  std::vector<Outputs> outputs(tasks.size());
  // Each draw needs the probability of every token, and so many are drawn as searches seldom have beams.
  const std::size_t rows = options.sampling ? static_cast<std::size_t>(options.search.beam_size) : 0;
  for_each_batch(tasks, rows, interruption, [&](std::span<const std::size_t> places, Batch& batch) {
    for (const std::size_t place : places) {
      for (int group = 0; group < options.diversity.groups; ++group) batch.add(tasks[place]);
    }
    std::vector<Outputs> of_batch = search(batch, interruption);
    for (std::size_t k = 0; k < of_batch.size(); ++k) outputs[places[k]] = std::move(of_batch[k]);
  });
  return outputs;
}

std::vector<std::vector<NextWord>> BatchSearch::next_words(std::span<const SegmentTask> tasks, std::size_t count,
                                                           const Interruption& interruption) const {
  std::vector<std::vector<NextWord>> words(tasks.size());
  for_each_batch(tasks, open_words(count), interruption, [&](std::span<const std::size_t> places, Batch& batch) {
    std::vector<const TextPrefix*> prefixes;
    for (const std::size_t place : places) {
      batch.add(tasks[place]);
      prefixes.push_back(tasks[place].rules->prefix);
    }
    const std::unique_ptr<StepScorer> scorer = start(batch);
    InterruptibleScorer interruptible(*scorer, interruption);
    auto found = dragoman::next_words(interruptible, batch.sentences, setup_->tokens(), setup_->options().search,
                                      setup_->constraints(), prefixes, count);
    for (std::size_t k = 0; k < found.size(); ++k) words[places[k]] = std::move(found[k]);
  });
  return words;
}

// work(places, batch): of the tasks at these places, with an empty batch for them. rows: of each task, where they are
// many.
void BatchSearch::for_each_batch(std::span<const SegmentTask> tasks, std::size_t rows, const Interruption& interruption,
                                 const std::function<void(std::span<const std::size_t>, Batch&)>& work) const {
  if (tasks.empty()) return;
  std::vector<std::size_t> lengths;
  lengths.reserve(tasks.size());
  for (const SegmentTask& task : tasks)
    lengths.push_back(task.source().longest() + setup_->models().frame().around_source());

  // A few lines are shared among the workers that have nothing to do rather than being one worker's batch.
  const Workers& workers = setup_->workers();
  const auto count = static_cast<std::size_t>(workers.idle());
  const std::size_t each = (tasks.size() + count - 1) / count;
  const std::size_t times = 1 + rows / kUsualBeams;
  const auto limited = [&](int limit) { return std::max<std::size_t>(static_cast<std::size_t>(limit) / times, 1); };
  const auto batch_size =
      setup_->options().batch_size == 0 ? each : std::min(limited(setup_->options().batch_size), each);
  const auto batches = batches_by_length(
      lengths, batch_size, setup_->options().batch_tokens == 0 ? 0 : limited(setup_->options().batch_tokens));
  workers.run(batches.size(), [&](std::size_t i) {
    const c10::InferenceMode no_gradients;
    interruption.check();
    Batch batch;
    work(batches[i], batch);
  });
}

std::unique_ptr<StepScorer> BatchSearch::start(const Batch& batch) const {
  return setup_->models().start(batch.sources, setup_->forbidden().ids(), batch.needed);
}

std::vector<Outputs> BatchSearch::search(const Batch& batch, const Interruption& interruption) const {
  const std::unique_ptr<StepScorer> scorer = start(batch);
  InterruptibleScorer interruptible(*scorer, interruption);
  std::vector<Outputs> outputs;
  for (const std::vector<Hypothesis>& found : hypotheses(interruptible, batch)) {
    Outputs& of_segment = outputs.emplace_back();
    for (const Hypothesis& hypothesis : found) of_segment.push_back(setup_->to_output(hypothesis));
    if (setup_->options().sampling)
      in_order_of_chance(of_segment, batch.sources[outputs.size() - 1].ids, setup_->options().sampling->seed);
  }
  return outputs;
}

std::vector<std::vector<Hypothesis>> BatchSearch::hypotheses(StepScorer& scorer, const Batch& batch) const {
  const auto search = [&](const SearchOptions& options, const Chooser& chooser) {
    return beam_search(scorer, batch.sentences, setup_->tokens(), options, setup_->constraints(), chooser);
  };
  const SearchOptions found = setup_->options_of_search();
  if (setup_->options().sampling) {
    std::vector<std::uint64_t> keys;
    for (const SourceIds& source : batch.sources) keys.push_back(sampling_key(source.ids));
    return search(found, SamplingChooser(*setup_->options().sampling, std::move(keys)));
  }
  if (setup_->options().diversity.groups > 1) {
    SearchOptions of_group = found;
    of_group.beam_size /= setup_->options().diversity.groups;
    of_group.n_best = std::min(of_group.n_best, of_group.beam_size);
    return merged(search(of_group, DiverseChooser(setup_->options().diversity)),
                  static_cast<std::size_t>(setup_->options().diversity.groups), static_cast<std::size_t>(found.n_best));
  }
  return search(found, TermChooser(setup_->tokens().eos));
}

}  // namespace dragoman
