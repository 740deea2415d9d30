#include "decoding/engine/ruled_search.h"

#include "base/utf8.h"
#include "decoding/text/found_terms.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace dragoman {
namespace {

bool overlap(const TextRange& a, const TextRange& b) {
  return a.begin < b.end && b.begin < a.end;
}

// Those of `more` that are of other parts of the text, in its order.
void add_apart(std::vector<TermMatch>& terms, std::vector<TermMatch> more) {
  const std::size_t own = terms.size();
  for (TermMatch& term : more) {
    const auto overlaps = [&](const TermMatch& other) { return overlap(term.range, other.range); };
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

bool has_all(const std::vector<TermMatch>& terms, const SegmentSearch::Outputs& outputs) {
  Translation translation;
  translation.terms = terms;
  return std::ranges::all_of(outputs, [&](const Translation::Output& output) {
    return std::ranges::count(found_terms(translation, output.text), false) == 0;
  });
}

}  // namespace

RuledSearch::RuledSearch(std::vector<std::shared_ptr<const Engine>> engines, const TranslatorOptions& options)
    : options_(options),
      engine_(engines.at(0)),
      search_(std::move(engines), options),
      target_splitter_(target_splitter(options_.split_sentences, engine_->config().trained_on, options_.languages)),
      rule_maker_(std::make_shared<const RuleMaker>(engine_->tokenizers().target, search_.models().frame().end,
                                                    options_.rules)) {}

RuledSearch::Found RuledSearch::run(const SegmentedLines& lines, const Interruption& interruption) const {
  Found found;
  found.terms = terms_of(lines);
  const bool forces_terms = options_.rules.force_terms && !found.terms.empty();
  found.segments =
      search_.run(lines.segments.segments, rules_for(lines, forces_terms ? Terms() : found.terms), interruption);
  if (!forces_terms) return found;
  Terms lacking(found.terms.size());
  for (std::size_t k = 0; k < lacking.size(); ++k) {
    if (!has_all(found.terms[k], found.segments[k].outputs)) lacking[k] = found.terms[k];
  }
  if (!std::ranges::all_of(lacking, &std::vector<TermMatch>::empty))
    search_for(lines, lacking, interruption, found.segments);
  return found;
}

void RuledSearch::search_for(const SegmentedLines& lines, const Terms& lacking, const Interruption& interruption,
                             std::vector<SegmentSearch::Found>& found) const {
  std::vector<SentenceRules> all = rules_for(lines, lacking);
  std::vector<LineSegment> segments;
  std::vector<SentenceRules> rules;
  std::vector<std::size_t> places;
  for (std::size_t k = 0; k < lacking.size(); ++k) {
    if (lacking[k].empty() || !all[k].must_have_terms) continue;
    segments.push_back(lines.segments.segments[k]);
    rules.push_back(std::move(all[k]));
    places.push_back(k);
  }
  std::vector<SegmentSearch::Found> with_terms = search_.run(segments, rules, interruption);
  for (std::size_t i = 0; i < places.size(); ++i) found[places[i]] = std::move(with_terms[i]);
}

// Of each segment; none at all where no line has any.
RuledSearch::Terms RuledSearch::terms_of(const SegmentedLines& lines) const {
  const auto has_terms = [](const SourceLine* line) { return !line->terms.empty(); };
  if (!options_.glossary && std::ranges::none_of(lines.lines, has_terms)) return {};
  options_.check_terms();
  Terms terms(lines.segments.segments.size());
  for (std::size_t i = 0; i < lines.lines.size(); ++i) {
    const LineSegments::Line& line = lines.segments.lines[i];
    const Glossary own(lines.lines[i]->terms);
    for (std::size_t k = line.begin; k < line.end; ++k) {
      const LineSegment& segment = lines.segments.segments[k];
      // A part of a sentence is known by its tokens alone.
      const std::string text =
          line.cut ? engine_->tokenizers().source.decode(segment.ids)
                   : lines.texts[i].substr(segment.sentence.begin, segment.sentence.end - segment.sentence.begin);
      terms[k] = own.matches(text);
      if (options_.glossary) add_apart(terms[k], options_.glossary->matches(text));
    }
  }
  return terms;
}

// None at all where nothing is asked for.
std::vector<SentenceRules> RuledSearch::rules_for(const SegmentedLines& lines, const Terms& terms) const {
  const auto has_prefix = [](const SourceLine* line) { return !is_blank(line->prefix); };
  if (terms.empty() && options_.rules.repetition_penalty == 1 && std::ranges::none_of(lines.lines, has_prefix))
    return {};
  std::vector<SentenceRules> rules;
  rules.reserve(lines.segments.segments.size());
  for (std::size_t i = 0; i < lines.lines.size(); ++i) {
    const LineSegments::Line& line = lines.segments.lines[i];
    std::vector<std::string> prefixes;
    if (has_prefix(lines.lines[i])) prefixes = shared_out(lines.lines[i]->prefix, target_splitter_.get(), line.size());
    for (std::size_t k = 0; k < line.size(); ++k) {
      SentenceWishes wishes;
      if (!terms.empty()) wishes.terms = terms[line.begin + k];
      if (k < prefixes.size()) wishes.prefix = prefixes[k];
      wishes.prefix_is_all = k + 1 < prefixes.size();
      rules.push_back(rule_maker_->rules_for(wishes));
    }
  }
  return rules;
}

}  // namespace dragoman
