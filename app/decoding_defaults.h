#pragma once

#include "decoding/search/search_options.h"
#include "model/decoding_defaults.h"

#include <functional>
#include <string>

namespace dragoman {

/// Searches as the model, and the rules that are asked for, have it where the user does not say how. is_given: whether
/// an option of that name was.
void apply_decoding_defaults(const DecodingDefaults& defaults, const std::function<bool(const std::string&)>& is_given,
                             SearchOptions& search);

}  // namespace dragoman
