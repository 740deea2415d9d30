#pragma once

#include <string>
#include <vector>

namespace dragoman {

/// What became of one line.
struct Translation {
  struct Output {
    std::string text;       ///< detokenised
    double score = 0.0;     ///< log_prob / length penalty
    double log_prob = 0.0;  ///< natural logarithm; of the parts together if the line was translated in parts
    int tokens = 0;         ///< target tokens, ends of sentences included
    bool complete = true;   ///< ended by itself, rather than cut at the length limit
  };

  std::vector<Output> outputs;  ///< best first, never empty; one empty text for a blank line
};

}  // namespace dragoman
