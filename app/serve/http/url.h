#pragma once

#include "app/serve/http/message.h"

#include <string>
#include <string_view>

namespace dragoman {

enum class UrlPart { path, form };

/// Text of what is percent-encoded; in a form a plus sign is a space. What is no such code stays as it is.
std::string decode_url(std::string_view text, UrlPart part);

/// The names and values of a query, or of a form that is encoded as one.
HttpFields parse_form(std::string_view text);

}  // namespace dragoman
