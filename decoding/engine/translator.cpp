#include "decoding/engine/translator.h"

#include "base/utf8.h"
#include "decoding/engine/segment_aligner.h"
#include "decoding/text/found_terms.h"
#include "decoding/text/joined_translation.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>
#include <unordered_map>
#include <utility>

namespace dragoman {
namespace {

// Those of `more` that are of other parts of the text, in its order.
void add_apart(std::vector<TermMatch>& terms, std::vector<TermMatch> more) {
  const std::size_t own = terms.size();
  for (TermMatch& term : more) {
    const auto overlaps = [&](const TermMatch& other) {
      return term.range.begin < other.range.end && other.range.begin < term.range.end;
    };
    if (std::none_of(terms.begin(), terms.begin() + static_cast<std::ptrdiff_t>(own), overlaps))
      terms.push_back(std::move(term));
  }
  std::ranges::stable_sort(terms, {}, [](const TermMatch& term) { return term.range.begin; });
}

// The sentences of a prefix, for those of a line: what is more than these have stays with the last.
std::vector<std::string> shared_out(const std::string& prefix, const SentenceSplitter* splitter,
                                    std::size_t sentences) {
  if (!splitter || sentences < 2) return {prefix};
  const std::vector<TextRange> ranges = splitter->split(prefix);
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < std::min(ranges.size(), sentences); ++i) {
    const bool is_last = i + 1 == std::min(ranges.size(), sentences);
    const std::size_t begin = ranges[i].begin;
    parts.push_back(prefix.substr(begin, is_last ? std::string::npos : ranges[i].end - begin));
  }
  return parts;
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
    : engine_(engines.at(0)),
      options_(options),
      search_(std::move(engines), options_),
      segmenter_(engine_->tokenizers().source,
                 source_splitter(options_.split_sentences, engine_->config().trained_on, options_.languages),
                 search_.models().longest_text(options_.max_source_length), engine_->workers().loop()),
      target_splitter_(target_splitter(options_.split_sentences, engine_->config().trained_on, options_.languages)),
      rule_maker_(std::make_shared<const RuleMaker>(engine_->tokenizers().target, search_.models().frame().end,
                                                    options_.rules)) {
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
  const std::vector<std::vector<TermMatch>> terms = terms_of(distinct, segments);
  std::vector<SegmentSearch::Found> found =
      search_.run(segments.segments, rules_for(distinct, segments, terms), interruption);
  interruption.check();
  std::vector<Outputs> outputs;
  for (SegmentSearch::Found& of_segment : found) outputs.push_back(std::move(of_segment.outputs));
  std::vector<Translation> translations;
  std::vector<CharacterCounts> characters;
  translations.reserve(distinct.size());
  for (std::size_t i = 0; i < distinct.size(); ++i) {
    const LineSegments::Line& line = segments.lines[i];
    Translation& translation = translations.emplace_back(
        join_segments(texts[i], segments.of(line), std::span(outputs).subspan(line.begin, line.size()), options_.search,
                      options_.sampling.has_value()));
    characters.push_back(count_characters(texts[i], segments.of(line)));
    translation.unknown_characters = characters.back().unknown;
    for (std::size_t k = line.begin; k < line.end; ++k) {
      translation.redone |= found[k].redone;
      if (!terms.empty()) std::ranges::copy(terms[k], std::back_inserter(translation.terms));
    }
  }
  if (choose) {
    choose(texts, translations);
    keep_parts(segments, outputs, translations);
  }
  if (options_.alignment) {
    align(texts, segments, linked, outputs);
    take_links(texts, segments, outputs, translations);
  }

  std::vector<Translation> results;
  results.reserve(lines.size());
  for (const std::size_t i : distinct_of_line) {
    const LineSegments::Line& line = segments.lines[i];
    report_on(lines[results.size()].number, segments.of(line), line.cut, characters[i], translations[i], report);
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

// Of each segment; none at all where no line has any.
std::vector<std::vector<TermMatch>> Translator::terms_of(std::span<const SourceLine* const> lines,
                                                         const LineSegments& segments) const {
  const auto has_terms = [](const SourceLine* line) { return !line->terms.empty(); };
  if (!options_.glossary && std::ranges::none_of(lines, has_terms)) return {};
  options_.check_terms();
  std::vector<std::vector<TermMatch>> terms(segments.segments.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const Glossary own(lines[i]->terms);
    for (std::size_t k = segments.lines[i].begin; k < segments.lines[i].end; ++k) {
      const LineSegment& segment = segments.segments[k];
      // A part of a sentence is known by its tokens alone.
      const std::string text =
          segments.lines[i].cut
              ? engine_->tokenizers().source.decode(segment.ids)
              : lines[i]->text.substr(segment.sentence.begin, segment.sentence.end - segment.sentence.begin);
      terms[k] = own.matches(text);
      if (options_.glossary) add_apart(terms[k], options_.glossary->matches(text));
    }
  }
  return terms;
}

std::vector<SentenceRules> Translator::rules_for(std::span<const SourceLine* const> lines, const LineSegments& segments,
                                                 std::span<const std::vector<TermMatch>> terms) const {
  const auto has_prefix = [](const SourceLine* line) { return !is_blank(line->prefix); };
  if (terms.empty() && options_.rules.repetition_penalty == 1 && std::ranges::none_of(lines, has_prefix)) return {};
  std::vector<SentenceRules> rules;
  rules.reserve(segments.segments.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const LineSegments::Line& line = segments.lines[i];
    std::vector<std::string> prefixes;
    if (has_prefix(lines[i])) prefixes = shared_out(lines[i]->prefix, target_splitter_.get(), line.size());
    for (std::size_t k = 0; k < line.size(); ++k) {
      const std::optional<std::string> prefix =
          k < prefixes.size() ? std::optional<std::string>(prefixes[k]) : std::nullopt;
      rules.push_back(rule_maker_->rules_for(terms.empty() ? std::span<const TermMatch>() : terms[line.begin + k],
                                             prefix, k + 1 < prefixes.size()));
    }
  }
  return rules;
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
  if (translation.redone) report.add_redone(number);
  if (!translation.terms.empty()) {
    const std::vector<bool> found = found_terms(translation, translation.outputs.front().text);
    report.add_terms(number, found.size(), static_cast<std::size_t>(std::ranges::count(found, false)));
  }
  if (characters.unknown > 0) report.add_unknown(number, characters.unknown, characters.visible);
}

}  // namespace dragoman
