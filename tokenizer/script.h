#pragma once

namespace dragoman {

/// Whether the character is of a script that puts no blanks between words: Han, Kana, Thai, Lao, Khmer, Burmese.
bool is_of_script_without_blanks(char32_t character);

}  // namespace dragoman
