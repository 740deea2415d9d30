#include "decoding/markup/tag_pairs.h"

#include <map>
#include <string_view>

namespace dragoman {

std::vector<TagPartner> partners_of(std::span<const MarkupToken> tokens) {
  std::vector<TagPartner> partners(tokens.size());
  std::vector<std::size_t> open;
  std::map<std::string_view, std::size_t> open_count;  // by name
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const MarkupToken& token = tokens[i];
    if (token.kind == MarkupToken::Kind::kOpen) {
      open.push_back(i);
      ++open_count[token.name];
    }
    if (token.kind != MarkupToken::Kind::kClose) continue;
    const auto count = open_count.find(token.name);
    if (count == open_count.end() || count->second == 0) {
      if (open.empty()) partners[i].kind = TagPartner::Kind::kBeyond;
      continue;
    }
    while (tokens[open.back()].name != token.name) {
      --open_count[tokens[open.back()].name];
      open.pop_back();
    }
    --count->second;
    partners[i] = {TagPartner::Kind::kToken, open.back()};
    partners[open.back()] = {TagPartner::Kind::kToken, i};
    open.pop_back();
  }
  for (const std::size_t i : open) partners[i].kind = TagPartner::Kind::kBeyond;
  return partners;
}

}  // namespace dragoman
