#pragma once

#include "decoding/engine/segment_search.h"
#include "decoding/engine/translator_options.h"
#include "decoding/search/interruption.h"
#include "decoding/text/line_segments.h"
#include "decoding/text/sentence_rules.h"
#include "decoding/text/source_line.h"
#include "tokenizer/glossary.h"
#include "tokenizer/sentence_splitter.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace dragoman {

/// Lines, cut into segments.
struct SegmentedLines {
  std::span<const SourceLine* const> lines;
  std::span<const std::string> texts;
  const LineSegments& segments;
};

/// The search for what lines ask for: terms, prefixes, and alternatives at the end of these, of which a segment has one
/// output each, the best first.
///
/// Terms are favoured, which brings most of them and costs next to nothing: only those of other sentences that must
/// come are searched for, which costs more.
class RuledSearch {
 public:
  struct Found {
    std::vector<SegmentSearch::Found> segments;
    std::vector<std::vector<TermMatch>> terms;  ///< of each segment, in its sentence; empty: no line has any
  };

  /// Throws as SegmentSearch does, and std::invalid_argument as check_prefixes() does if alternatives are wanted.
  RuledSearch(std::vector<std::shared_ptr<const Engine>> engines, const TranslatorOptions& options);

  /// Throws std::invalid_argument if translations cannot begin with what is given, as those of a model whose
  /// target_order is right to left, which makes them from their end.
  void check_prefixes() const;

  const ModelEnsemble& models() const { return search_.models(); }
  const SearchOptions& options() const { return search_.options(); }

  /// Throws Interrupted if the interruption comes, and std::invalid_argument for a line that asks what cannot be.
  Found run(const SegmentedLines& lines, const Interruption& interruption) const;

 private:
  using Terms = std::vector<std::vector<TermMatch>>;

  Terms terms_of(const SegmentedLines& lines) const;
  std::vector<SentenceWishes> wishes_of(const SegmentedLines& lines, const Terms& terms) const;
  std::vector<SentenceRules> rules_for(std::span<const SentenceWishes> wishes) const;
  std::vector<SegmentSearch::Found> search(std::span<const LineSegment> segments,
                                           std::span<const SentenceWishes> wishes,
                                           const Interruption& interruption) const;
  std::vector<SegmentSearch::Found> search_alternatives(std::span<const LineSegment> segments,
                                                        std::span<const SentenceWishes> wishes,
                                                        const Interruption& interruption) const;

  TranslatorOptions options_;
  std::shared_ptr<const Engine> engine_;  // the first
  SegmentSearch search_;
  std::shared_ptr<const SentenceSplitter> target_splitter_;  // null: lines stay whole
  std::shared_ptr<const RuleMaker> rule_maker_;
};

}  // namespace dragoman
