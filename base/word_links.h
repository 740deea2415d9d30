#pragma once

#include <compare>
#include <span>
#include <string>
#include <vector>

namespace dragoman {

/// Word `source` of a sentence and word `target` of its translation stand for each other. Words are what white space
/// separates, counted from 0.
struct WordLink {
  int source = 0;
  int target = 0;

  auto operator<=>(const WordLink&) const = default;
};

using WordLinks = std::vector<WordLink>;

/// The links as Pharaoh, Moses and fast_align write them: "0-0 1-2", the source's word first.
std::string format_pharaoh(std::span<const WordLink> links);

}  // namespace dragoman
