#pragma once

#include "data/corpus/corpus_cleaner.h"

#include <string>

namespace dragoman {

/// What was found in a corpus, and what is left of it, as tables.
std::string format_report(const CleaningReport& report);

/// The same as a JSON object, on one line.
std::string json_report(const CleaningReport& report);

}  // namespace dragoman
