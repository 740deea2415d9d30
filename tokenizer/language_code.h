#pragma once

#include <string>
#include <string_view>

namespace dragoman {

/// A language's code as a BCP 47 tag in its usual spelling: "en", "pt-BR", "zh-Hans" of "EN", "pt_br", "zh_hans".
/// Throws std::invalid_argument for what is no such code.
std::string language_code(std::string_view text);

}  // namespace dragoman
