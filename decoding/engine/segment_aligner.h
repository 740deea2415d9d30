#pragma once

#include "decoding/alignment/attention_maps.h"
#include "decoding/alignment/word_alignment.h"
#include "decoding/engine/engine.h"
#include "decoding/text/line_segments.h"
#include "decoding/text/segment_words.h"
#include "decoding/text/translation.h"

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace dragoman {

/// Finds what in the segments of lines and in their translations stands for each other, by one more pass of the model
/// over each translation. outputs: of each segment.
class SegmentAligner {
 public:
  using Outputs = std::vector<Translation::Output>;

  /// All three must outlive it.
  SegmentAligner(const Engine& engine, const AttentionReader& reader, const AlignmentOptions& options)
      : engine_(engine), reader_(reader), options_(options) {}

  /// Sets the alignment of words; they are counted in the line and in the output.
  void link_words(std::span<const std::string> lines, const LineSegments& segments,
                  std::vector<Outputs>& outputs) const;

  /// Sets the links of units (units_of()) in the lines that `wanted` names; bytes of the line and of the output.
  void link_texts(std::span<const std::string> lines, const LineSegments& segments, const std::vector<bool>& wanted,
                  std::vector<Outputs>& outputs) const;

 private:
  /// The links of one output, of which the source's parts are counted from this one of the line.
  using Sink = std::function<void(std::size_t line, std::size_t first_part, const WordLinks& links,
                                  Translation::Output& output)>;

  void link(std::span<const std::string> lines, const LineSegments& segments, const std::vector<bool>& wanted,
            TextDivision division, std::vector<Outputs>& outputs, const Sink& sink) const;

  const Engine& engine_;
  const AttentionReader& reader_;
  const AlignmentOptions& options_;
};

}  // namespace dragoman
