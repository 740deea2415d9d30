#include "decoding/engine/translator.h"

#include "base/check_range.h"
#include "base/counter_random.h"
#include "decoding/engine/length_batches.h"
#include "decoding/engine/segment_aligner.h"
#include "decoding/search/beam_search.h"
#include "decoding/search/chooser.h"
#include "decoding/text/joined_translation.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <fmt/format.h>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace dragoman {
namespace {

// Rows of a sentence that the limits of a batch are made for.
constexpr std::size_t kUsualBeams = 8;

std::vector<std::int32_t> never_produced(const SearchOptions& search, const ModelConfig& config) {
  const SpecialIds& special = config.special_ids;
  std::vector<std::int32_t> ids = config.decoding.never_produced.value_or(std::vector<std::int32_t>());
  if (search.rules == SearchRules::huggingface) {
    if (!search.allow_unk) ids.push_back(special.unk);
    return ids;
  }
  for (const std::int32_t id : {special.pad, special.bos}) {
    if (id != SpecialIds::kNone) ids.push_back(id);
  }
  for (const Language& language : config.text_template.languages) ids.push_back(language.token);
  if (!search.allow_unk) ids.push_back(special.unk);
  return ids;
}

// They come by their scores, by which the draws of one sentence must not go with those of the next.
void in_order_of_chance(std::vector<Translation::Output>& drawn, std::span<const std::int32_t> source,
                        std::uint64_t seed) {
  constexpr std::uint64_t kOrder = std::numeric_limits<std::uint64_t>::max();
  CounterRandom(seed ^ sampling_key(source), RandomPurpose::translation, kOrder).shuffle(drawn);
}

std::vector<std::vector<std::int32_t>> sequences_of(std::span<const std::string> texts, const Tokenizer& tokenizer) {
  std::vector<std::vector<std::int32_t>> sequences;
  for (const std::string& text : texts) {
    if (auto ids = tokenizer.encode(text); !ids.empty()) sequences.push_back(std::move(ids));
  }
  const std::unordered_set<std::string_view> names(texts.begin(), texts.end());
  for (std::int32_t id = 0; id < tokenizer.vocabulary_size(); ++id) {
    if (tokenizer.is_text(id) && names.contains(tokenizer.piece(id))) sequences.push_back({id});
  }
  return sequences;
}

std::vector<std::unique_ptr<const Constraint>> constraints_of(const TranslatorOptions& options,
                                                              const Tokenizer& tokenizer) {
  std::vector<std::unique_ptr<const Constraint>> constraints;
  if (options.no_repeat_ngram > 0) constraints.push_back(std::make_unique<NoRepeatNgram>(options.no_repeat_ngram));
  if (!options.suppressed.empty())
    constraints.push_back(std::make_unique<ForbiddenSequences>(sequences_of(options.suppressed, tokenizer)));
  return constraints;
}

}  // namespace

std::vector<std::int32_t> ids_of(const Translation::Output& output) {
  std::vector<std::int32_t> ids;
  for (const Translation::Token& token : output.tokens) ids.push_back(token.id);
  if (output.complete && !ids.empty()) ids.pop_back();
  return ids;
}

void TranslatorOptions::validate() const {
  search.validate();
  check_range("--batch-size", batch_size, 0, 1000000);
  check_range("--batch-tokens", batch_tokens, 0, 100000000);
  check_range("--max-source-length", max_source_length, 1, 100000);
  check_range("--no-repeat-ngram", no_repeat_ngram, 0, 1000);
  if (!sampling) return;
  sampling->validate();
  if (search.rules != SearchRules::dragoman)
    throw std::invalid_argument("--search-rules are about searches; with --temperature translations are drawn");
  if (search.beam_size != search.n_best)
    throw std::invalid_argument(
        "with --temperature translations are drawn, as many as --n-best says: without --beam-size");
}

Translator::Translator(std::shared_ptr<const Engine> engine, const TranslatorOptions& options)
    : Translator(std::vector{std::move(engine)}, options) {}

