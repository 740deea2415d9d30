#pragma once

#include "formats/model_directory.h"
#include "model/text_frame.h"

#include <string_view>

namespace dragoman {

/// Throws std::runtime_error unless the scores of all tokens that may begin a translation of `text`, in its frame, are
/// finite.
void require_finite_logits(const LoadedModel& loaded, const TextFrame& frame, std::string_view text);

}  // namespace dragoman
