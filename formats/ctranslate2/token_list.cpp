#include "formats/ctranslate2/token_list.h"

#include "base/json.h"
#include "tokenizer/special_ids.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <stdexcept>
#include <utility>

namespace dragoman {
namespace {

std::vector<std::string> lines_with_returns(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

// A token of this name that is another one loses it.
void rename(std::vector<std::string>& tokens, const std::string& theirs, const std::string& ours) {
  const std::int32_t id = find_token(tokens, theirs);
  if (theirs == ours || id == SpecialIds::kNone) return;
  std::ranges::replace(tokens, ours, std::string());
  tokens[static_cast<std::size_t>(id)] = ours;
}

}  // namespace

std::vector<std::string> read_token_list(std::string_view bytes, bool is_json, const std::string& file) {
  if (!is_json) {
    std::vector<std::string> tokens = lines_with_returns(bytes);
    if (std::ranges::all_of(tokens, [](const std::string& token) { return token.ends_with('\r'); })) {
      for (std::string& token : tokens) token.pop_back();
    }
    return tokens;
  }
  const auto json = parse_json(bytes);
  if (!json || !json->is_array() || !std::ranges::all_of(*json, [](const auto& token) { return token.is_string(); }))
    throw std::runtime_error(fmt::format("{}: is no list of tokens; copy the model anew", file));
  return json->get<std::vector<std::string>>();
}

std::int32_t find_token(const std::vector<std::string>& tokens, std::string_view token) {
  const auto found = std::ranges::find(tokens, token);
  return found == tokens.end() ? SpecialIds::kNone : static_cast<std::int32_t>(found - tokens.begin());
}

TokenTable named_tokens(std::vector<std::string> tokens, const SpecialTokens& special, std::int64_t size,
                        const std::string& file) {
  constexpr const char* kPad = "<pad>";
  if (find_token(tokens, special.unk) == SpecialIds::kNone) tokens.push_back(special.unk);  // as CTranslate2 does
  if (std::ssize(tokens) > size) {
    throw std::runtime_error(
        fmt::format("{}: there are {} tokens, but the model has embeddings for {}; the file is another model's", file,
                    tokens.size(), size));
  }
  if (find_token(tokens, special.eos) == SpecialIds::kNone) {
    throw std::runtime_error(
        fmt::format("{}: lacks the token '{}', with which sentences of this model end", file, special.eos));
  }
  std::set<std::string> known;
  for (std::string& token : tokens) {
    if (!known.insert(token).second) token.clear();
  }
  tokens.resize(static_cast<std::size_t>(size));
  rename(tokens, special.eos, "</s>");
  rename(tokens, special.unk, "<unk>");
  // Some begin with one of these.
  const bool has_begin = special.bos != kPad && special.bos != special.eos && special.bos != special.unk;
  if (has_begin) rename(tokens, special.bos, "<s>");
  if (find_token(tokens, kPad) == SpecialIds::kNone) rename(tokens, "<blank>", kPad);
  return token_table(std::move(tokens), SpecialIds::kNone, file);
}

}  // namespace dragoman
