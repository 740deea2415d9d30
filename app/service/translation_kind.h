#pragma once

#include "decoding/markup/markup_kind.h"

#include <string>

namespace dragoman {

/// What the lines of one batch have in common: everything that is not said of a single line.
struct TranslationKind {
  std::string source, target;  ///< codes of LanguageRoutes
  Markup markup = Markup::none;
  int n_best = 1;
  int alternatives = 0;    ///< ways to go on behind the prefix; 0: that is not asked
  bool alignment = false;  ///< of words

  bool operator==(const TranslationKind&) const = default;
};

}  // namespace dragoman
