#pragma once

#include "decoding/text/translation.h"

#include <cstddef>
#include <string_view>
#include <vector>

namespace dragoman {

/// Of a text to one between and of that to the last: where they meet, of the first to the last.
std::vector<TextLink> chained_links(const std::vector<TextLink>& first, const std::vector<TextLink>& second);

/// Links of `changed` as those of `text`, of which that has the same words with other punctuation. What has no
/// counterpart is left out.
std::vector<TextLink> links_from_changed(std::string_view text, std::string_view changed,
                                         const std::vector<TextLink>& links);

/// Links of a text as those of what is left of it behind its first `begin` bytes.
std::vector<TextLink> links_behind(std::size_t begin, const std::vector<TextLink>& links);

}  // namespace dragoman
