#pragma once

#include "app/attention/attention_view.h"
#include "decoding/alignment/word_alignment.h"
#include "metrics/alignment_error.h"

#include <optional>
#include <string>
#include <vector>

namespace dragoman {

/// How well each cross-attention of a model aligns words, compared with alignments made by people.
class AlignmentTable {
 public:
  void add(const AttendedPair& pair, const ReferenceAlignment& reference);

  /// A row for each head and each layer's mean, then the best of all and the options that choose it. Throws
  /// std::runtime_error if no pair had a cross-attention with weights.
  std::string text() const;

 private:
  // One way to align.
  struct Row {
    int layer;
    std::optional<int> head;  // none: the mean over all
    AlignmentStep step;
    AlignmentError error = {};
  };
  Row& row(int layer, std::optional<int> head, AlignmentStep step);

  std::vector<Row> rows_;
};

}  // namespace dragoman
