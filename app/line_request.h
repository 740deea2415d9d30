#pragma once

#include "decoding/text/source_line.h"
#include "model/text_frame.h"

namespace dragoman {

/// A line of the input, and what is asked for it.
struct LineRequest : SourceLine {
  LanguagePair languages = {};  ///< each, if there is one, rather than that of all lines
};

}  // namespace dragoman
