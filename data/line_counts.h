#pragma once

#include "data/line_reader.h"

#include <cstdint>
#include <string>

namespace dragoman {

/// Throws std::runtime_error that names both files, as messages name them, unless they have as many lines.
void check_same_length(const std::string& one, std::int64_t one_lines, const std::string& other,
                       std::int64_t other_lines);

/// For when one of two files has ended before the other: reads on to know how long they are, and throws that.
void refuse_different_lengths(LineReader& one, LineReader& other);

}  // namespace dragoman
