#pragma once

#include "formats/model_directory.h"

#include <string_view>

namespace dragoman {

/// Throws std::runtime_error unless the scores of all tokens that may begin a translation of `text` are finite.
void require_finite_logits(const LoadedModel& loaded, std::string_view text);

}  // namespace dragoman
