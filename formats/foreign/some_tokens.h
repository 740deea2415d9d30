#pragma once

#include "tokenizer/tokenizer.h"

#include <string>

namespace dragoman {

/// A text that a model can be tried with which takes tokens: some of them.
std::string some_tokens(const Tokenizer& tokenizer);

}  // namespace dragoman
