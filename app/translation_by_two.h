#pragma once

#include "decoding/engine/translator.h"
#include "decoding/search/interruption.h"
#include "decoding/text/line_report.h"
#include "decoding/text/source_line.h"
#include "decoding/text/translation.h"

#include <vector>

namespace dragoman {

/// Translates lines with one model, and its best translations with another. Of what is asked for the lines, prefixes
/// are the second's; links are those of both, one behind the other. Throws std::runtime_error naming a line with terms.
std::vector<Translation> translate_by_two(const Translator& first_model, const Translator& second_model,
                                          std::vector<SourceLine> lines, LineReport& report,
                                          const Interruption& interruption, const OutputChoice& choose);

}  // namespace dragoman
