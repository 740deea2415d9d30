#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace dragoman {

/// Edits (insert, delete, replace a byte, swap two neighbours) that turn `a` into `b`: optimal string alignment
/// distance.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// Which of `known` the user most likely meant by `given`: the one with the smallest edit distance, less the number of
/// bytes with which both begin (so that `beam` means `beam-size` rather than `seed`); the earlier of two equals. Empty
/// if none is near: a third of the bytes may be wrong, at least one; or `given` is the beginning or the last words of
/// a name, or a name is the first words of `given`.
std::string nearest_name(std::string_view given, std::span<const std::string> known);

}  // namespace dragoman
