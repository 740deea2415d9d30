#pragma once

#include "decoding/text/translation.h"

#include <string>
#include <vector>

namespace dragoman {

/// Of each of the translation's terms, whether `text` has it: terms that may have the same forms need one each.
std::vector<bool> found_terms(const Translation& translation, const std::string& text);

}  // namespace dragoman
