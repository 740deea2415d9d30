#pragma once

#include "base/word_links.h"

#include <cstdint>
#include <span>

namespace dragoman {

/// Counts of links over a text.
struct AlignmentError {
  std::int64_t found = 0;               ///< |A|
  std::int64_t sure = 0;                ///< |S|
  std::int64_t found_and_sure = 0;      ///< |A ∩ S|
  std::int64_t found_and_possible = 0;  ///< |A ∩ P|

  AlignmentError& operator+=(const AlignmentError& other);

  /// 1 - (|A ∩ S| + |A ∩ P|) / (|A| + |S|) (Och and Ney 2003, section 6); 0 if there is no link at all.
  double rate() const;
  double precision() const;  ///< |A ∩ P| / |A|; 1 if nothing was found
  double recall() const;     ///< |A ∩ S| / |S|; 1 if nothing is sure
};

/// Of one sentence. A link that is there twice counts once.
AlignmentError alignment_error(std::span<const WordLink> found, const ReferenceAlignment& reference);

}  // namespace dragoman
