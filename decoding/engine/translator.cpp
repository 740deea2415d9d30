#include "decoding/engine/translator.h"

#include "base/utf8.h"
#include "decoding/engine/segment_aligner.h"
#include "decoding/text/found_terms.h"
#include "decoding/text/joined_translation.h"
#include "model/architecture.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>
#include <unordered_map>
#include <utility>

namespace dragoman {
namespace {

const std::shared_ptr<const Engine>& translating(const std::shared_ptr<const Engine>& engine) {
  require_source(engine->config());
  return engine;
}

}  // namespace

std::vector<std::int32_t> ids_of(const Translation::Output& output) {
  std::vector<std::int32_t> ids;
  for (const Translation::Token& token : output.tokens) ids.push_back(token.id);
  if (output.complete && !ids.empty()) ids.pop_back();
  return ids;
}

Translator::Translator(std::shared_ptr<const Engine> engine, const TranslatorOptions& options)
    : Translator(std::vector{std::move(engine)}, options) {}

Translator::Translator(std::vector<std::shared_ptr<const Engine>> engines, const TranslatorOptions& options)
    : engine_(translating(engines.at(0))),
      options_(options),
      search_(std::move(engines), options_),
      segmenter_(search_.models().source_vocabularies(options_.max_source_length),
                 source_splitter(options_.split_sentences, engine_->config().trained_on, options_.languages),
                 engine_->workers().loop()) {
  options_.search = search_.options();
  if (options_.alignment) options_.alignment->validate(engine_->config());
}

Translator Translator::with_languages(const LanguagePair& languages) const {
  TranslatorOptions options = options_;
  if (languages.source) options.languages.source = languages.source;
  if (languages.target) options.languages.target = languages.target;
  return {search_.models().engines(), options};
}

std::vector<Translation> Translator::translate(std::span<const SourceLine> lines, LineReport& report,
                                               const Interruption& interruption, const OutputChoice& choose) const {
  std::vector<std::string> texts;
  std::vector<const SourceLine*> distinct;
  std::vector<std::size_t> distinct_of_line;
  std::vector<bool> linked;
  std::unordered_map<std::string, std::vector<std::size_t>> known;
  for (const SourceLine& line : lines) {
    std::vector<std::size_t>& alike = known[line.text];
    const auto found =
        std::ranges::find_if(alike, [&](std::size_t place) { return distinct[place]->asks_the_same(line); });
    if (found != alike.end()) {
      distinct_of_line.push_back(*found);
      if (line.linked) linked[*found] = true;
      continue;
    }
    linked.push_back(line.linked);
    alike.push_back(distinct.size());
    distinct_of_line.push_back(distinct.size());
    distinct.push_back(&line);
    texts.push_back(line.text);
  }

  const LineSegments segments = segmenter_.segment(texts);
  RuledSearch::Found found = search_.run({distinct, texts, segments}, interruption);
  interruption.check();
  std::vector<Outputs> outputs;
  for (SegmentSearch::Found& of_segment : found.segments) outputs.push_back(std::move(of_segment.outputs));
  SearchOptions joining = options_.search;
  joining.n_best = std::max(joining.n_best, options_.alternatives);
  std::vector<Translation> translations;
  std::vector<CharacterCounts> characters;
  translations.reserve(distinct.size());
  for (std::size_t i = 0; i < distinct.size(); ++i) {
    const LineSegments::Line& line = segments.lines[i];
    Translation& translation = translations.emplace_back(
        join_segments(texts[i], segments.of(line), std::span(outputs).subspan(line.begin, line.size()), joining,
                      options_.sampling.has_value()));
    characters.push_back(count_characters(texts[i], segments.of(line)));
    translation.unknown_characters = characters.back().unknown;
    for (std::size_t k = line.begin; k < line.end; ++k) {
      translation.redone |= found.segments[k].redone;
      if (!found.terms.empty()) std::ranges::copy(found.terms[k], std::back_inserter(translation.terms));
    }
  }
  if (choose) {
    choose(texts, translations);
    keep_parts(segments, outputs, translations);
  }
  for (Translation& translation : translations)
    translation.terms_found = found_terms(translation.terms, translation.outputs.front().text);
  if (options_.alignment) {
    align(texts, segments, linked, outputs);
    take_links(texts, segments, outputs, translations);
  }

  std::vector<Translation> results;
  results.reserve(lines.size());
  for (const std::size_t i : distinct_of_line) {
    const LineSegments::Line& line = segments.lines[i];
    const std::int64_t number = lines[results.size()].number;
    report_on_length(number, segments, line, report);
    report_on(number, characters[i], translations[i], report);
    results.push_back(translations[i]);
  }
  return results;
}

std::vector<Translation> Translator::translate(std::span<const std::string> lines, std::int64_t first_line_number,
                                               LineReport& report, const Interruption& interruption) const {
  std::vector<SourceLine> plain;
  plain.reserve(lines.size());
  for (const std::string& line : lines) plain.push_back({line, first_line_number + std::ssize(plain)});
  return translate(plain, report, interruption);
}

std::vector<Translation> Translator::translate(std::span<const std::string> lines, std::int64_t first_line_number,
                                               const Notice& notice, const Interruption& interruption) const {
  LineReport report(notice);
  std::vector<Translation> translations = translate(lines, first_line_number, report, interruption);
  report.finish();
  return translations;
}

void Translator::align(std::span<const std::string> texts, const LineSegments& segments,
                       const std::vector<bool>& linked, std::vector<Outputs>& outputs) const {
  const AttentionReader reader(engine_, search_.models().frame(), {options_.batch_size, options_.batch_tokens});
  const SegmentAligner aligner(*engine_, reader, *options_.alignment);
  if (options_.word_links) aligner.link_words(texts, segments, outputs);
  if (std::ranges::count(linked, true) > 0) aligner.link_texts(texts, segments, linked, outputs);
}

CharacterCounts Translator::count_characters(const std::string& line, std::span<const LineSegment> segments) const {
  const std::int32_t unknown = engine_->tokenizers().source.special_ids().unk;
  const bool has_unknown = std::ranges::any_of(
      segments, [&](const LineSegment& segment) { return std::ranges::count(segment.ids, unknown) > 0; });
  return has_unknown ? engine_->tokenizers().source.count_characters(line) : CharacterCounts{};
}

void Translator::report_on_length(std::int64_t number, const LineSegments& segments, const LineSegments::Line& line,
                                  LineReport& report) const {
  const std::string model = search_.models().engines().size() > 1 ? "one of the models" : "the model";
  if (line.exceeded) {
    const bool is_asked_for = *line.exceeded == static_cast<std::size_t>(options_.max_source_length);
    report.add_too_long(number, {*line.exceeded, is_asked_for ? "" : model});
  }
  if (const auto usual = segmenter_.exceeded_usual(segments.of(line))) report.add_unusual(number, {*usual, model});
}

void Translator::report_on(std::int64_t number, const CharacterCounts& characters, const Translation& translation,
                           LineReport& report) const {
  const SearchOptions& search = options_.search;
  const bool cut_as_asked = search.max_length > 0 && search.min_length == search.max_length;
  if (!translation.outputs.front().complete && !cut_as_asked) report.add_cut(number);
  if (translation.redone) report.add_redone(number);
  if (characters.unknown > 0) report.add_unknown(number, characters.unknown, characters.visible);
}

}  // namespace dragoman
