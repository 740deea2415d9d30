#include "decoding/engine/segment_search.h"

#include "base/counter_random.h"
#include "decoding/engine/length_batches.h"
#include "decoding/engine/standing_constraints.h"
#include "decoding/search/diverse_chooser.h"
#include "decoding/search/preferring_scorer.h"
#include "decoding/search/sampling_chooser.h"
#include "decoding/search/term_chooser.h"
#include "decoding/text/defects.h"
#include "decoding/text/joined_translation.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <string>
#include <utility>

namespace dragoman {
namespace {

// Rows of a sentence that the limits of a batch are made for.
constexpr std::size_t kUsualBeams = 8;

// They come by their scores, by which the draws of one sentence must not go with those of the next.
void in_order_of_chance(SegmentSearch::Outputs& drawn, std::span<const std::int32_t> source, std::uint64_t seed) {
  constexpr std::uint64_t kOrder = std::numeric_limits<std::uint64_t>::max();
  CounterRandom(seed ^ sampling_key(source), RandomPurpose::translation, kOrder).shuffle(drawn);
}

SearchOptions with_facts(SearchOptions search, const ModelEnsemble& models) {
  search.model_max_length = models.longest_translation().value_or(0);
  if (search.rules == SearchRules::huggingface) {
    search.counted_before = static_cast<int>(models.frame().target_before.size()) - 1;
    search.forces_end = models.first().config().decoding.forces_end.value_or(false);
  }
  return search;
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

/// What is searched at once: each segment as often as there are groups of beams.
struct SegmentSearch::Batch {
  std::vector<Engine::Ids> sources;
  std::vector<std::int32_t> lengths;  // by which limits are made
  std::vector<const SentenceRules*> rules;
  SearchConstraints constraints;
  std::vector<std::vector<const Preference*>> preferences;
  std::vector<const TermSet*> terms;  // that must come
  std::vector<const TextPrefix*> prefixes;

  void add(const Task& task) {
    const SentenceRules* const of_task = task.rules;
    sources.emplace_back(task.segment->ids);
    lengths.push_back(static_cast<std::int32_t>(task.segment->ids.size()) + (of_task ? of_task->tokens : 0));
    rules.push_back(of_task);
    constraints.of_sentences.push_back(task.constraints);
    preferences.emplace_back();
    prefixes.push_back(of_task ? of_task->prefix : nullptr);
    terms.push_back(of_task && of_task->must_have_terms ? of_task->terms.get() : nullptr);
    if (!of_task) return;
    for (const auto& constraint : of_task->constraints) constraints.of_sentences.back().push_back(constraint.get());
    for (const auto& preference : of_task->preferences) preferences.back().push_back(preference.get());
  }

  bool has_preferences() const {
    return std::ranges::any_of(preferences, [](const auto& of_sentence) { return !of_sentence.empty(); });
  }
  bool has_terms() const {
    return std::ranges::any_of(terms, [](const TermSet* of_sentence) { return of_sentence != nullptr; });
  }
};

SegmentSearch::SegmentSearch(std::vector<std::shared_ptr<const Engine>> engines, const TranslatorOptions& options)
    : models_(std::move(engines), options.languages, options.ensemble),
      options_(options),
      forbidden_(never_produced(options_.search, models_.first().config())),
      asked_for_(standing_constraints(options_, models_.first().tokenizers().target)) {
  options_.search = with_facts(options_.search, models_);
  options_.validate();
  options_.diversity.validate(options_.search.beam_size);
  if (options_.coverage_penalty > 0) coverage_.emplace(models_.engines().front(), models_.frame(), options_);
}

std::vector<SegmentSearch::Found> SegmentSearch::run(std::span<const LineSegment> segments,
                                                     std::span<const SentenceRules> rules,
                                                     const Interruption& interruption) const {
  std::vector<Task> tasks;
  for (std::size_t i = 0; i < segments.size(); ++i)
    tasks.push_back({&segments[i], rules.empty() || rules[i].empty() ? nullptr : &rules[i]});
  std::vector<Found> found;
  for (Outputs& outputs : search(tasks, interruption)) found.push_back({std::move(outputs)});
  if (options_.guard == Guard::on) guard(tasks, interruption, found);
  return found;
}

std::vector<std::vector<NextWord>> SegmentSearch::next_words(std::span<const LineSegment> segments,
                                                             std::span<const SentenceRules> rules, std::size_t count,
                                                             const Interruption& interruption) const {
  std::vector<Task> tasks;
  for (std::size_t i = 0; i < segments.size(); ++i) tasks.push_back({&segments[i], &rules[i]});
  std::vector<std::vector<NextWord>> words(tasks.size());
  for_each_batch(tasks, open_words(count), interruption, [&](std::span<const std::size_t> places, Batch& batch) {
    for (const std::size_t place : places) batch.add(tasks[place]);
    const std::unique_ptr<StepScorer> scorer = start(batch);
    InterruptibleScorer interruptible(*scorer, interruption);
    auto found = dragoman::next_words(interruptible, batch.lengths, tokens(), options_.search, constraints_of(batch),
                                      batch.prefixes, count);
    for (std::size_t k = 0; k < found.size(); ++k) words[places[k]] = std::move(found[k]);
  });
  return words;
}

std::vector<SegmentSearch::Outputs> SegmentSearch::search(std::span<const Task> tasks,
                                                          const Interruption& interruption) const {
  std::vector<Outputs> outputs(tasks.size());
  // Each draw needs the probability of every token, and so many are drawn as searches seldom have beams.
  const std::size_t rows = options_.sampling ? static_cast<std::size_t>(options_.search.beam_size) : 0;
  for_each_batch(tasks, rows, interruption, [&](std::span<const std::size_t> places, Batch& batch) {
    for (const std::size_t place : places) {
      for (int group = 0; group < options_.diversity.groups; ++group) batch.add(tasks[place]);
    }
    std::vector<Outputs> of_batch = search_batch(batch, interruption);
    for (std::size_t k = 0; k < of_batch.size(); ++k) outputs[places[k]] = std::move(of_batch[k]);
  });
  if (coverage_) rank_by_coverage(tasks, outputs);
  return outputs;
}

void SegmentSearch::rank_by_coverage(std::span<const Task> tasks, std::vector<Outputs>& outputs) const {
  std::vector<Engine::Ids> sources;
  for (const Task& task : tasks) sources.emplace_back(task.segment->ids);
  coverage_->rank(sources, outputs, [&](std::size_t i, const Translation::Output& output) {
    const std::vector<std::int32_t> ids = ids_of(output);
    return tasks[i].rules && !std::ranges::all_of(tasks[i].rules->constraints,
                                                  [&](const auto& constraint) { return constraint->is_met(ids); });
  });
}

// work(places, batch): of the tasks at these places, with an empty batch for them. rows: of each task, where they are
// many.
void SegmentSearch::for_each_batch(std::span<const Task> tasks, std::size_t rows, const Interruption& interruption,
                                   const std::function<void(std::span<const std::size_t>, Batch&)>& work) const {
  if (tasks.empty()) return;
  std::vector<std::size_t> lengths;
  lengths.reserve(tasks.size());
  for (const Task& task : tasks) lengths.push_back(task.segment->ids.size() + models_.frame().around_source());

  // A few lines are shared among the workers that have nothing to do rather than being one worker's batch.
  const Workers& workers = models_.first().workers();
  const auto count = static_cast<std::size_t>(workers.idle());
  const std::size_t each = (tasks.size() + count - 1) / count;
  const std::size_t times = 1 + rows / kUsualBeams;
  const auto limited = [&](int limit) { return std::max<std::size_t>(static_cast<std::size_t>(limit) / times, 1); };
  const auto batch_size = options_.batch_size == 0 ? each : std::min(limited(options_.batch_size), each);
  const auto batches =
      batches_by_length(lengths, batch_size, options_.batch_tokens == 0 ? 0 : limited(options_.batch_tokens));
  workers.run(batches.size(), [&](std::size_t i) {
    const c10::InferenceMode no_gradients;
    interruption.check();
    Batch batch;
    work(batches[i], batch);
  });
}

std::unique_ptr<StepScorer> SegmentSearch::start(const Batch& batch) const {
  std::vector<Engine::Ids> needed;
  for (const SentenceRules* const rules : batch.rules)
    needed.push_back(rules ? Engine::Ids(rules->ids) : Engine::Ids());
  return models_.start(batch.sources, forbidden_.ids(), needed);
}

SearchTokens SegmentSearch::tokens() const {
  return {models_.frame().target_before.back(), models_.frame().end};
}

SearchConstraints SegmentSearch::constraints_of(const Batch& batch) const {
  SearchConstraints constraints = batch.constraints;
  constraints.of_all.push_back(&forbidden_);
  for (const auto& constraint : asked_for_) constraints.of_all.push_back(constraint.get());
  return constraints;
}

std::vector<SegmentSearch::Outputs> SegmentSearch::search_batch(const Batch& batch,
                                                                const Interruption& interruption) const {
  const std::unique_ptr<StepScorer> scorer = start(batch);
  InterruptibleScorer interruptible(*scorer, interruption);
  std::vector<Outputs> outputs;
  for (const std::vector<Hypothesis>& found : hypotheses(interruptible, batch)) {
    Outputs& of_segment = outputs.emplace_back();
    for (const Hypothesis& hypothesis : found) of_segment.push_back(to_output(hypothesis));
    if (options_.sampling) in_order_of_chance(of_segment, batch.sources[outputs.size() - 1], options_.sampling->seed);
  }
  return outputs;
}

std::vector<std::vector<Hypothesis>> SegmentSearch::hypotheses(StepScorer& scorer, const Batch& batch) const {
  const SearchConstraints constraints = constraints_of(batch);
  std::optional<PreferringScorer> preferring;
  if (batch.has_preferences()) preferring.emplace(scorer, batch.preferences);
  StepScorer& used = preferring ? static_cast<StepScorer&>(*preferring) : scorer;
  const auto search = [&](const SearchOptions& options, const Chooser& chooser) {
    return beam_search(used, batch.lengths, tokens(), options, constraints, chooser);
  };
  // All that are found come into question.
  SearchOptions found = options_.search;
  if (coverage_) found.n_best = found.beam_size;
  if (options_.sampling) {
    std::vector<std::uint64_t> keys;
    for (const Engine::Ids ids : batch.sources) keys.push_back(sampling_key(ids));
    return search(found, SamplingChooser(*options_.sampling, std::move(keys)));
  }
  if (options_.diversity.groups > 1) {
    SearchOptions of_group = found;
    of_group.beam_size /= options_.diversity.groups;
    of_group.n_best = std::min(of_group.n_best, of_group.beam_size);
    return merged(search(of_group, DiverseChooser(options_.diversity)),
                  static_cast<std::size_t>(options_.diversity.groups), static_cast<std::size_t>(found.n_best));
  }
  if (batch.has_terms()) return search(found, TermChooser(batch.terms, tokens().eos));
  return search(found, BestChooser());
}

void SegmentSearch::guard(std::span<const Task> tasks, const Interruption& interruption,
                          std::vector<Found>& found) const {
  // What is cut where it was asked to be is as it should be.
  const bool has_limit = options_.search.max_length > 0;
  if (has_limit && options_.search.min_length == options_.search.max_length) return;
  const auto defect = [&](std::size_t i, const Outputs& outputs) {
    const Translation::Output& best = outputs.front();
    const Engine::Ids source = tasks[i].segment->ids;
    const Defect defect = defect_of(source, ids_of(best), !best.complete && !has_limit);
    const bool may_be_longer =
        best.complete && options_.search.length_limit(static_cast<int>(source.size())) >= least_length(source);
    return defect == Defect::too_short && !may_be_longer ? Defect::none : defect;
  };
  const NoRepeatNgram no_repetition(3);
  std::vector<std::unique_ptr<const MinimumLength>> lengths;
  std::vector<std::size_t> places;
  std::vector<Task> again;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    const Defect of_first = defect(i, found[i].outputs);
    if (of_first == Defect::none) continue;
    Task task = tasks[i];
    if (of_first == Defect::loop) {
      task.constraints.push_back(&no_repetition);
    } else {
      task.constraints.push_back(
          lengths.emplace_back(std::make_unique<MinimumLength>(models_.frame().end, least_length(task.segment->ids)))
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

Translation::Output SegmentSearch::to_output(const Hypothesis& hypothesis) const {
  // A vocabulary with pieces for single bytes, or made elsewhere, can spell what would break the output's lines.
  Translation::Output output{on_one_line(models_.first().tokenizers().target.decode(hypothesis.ids)),
                             hypothesis.score,
                             hypothesis.log_prob,
                             {},
                             hypothesis.complete};
  output.preferred = hypothesis.preferred;
  output.tokens.reserve(hypothesis.token_log_probs.size());
  for (const std::int32_t id : hypothesis.ids)
    output.tokens.push_back({id, hypothesis.token_log_probs[output.tokens.size()]});
  if (hypothesis.complete)
    output.tokens.push_back({models_.first().config().special_ids.eos, hypothesis.token_log_probs.back()});
  return output;
}

}  // namespace dragoman
