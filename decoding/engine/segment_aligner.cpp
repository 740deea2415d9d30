#include "decoding/engine/segment_aligner.h"

#include "tokenizer/text_units.h"

#include <cstdint>
#include <deque>
#include <utility>

namespace dragoman {
namespace {

std::vector<TextRange> ranges_of_units(std::string_view text) {
  std::vector<TextRange> ranges;
  for (const TextUnit& unit : units_of(text)) ranges.push_back(unit.range);
  return ranges;
}

}  // namespace

void SegmentAligner::link_words(std::span<const std::string> lines, const LineSegments& segments,
                                std::vector<Outputs>& outputs) const {
  link(lines, segments, std::vector<bool>(lines.size(), true), words_of, outputs,
       [](std::size_t, std::size_t first_word, const WordLinks& links, Translation::Output& output) {
         output.alignment = links;
         for (WordLink& link : output.alignment) link.source += static_cast<int>(first_word);
       });
}

void SegmentAligner::link_texts(std::span<const std::string> lines, const LineSegments& segments,
                                const std::vector<bool>& wanted, std::vector<Outputs>& outputs) const {
  std::vector<std::vector<TextRange>> units(lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (wanted[i]) units[i] = ranges_of_units(lines[i]);
  }
  link(lines, segments, wanted, ranges_of_units, outputs,
       [&](std::size_t line, std::size_t first_unit, const WordLinks& links, Translation::Output& output) {
         const std::vector<TextRange> targets = ranges_of_units(output.text);
         output.links.clear();
         for (const auto& [source, target] : links) {
           const std::size_t unit = first_unit + static_cast<std::size_t>(source);
           if (unit < units[line].size())
             output.links.push_back({units[line][unit], targets[static_cast<std::size_t>(target)]});
         }
       });
}

void SegmentAligner::link(std::span<const std::string> lines, const LineSegments& segments,
                          const std::vector<bool>& wanted, TextDivision division, std::vector<Outputs>& outputs,
                          const Sink& sink) const {
  std::deque<std::vector<std::int32_t>> targets;  // a deque: its elements stay where they are
  std::vector<AlignedPair> pairs;
  struct Aligned {
    Translation::Output* output;
    std::size_t line, first_part;
  };
  std::vector<Aligned> aligned;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!wanted[i]) continue;
    const LineSegments::Line& line = segments.lines[i];
    const std::vector<SegmentWords> parts =
        words_of_segments(lines[i], segments.of(line), engine_.tokenizers().source, division);
    for (std::size_t k = line.begin; k < line.end; ++k) {
      const SegmentWords& source = parts[k - line.begin];
      for (Translation::Output& output : outputs[k]) {
        const auto& ids = targets.emplace_back(ids_of(output));
        pairs.push_back({segments.segments[k].ids, ids, source.words,
                         tokens_of_parts(division(output.text), engine_.tokenizers().target.decoded_ranges(ids))});
        aligned.push_back({&output, i, source.first});
      }
    }
  }
  const std::vector<WordLinks> links = align(reader_, pairs, options_, engine_.config());
  for (std::size_t i = 0; i < links.size(); ++i)
    sink(aligned[i].line, aligned[i].first_part, links[i], *aligned[i].output);
}

}  // namespace dragoman
