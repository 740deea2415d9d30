#pragma once

#include "decoding/text/translation.h"

#include <cstdint>
#include <span>
#include <string>

namespace dragoman {

/// The outputs of one line in the form of Moses' n-best lists, a line each, with line feeds:
///   id ||| text ||| F0= log-probability ||| score
/// with " Q= quality" behind the log-probability if there are qualities, one for each output,
/// or, with `alignment`, that and " ||| " and the links of its words in Pharaoh form.
/// `id` counts the input's lines from 0. Bars that would read as a separator are written as Moses escapes them,
/// "&#124;".
std::string nbest_lines(std::int64_t id, const Translation& translation, bool alignment = false,
                        std::span<const double> qualities = {});

}  // namespace dragoman
