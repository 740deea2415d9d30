#pragma once

#include <string>
#include <string_view>

namespace dragoman {

/// `json` as it may stand in the script of a page: no '<' of a text can end the script or begin a comment in it.
std::string json_in_script(std::string_view json);

/// `text` as it may stand in an element or a quoted attribute of XML. Characters that XML 1.0 (section 2.2) does not
/// know become U+FFFD.
std::string escape_xml(std::string_view text);

/// `text` as it may stand in one line of a message or in JSON: control characters and bytes that are not UTF-8 become
/// escapes as C has them, "\n" or "\xfc". For names of files, which may be any bytes.
std::string printable(std::string_view text);

}  // namespace dragoman