Translator::Translator(std::vector<std::shared_ptr<const Engine>> engines, const TranslatorOptions& options)
    : engine_(engines.at(0)),
      options_(options),
      models_(std::move(engines), options_.languages, options_.ensemble),
      frame_(models_.frame()),
      forbidden_(never_produced(options_.search, engine_->config())),
      asked_for_(constraints_of(options_, engine_->tokenizers().target)),
      segmenter_(engine_->tokenizers().source,
                 source_splitter(options_.split_sentences, engine_->config().trained_on, options_.languages),
                 models_.longest_text(options_.max_source_length), engine_->workers().loop()) {
  options_.search.model_max_length = models_.longest_translation().value_or(0);
  if (options_.search.rules == SearchRules::huggingface) {
    options_.search.counted_before = static_cast<int>(frame_.target_before.size()) - 1;
    options_.search.forces_end = engine_->config().decoding.forces_end.value_or(false);
  }
  options_.validate();
  if (options_.alignment) options_.alignment->validate(engine_->config());
}

std::vector<Translation> Translator::translate(std::span<const std::string> lines, std::int64_t first_line_number,
                                               LineReport& report, const Interruption& interruption,
                                               const IsLinked& is_linked) const {
  std::vector<std::string> distinct;
  std::vector<std::size_t> distinct_of_line;
  std::vector<bool> linked;
  std::unordered_map<std::string_view, std::size_t> known;
  for (const std::string& line : lines) {
    const auto [found, is_new] = known.try_emplace(line, distinct.size());
    if (is_new) distinct.push_back(line);
    linked.resize(distinct.size());
    if (is_linked && is_linked(distinct_of_line.size())) linked[found->second] = true;
    distinct_of_line.push_back(found->second);
  }

  const LineSegments segments = segmenter_.segment(distinct);
  std::vector<Outputs> outputs = translate_segments(segments.segments, interruption);
  interruption.check();
  if (options_.alignment) {
    const AttentionReader reader(engine_, frame_, {options_.batch_size, options_.batch_tokens});
    const SegmentAligner aligner(*engine_, reader, *options_.alignment);
    if (options_.word_links) aligner.link_words(distinct, segments, outputs);
    if (is_linked) aligner.link_texts(distinct, segments, linked, outputs);
  }
  std::vector<Translation> translations;
  std::vector<CharacterCounts> characters;
  translations.reserve(distinct.size());
  for (std::size_t i = 0; i < distinct.size(); ++i) {
    const LineSegments::Line& line = segments.lines[i];
    translations.push_back(join_segments(distinct[i], segments.of(line),
                                         std::span(outputs).subspan(line.begin, line.size()), options_.search,
                                         options_.sampling.has_value()));
    characters.push_back(count_characters(distinct[i], segments.of(line)));
    translations.back().unknown_characters = characters.back().unknown;
  }

  std::vector<Translation> results;
  results.reserve(lines.size());
  for (const std::size_t i : distinct_of_line) {
    const auto number = first_line_number + std::ssize(results);
    const LineSegments::Line& line = segments.lines[i];
    report_on(number, segments.of(line), line.cut, characters[i], translations[i], report);
    results.push_back(translations[i]);
  }
  return results;
}

std::vector<Translation> Translator::translate(std::span<const std::string> lines, std::int64_t first_line_number,
                                               const Notice& notice, const Interruption& interruption) const {
  LineReport report(notice);
  std::vector<Translation> translations = translate(lines, first_line_number, report, interruption);
  report.finish();
  return translations;
}

std::vector<Translator::Outputs> Translator::translate_segments(std::span<const LineSegment> segments,
                                                                const Interruption& interruption) const {
  std::vector<Outputs> outputs(segments.size());
  if (segments.empty()) return outputs;
  std::vector<std::size_t> lengths;
  lengths.reserve(segments.size());
  for (const LineSegment& segment : segments) lengths.push_back(segment.ids.size() + frame_.around_source());

  // A few lines are shared among the workers rather than being one worker's batch.
  const auto workers = static_cast<std::size_t>(engine_->workers().count());
  const std::size_t each = (segments.size() + workers - 1) / workers;
  // Each draw needs the probability of every token, and so many are drawn as searches seldom have beams.
  const std::size_t times =
      options_.sampling ? 1 + static_cast<std::size_t>(options_.search.beam_size) / kUsualBeams : 1;
  const auto limited = [&](int limit) { return std::max<std::size_t>(static_cast<std::size_t>(limit) / times, 1); };
  const auto batch_size = options_.batch_size == 0 ? each : std::min(limited(options_.batch_size), each);
  const auto batches =
      batches_by_length(lengths, batch_size, options_.batch_tokens == 0 ? 0 : limited(options_.batch_tokens));
  engine_->workers().run(batches.size(),
                         [&](std::size_t i) { translate_batch(segments, batches[i], interruption, outputs); });
  return outputs;
}

