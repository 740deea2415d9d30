#include "model/text_template.h"

#include <algorithm>
#include <array>

namespace dragoman {

bool TextTemplate::has(std::int32_t place) const {
  return std::ranges::any_of(std::array{&source_before, &source_behind, &target_before},
                             [&](const auto* tokens) { return std::ranges::find(*tokens, place) != tokens->end(); });
}

}  // namespace dragoman
