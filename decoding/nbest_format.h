#pragma once

#include "decoding/translation.h"

#include <cstdint>
#include <string>

namespace dragoman {

/// The outputs of one line in the form of Moses' n-best lists, a line each, with line feeds:
///   id ||| text ||| F0= log-probability ||| score
/// `id` counts the input's lines from 0. Bars that would read as a separator are written as Moses escapes them,
/// "&#124;".
std::string nbest_lines(std::int64_t id, const Translation& translation);

}  // namespace dragoman
