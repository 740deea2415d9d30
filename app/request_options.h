#pragma once

#include "app/cli/command_line.h"
#include "app/line_requests.h"
#include "app/translation_options.h"

namespace dragoman {

/// Adds --input-format, --prefix and --prefix-bonus.
void add_request_options(CommandLine& line, RequestOptions& options, TranslationOptions& translation);

/// Throws std::invalid_argument for an option about prefixes or terms where there can be none, and for one of their
/// files that is stdin. Call after CommandLine::parse().
void check_requests(const CommandLine& line, const RequestOptions& options, const TranslationOptions& translation);

}  // namespace dragoman
