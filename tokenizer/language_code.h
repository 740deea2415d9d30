#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace dragoman {

/// A language's code as a BCP 47 tag in its usual spelling: "en", "pt-BR", "zh-Hans" of "EN", "pt_br", "zh_hans".
/// Throws std::invalid_argument for what is no such code.
std::string language_code(std::string_view text);

/// The language alone, with two letters where it has such a code, of a code as models spell them: "de" of "deu_Latn".
/// Empty for what is none.
std::string language_alone(std::string_view code);

/// The script of a code as models spell them, the usual one of the language where it says none: "Hant" of "zh_TW".
/// Empty for what is none.
std::string language_script(std::string_view code);

/// The English name of a code as models spell them: "German" of "deu_Latn", "Portuguese (Brazil)" of "pt-BR", "Chinese
/// (Simplified)" of "zh_CN", with the script where ICU knows the language in several. The code itself where it has no
/// name.
std::string language_name(std::string_view code);

/// Which of `codes`, as models spell them ("de", "deu_Latn", "de_DE"), the language `name` is: the same but for case
/// and separators, or of the same language by ISO 639 and, as far as `name` says them, script and region. Nothing if
/// none is. Throws std::invalid_argument naming them if `name` could be several.
std::optional<std::size_t> language_named(std::span<const std::string> codes, std::string_view name);

}  // namespace dragoman
