#pragma once

#include "tokenizer/glossary.h"

#include <string>

namespace dragoman {

/// The terms of a file, a line each: the term, a tab, and what it is translated as; several translations that are
/// allowed have tabs between them, or lines of their own. A term alone is not translated. Blank lines are left out.
/// Throws std::runtime_error naming the file, and the line if it has a translation without a term.
Glossary read_glossary(const std::string& path);

}  // namespace dragoman
