#include "decoding/engine/ruled_search.h"

#include "base/utf8.h"
#include "decoding/text/found_terms.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <stdexcept>
#include <utility>

namespace dragoman {
namespace {

// Of a sentence. A search follows each of them through each step: a line of three hundred would take minutes.
constexpr std::size_t kMostTerms = 40;

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

// The sentences of a prefix, for those of a line: what is more than these have stays with the last. Behind one that is
// over another begins, with nothing yet.
std::vector<std::string> shared_out(const std::string& prefix, const SentenceSplitter* splitter,
                                    std::size_t sentences) {
  if (!splitter || sentences < 2) return {prefix};
  std::vector<TextRange> ranges = splitter->split(prefix);
  const std::vector<TextRange> going_on = splitter->split(prefix + "A");
  if (going_on.size() > ranges.size()) ranges.push_back({prefix.size(), prefix.size()});
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < std::min(ranges.size(), sentences); ++i) {
    const bool is_last = i + 1 == std::min(ranges.size(), sentences);
    const std::size_t begin = ranges[i].begin;
    parts.push_back(prefix.substr(begin, is_last ? std::string::npos : ranges[i].end - begin));
  }
  return parts;
}

bool has_all(std::span<const TermMatch> terms, const SegmentSearch::Outputs& outputs) {
  return std::ranges::all_of(outputs, [&](const Translation::Output& output) {
    return std::ranges::count(found_terms(terms, output.text), false) == 0;
  });
}

bool has_terms(const SentenceWishes& wishes) {
  return !wishes.terms.empty();
}

}  // namespace

RuledSearch::RuledSearch(std::vector<std::shared_ptr<const Engine>> engines, const TranslatorOptions& options)
    : options_(options),
      engine_(engines.at(0)),
      search_(std::move(engines), options),
      target_splitter_(target_splitter(options_.split_sentences, engine_->config().trained_on, options_.languages)),
      rule_maker_(std::make_shared<const RuleMaker>(engine_->tokenizers().target, search_.models().frame().end,
                                                    options_.rules)) {
  if (options_.alternatives > 0) check_prefixes();
}

void RuledSearch::check_prefixes() const {
  if (engine_->config().target_order == TokenOrder::left_to_right) return;
  throw std::invalid_argument(
      "the model makes translations from their end (target-order right-to-left): they cannot begin with a prefix, nor "
      "have alternatives behind one; leave these out");
}

RuledSearch::Found RuledSearch::run(const SegmentedLines& lines, const Interruption& interruption) const {
  Found found;
  found.terms = terms_of(lines);
  const std::vector<SentenceWishes> wishes = wishes_of(lines, found.terms);
  found.segments = options_.alternatives > 0 ? search_alternatives(lines.segments.segments, wishes, interruption)
                                             : search(lines.segments.segments, wishes, interruption);
  return found;
}

std::vector<SegmentSearch::Found> RuledSearch::search(std::span<const LineSegment> segments,
                                                      std::span<const SentenceWishes> wishes,
                                                      const Interruption& interruption) const {
  std::vector<SegmentSearch::Found> found = search_.run(segments, rules_for(wishes), interruption);
  if (!options_.rules.force_terms || std::ranges::none_of(wishes, has_terms)) return found;
  std::vector<LineSegment> lacking;
  std::vector<SentenceRules> rules;
  std::vector<std::size_t> places;
  for (std::size_t k = 0; k < segments.size(); ++k) {
    if (has_all(wishes[k].terms, found[k].outputs)) continue;
    // Another search brings no term that cannot be spelt.
    std::vector<TermMatch> possible;
    std::ranges::copy_if(wishes[k].terms, std::back_inserter(possible),
                         [&](const TermMatch& term) { return rule_maker_->can_spell(term); });
    if (has_all(possible, found[k].outputs)) continue;
    lacking.push_back(segments[k]);
    SentenceWishes forced = wishes[k];
    forced.terms_must_come = true;
    rules.push_back(rule_maker_->rules_for(forced));
    places.push_back(k);
  }
  std::vector<SegmentSearch::Found> with_terms = search_.run(lacking, rules, interruption);
  for (std::size_t i = 0; i < places.size(); ++i) found[places[i]] = std::move(with_terms[i]);
  return found;
}

