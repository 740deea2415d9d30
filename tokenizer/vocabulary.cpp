#include "tokenizer/vocabulary.h"

#include "base/utf8.h"

#include <algorithm>
#include <fmt/format.h>
#include <stdexcept>
#include <utility>

namespace dragoman {
namespace {

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

}  // namespace

bool Vocabulary::recognises(std::string_view bytes) {
  if (find_invalid_utf8(bytes)) return false;
  for (const std::string_view line : lines_of(bytes)) {
    if (line == "<unk>") return true;
  }
  return false;
}

Vocabulary::Vocabulary(std::string text, const std::string& name_for_errors)
    : text_(std::move(text)), tokens_(lines_of(text_)) {
  const auto refuse = [&](std::size_t line, std::string_view what) {
    throw std::runtime_error(
        fmt::format("{}, line {}: {}; a vocabulary has one token a line", name_for_errors, line, what));
  };
  for (std::size_t i = 0; i < tokens_.size(); ++i) {
    if (tokens_[i].empty()) refuse(i + 1, "there is no token");
    if (tokens_[i].find_first_of(" \t") != std::string_view::npos) refuse(i + 1, "there is white space in it");
    const auto [before, is_new] = ids_.try_emplace(tokens_[i], static_cast<std::int32_t>(i));
    if (!is_new) refuse(i + 1, fmt::format("'{}' is there already, in line {}", tokens_[i], before->second + 1));
  }
  const auto id_or_none = [&](std::string_view name) {
    const auto found = ids_.find(name);
    return found == ids_.end() ? SpecialIds::kNone : found->second;
  };
  special_ = {id_or_none("<pad>"), id_or_none("<s>"), id_or_none("</s>"), id_or_none("<unk>")};
  for (const auto& [name, id] : {std::pair{"</s>", special_.eos}, std::pair{"<unk>", special_.unk}}) {
    if (id == SpecialIds::kNone)
      throw std::runtime_error(fmt::format("{}: the vocabulary lacks {}; add it as a line", name_for_errors, name));
  }
}

std::int32_t Vocabulary::id_of(std::string_view token) const {
  const auto found = ids_.find(token);
  return found == ids_.end() ? special_.unk : found->second;
}

std::string_view Vocabulary::token(std::int32_t id) const {
  if (id < 0 || id >= size())
    throw std::out_of_range(fmt::format("token id {} is outside the vocabulary of {}", id, size()));
  return tokens_[static_cast<std::size_t>(id)];
}

bool Vocabulary::is_special(std::int32_t id) const {
  token(id);
  return id == special_.pad || id == special_.bos || id == special_.eos;
}

}  // namespace dragoman
