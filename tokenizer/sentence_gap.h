#pragma once

#include <string>
#include <string_view>

namespace dragoman {

/// What stands between the translations of two sentences of a line: the white space between the sentences themselves
/// (`gap`), unless only one of the two languages is written without blanks: then none in that, and a blank in the
/// other. `source` and `translation` are what stands before.
std::string gap_of_translation(std::string_view source, std::string_view gap, std::string_view translation);

}  // namespace dragoman
