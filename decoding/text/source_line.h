#pragma once

#include "tokenizer/glossary.h"

#include <cstdint>
#include <string>
#include <vector>

namespace dragoman {

/// A line to be translated, and what is asked for it alone.
struct SourceLine {
  std::string text;
  std::int64_t number = 1;               ///< in reports
  std::string prefix = {};               ///< what the translation begins with; a blank at its end ends its last word
  std::vector<GlossaryTerm> terms = {};  ///< before those of a glossary for all lines

  bool has_alternatives = true;  ///< if there are any: TranslatorOptions::alternatives

  bool linked = false;  ///< whether Translation::Output::links are wanted

  /// Whether the translations of both are one.
  bool asks_the_same(const SourceLine& other) const {
    return text == other.text && prefix == other.prefix && terms == other.terms &&
           has_alternatives == other.has_alternatives;
  }
};

}  // namespace dragoman
