#pragma once

#include <string>
#include <string_view>

namespace dragoman {

/// The stem of an English word in lower case, of ASCII letters and digits, by Porter's algorithm (1980, "An algorithm
/// for suffix stripping") with the changes that NLTK makes by default: a few irregular words, and its own rules for
/// -ies, -ied, -y, -alli, -bli, -fulli and -logi. Words of one or two letters are their own stems.
std::string porter_stem(std::string_view word);

}  // namespace dragoman
