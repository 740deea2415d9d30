#pragma once

#include <compare>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
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

/// In ascending order, each once.
WordLinks sorted_links(WordLinks links);

/// The links as Pharaoh, Moses and fast_align write them: "0-0 1-2", the source's word first.
std::string format_pharaoh(std::span<const WordLink> links);

/// A word alignment to go by: links that must be there, and others that may be there.
struct ReferenceAlignment {
  WordLinks sure;      ///< in ascending order
  WordLinks possible;  ///< in ascending order, the sure ones among them

  /// Throws std::invalid_argument naming a link to a word that sentences of so many words do not have: it is of others.
  void check_words(std::size_t sources, std::size_t targets) const;
};

/// Reads a line of links in Pharaoh form, "0-0 1-2", with a p for the dash of one that is possible alone, "1p3". Throws
/// std::invalid_argument naming the part that is no link.
ReferenceAlignment parse_reference_alignment(std::string_view line);

}  // namespace dragoman
