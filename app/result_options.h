#pragma once

#include "app/cli/command_line.h"
#include "app/translation_options.h"

namespace dragoman {

/// What else is wanted of each line than its best translation.
struct ResultOptions {
  bool alignment = false;  ///< which words come from which
  AlignmentOptions how;    ///< alignments are made, those that marks are placed by as well
  bool quality = false;    ///< what is to be expected of lines and words
};

/// Adds these, and how many translations there are of a line.
void add_result_options(CommandLine& line, ResultOptions& results, TranslationOptions& options);

/// Call after CommandLine::parse(). Throws std::invalid_argument for what is asked of nothing.
void settle_results(const CommandLine& line, const ResultOptions& results, TranslationOptions& options);

}  // namespace dragoman
