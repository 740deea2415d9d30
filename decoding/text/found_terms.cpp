#include "decoding/text/found_terms.h"

#include <cstddef>
#include <map>

namespace dragoman {

std::vector<bool> found_terms(std::span<const TermMatch> terms, const std::string& text) {
  std::vector<bool> found;
  std::map<std::vector<std::string>, std::size_t> left;
  for (const TermMatch& term : terms) {
    auto place = left.find(term.forms);
    if (place == left.end()) place = left.emplace(term.forms, count_forms(text, term.forms)).first;
    found.push_back(place->second > 0);
    if (found.back()) --place->second;
  }
  return found;
}

}  // namespace dragoman
