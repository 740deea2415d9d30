#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dragoman {

/// What a file is that is no text in UTF-8: "compressed by xz", "text in UTF-16", "binary data", say.
struct NotText {
  std::string what;
  std::string remedy;  ///< what to do with it; FILE stands for its name
};

/// What the first bytes of a file show it to be, if that is no text in UTF-8 or in another code that has no zero bytes.
/// Gzip is not looked for. Text in which a few NUL bytes or control characters stand is text.
std::optional<NotText> recognise(std::string_view beginning);

/// Whether more bytes than these must be there to tell. Never if there is a line feed: whoever wrote a line may wait
/// for the answer to it.
bool begins_like_a_signature(std::string_view beginning);

}  // namespace dragoman