void Translator::translate_batch(std::span<const LineSegment> segments, std::span<const std::size_t> batch,
                                 const Interruption& interruption, std::vector<Outputs>& outputs) const {
  const c10::InferenceMode no_gradients;
  interruption.check();
  std::vector<std::span<const std::int32_t>> rows;
  std::vector<std::int32_t> lengths;
  for (const std::size_t i : batch) {
    rows.emplace_back(segments[i].ids);
    lengths.push_back(static_cast<std::int32_t>(segments[i].ids.size()));
  }
  const std::unique_ptr<StepScorer> scorer = models_.start(rows, forbidden_.ids());
  InterruptibleScorer interruptible(*scorer, interruption);
  SearchConstraints constraints{{&forbidden_}};
  for (const auto& constraint : asked_for_) constraints.of_all.push_back(constraint.get());
  std::unique_ptr<const Chooser> chooser = std::make_unique<BestChooser>();
  if (options_.sampling) {
    std::vector<std::uint64_t> keys;
    for (const auto& ids : rows) keys.push_back(sampling_key(ids));
    chooser = std::make_unique<SamplingChooser>(*options_.sampling, std::move(keys));
  }
  const auto found = beam_search(interruptible, lengths, {frame_.target_before.back(), frame_.end}, options_.search,
                                 constraints, *chooser);
  for (std::size_t i = 0; i < batch.size(); ++i) {
    for (const Hypothesis& hypothesis : found[i]) outputs[batch[i]].push_back(to_output(hypothesis));
    if (options_.sampling) in_order_of_chance(outputs[batch[i]], rows[i], options_.sampling->seed);
  }
}

Translation::Output Translator::to_output(const Hypothesis& hypothesis) const {
  // A vocabulary with pieces for single bytes, or made elsewhere, can spell what would break the output's lines.
  Translation::Output output{on_one_line(engine_->tokenizers().target.decode(hypothesis.ids)),
                             hypothesis.score,
                             hypothesis.log_prob,
                             {},
                             hypothesis.complete};
  output.tokens.reserve(hypothesis.token_log_probs.size());
  for (const std::int32_t id : hypothesis.ids)
    output.tokens.push_back({id, hypothesis.token_log_probs[output.tokens.size()]});
  if (hypothesis.complete)
    output.tokens.push_back({engine_->config().special_ids.eos, hypothesis.token_log_probs.back()});
  return output;
}

CharacterCounts Translator::count_characters(const std::string& line, std::span<const LineSegment> segments) const {
  const std::int32_t unknown = engine_->tokenizers().source.special_ids().unk;
  const bool has_unknown = std::ranges::any_of(
      segments, [&](const LineSegment& segment) { return std::ranges::count(segment.ids, unknown) > 0; });
  return has_unknown ? engine_->tokenizers().source.count_characters(line) : CharacterCounts{};
}

void Translator::report_on(std::int64_t number, std::span<const LineSegment> segments, bool cut,
                           const CharacterCounts& characters, const Translation& translation,
                           LineReport& report) const {
  const SearchOptions& search = options_.search;
  const bool cut_as_asked = search.max_length > 0 && search.min_length == search.max_length;
  if (cut) report.add_too_long(number, segmenter_.limit());
  if (const auto usual = engine_->config().trained_on.source_length_p999) {
    const auto is_unusual = [&](const LineSegment& segment) { return std::ssize(segment.ids) > *usual; };
    if (std::ranges::any_of(segments, is_unusual)) report.add_unusual(number, static_cast<std::size_t>(*usual));
  }
  if (!translation.outputs.front().complete && !cut_as_asked) report.add_cut(number);
  if (characters.unknown > 0) report.add_unknown(number, characters.unknown, characters.visible);
}

}  // namespace dragoman
