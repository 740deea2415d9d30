#pragma once

#include "tokenizer/glossary.h"

#include <span>
#include <string>
#include <vector>

namespace dragoman {

/// Of each of the terms, whether `text` has it: terms that may have the same forms need one each.
std::vector<bool> found_terms(std::span<const TermMatch> terms, const std::string& text);

}  // namespace dragoman