// A segment with alternatives is searched once for each.
std::vector<SegmentSearch::Found> RuledSearch::search_alternatives(std::span<const LineSegment> segments,
                                                                   std::span<const SentenceWishes> wishes,
                                                                   const Interruption& interruption) const {
  std::vector<LineSegment> asking;
  std::vector<SentenceRules> rules;
  for (std::size_t k = 0; k < segments.size(); ++k) {
    if (!wishes[k].asks_next) continue;
    asking.push_back(segments[k]);
    rules.push_back(rule_maker_->rules_for({.prefix = wishes[k].prefix, .asks_next = true}));
  }
  const auto words = search_.next_words(asking, rules, static_cast<std::size_t>(options_.alternatives), interruption);
  std::vector<LineSegment> all;
  std::vector<SentenceWishes> all_wishes;
  std::vector<std::size_t> places;
  auto of_segment = words.begin();
  for (std::size_t k = 0; k < segments.size(); ++k) {
    std::vector<const NextWord*> ways;
    if (wishes[k].asks_next) {
      for (const NextWord& word : *of_segment++) ways.push_back(&word);
    }
    if (ways.empty()) ways.push_back(nullptr);
    for (const NextWord* const way : ways) {
      all.push_back(segments[k]);
      all_wishes.push_back(wishes[k]);
      all_wishes.back().next = way;
      places.push_back(k);
    }
  }
  std::vector<SegmentSearch::Found> found(segments.size());
  std::vector<SegmentSearch::Found> searched = search(all, all_wishes, interruption);
  for (std::size_t i = 0; i < places.size(); ++i) {
    std::ranges::move(searched[i].outputs, std::back_inserter(found[places[i]].outputs));
    found[places[i]].redone |= searched[i].redone;
  }
  for (SegmentSearch::Found& one : found)
    std::ranges::stable_sort(one.outputs, std::ranges::greater(), &Translation::Output::score);
  return found;
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
          line.is_cut() ? engine_->tokenizers().source.decode(segment.ids)
                        : lines.texts[i].substr(segment.sentence.begin, segment.sentence.end - segment.sentence.begin);
      terms[k] = own.matches(text);
      if (options_.glossary) add_apart(terms[k], options_.glossary->matches(text));
      terms[k].resize(std::min(terms[k].size(), kMostTerms));
    }
  }
  return terms;
}

// Of each segment; none at all where nothing is asked for.
std::vector<SentenceWishes> RuledSearch::wishes_of(const SegmentedLines& lines, const Terms& terms) const {
  const auto has_prefix = [](const SourceLine* line) { return !is_blank(line->prefix); };
  if (terms.empty() && options_.rules.repetition_penalty == 1 && options_.alternatives == 0 &&
      std::ranges::none_of(lines.lines, has_prefix))
    return {};
  if (std::ranges::any_of(lines.lines, has_prefix)) check_prefixes();
  std::vector<SentenceWishes> wishes;
  wishes.reserve(lines.segments.segments.size());
  for (std::size_t i = 0; i < lines.lines.size(); ++i) {
    const LineSegments::Line& line = lines.segments.lines[i];
    std::vector<std::string> prefixes;
    if (has_prefix(lines.lines[i])) prefixes = shared_out(lines.lines[i]->prefix, target_splitter_.get(), line.size());
    for (std::size_t k = 0; k < line.size(); ++k) {
      SentenceWishes& of_segment = wishes.emplace_back();
      if (!terms.empty()) of_segment.terms = terms[line.begin + k];
      if (k < prefixes.size()) of_segment.prefix = prefixes[k];
      of_segment.prefix_is_all = k + 1 < prefixes.size();
      of_segment.asks_next = options_.alternatives > 0 && lines.lines[i]->has_alternatives &&
                             k + 1 == std::max<std::size_t>(prefixes.size(), 1);
    }
  }
  return wishes;
}

// None at all where nothing is asked for.
std::vector<SentenceRules> RuledSearch::rules_for(std::span<const SentenceWishes> wishes) const {
  std::vector<SentenceRules> rules;
  rules.reserve(wishes.size());
  for (const SentenceWishes& of_segment : wishes) rules.push_back(rule_maker_->rules_for(of_segment));
  return rules;
}

}  // namespace dragoman
