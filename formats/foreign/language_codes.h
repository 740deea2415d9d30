#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

/// Models that have a token for each of a list of languages, whose names are in none of their files.
enum class LanguageList { m2m100, wmt21, nllb, mbart25, mbart50 };

/// The codes of a list, in the order of the tokens' ids.
std::vector<std::string> language_codes(LanguageList list);

}  // namespace dragoman
