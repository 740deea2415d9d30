#pragma once

#include <string>
#include <string_view>

namespace dragoman {

/// The letters of `text`, with the marks that stand on them, in one case and without anything between them: what is
/// left of "The 3rd Night!" is "therdnight". Accents stay. Ill-formed parts are no letters.
std::string folded_letters(std::string_view text);

}  // namespace dragoman
