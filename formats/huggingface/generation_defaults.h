#pragma once

#include "formats/foreign/foreign_options.h"
#include "model/decoding_defaults.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace dragoman {

/// What transformers' generate() would search a model with by itself, in our terms: lengths without the start token and
/// the `forced` tokens behind it. What has no form here and would
/// change a translation goes into `notes`, an option a line.
DecodingDefaults generation_defaults(ForeignOptions& options, int forced, std::vector<std::string>& notes);

}  // namespace dragoman
