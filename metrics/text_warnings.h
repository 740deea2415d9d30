#pragma once

#include "metrics/metric.h"

#include <optional>
#include <span>
#include <string>

namespace dragoman {

// What is probably wrong with text that is to be scored. Each answers with one line without the name of the file and
// without a full stop, or with nothing if all seems well.

/// As sacreBLEU 2 warns: 100 lines or more that end in a blank and a full stop are words that a tokenizer has taken
/// apart.
std::optional<std::string> tokenised_text_warning(std::span<const std::string> hypotheses);

/// The same letter in different Unicode normal forms (é, or e and a combining accent) is two letters for every metric:
/// lines of one side that are not in NFC, while all lines of the other side are.
std::optional<std::string> normal_form_warning(std::span<const std::string> hypotheses,
                                               const ReferenceStreams& references);

/// ROUGE knows no word but those of ASCII letters and digits: references of whose letters fewer than half are such.
std::optional<std::string> unseen_script_warning(const ReferenceStreams& references);

}  // namespace dragoman
