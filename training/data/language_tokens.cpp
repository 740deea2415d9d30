#include "training/data/language_tokens.h"

#include <algorithm>
#include <cstdint>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <optional>
#include <stdexcept>

namespace dragoman {
namespace {

std::string piece_of_language(const std::string& code) {
  return fmt::format("<2{}>", code);
}

std::vector<std::string> codes_with_tokens(std::span<const LanguagePair> directions, LanguageTokens tokens) {
  std::vector<std::string> codes;
  const auto add = [&](const std::optional<std::string>& code) {
    if (code && std::ranges::find(codes, *code) == codes.end()) codes.push_back(*code);
  };
  for (const LanguagePair& direction : directions) {
    add(direction.target);
    if (tokens == LanguageTokens::both) add(direction.source);
  }
  std::ranges::sort(codes);
  return codes;
}

std::optional<std::int32_t> id_of_piece(const Tokenizer& tokenizer, const std::string& piece) {
  for (std::int32_t id = 0; id < tokenizer.vocabulary_size(); ++id) {
    if (tokenizer.piece(id) == piece) return id;
  }
  return std::nullopt;
}

}  // namespace

std::vector<std::string> language_pieces(std::span<const LanguagePair> directions, LanguageTokens tokens) {
  std::vector<std::string> pieces;
  if (!needs_language_tokens(directions)) return pieces;
  for (const std::string& code : codes_with_tokens(directions, tokens)) pieces.push_back(piece_of_language(code));
  return pieces;
}

TextTemplate language_template(const Tokenizers& tokenizers, std::span<const LanguagePair> directions,
                               LanguageTokens tokens) {
  TextTemplate form;
  if (!needs_language_tokens(directions)) return form;
  std::vector<std::string> missing;
  for (const std::string& code : codes_with_tokens(directions, tokens)) {
    const std::string piece = piece_of_language(code);
    const auto source = id_of_piece(tokenizers.source, piece), target = id_of_piece(tokenizers.target, piece);
    if (source && target && source != target) {
      throw std::invalid_argument(fmt::format(
          "{} has another id in the target tokenizer than in the source tokenizer; use one for both", piece));
    }
    if (!source || !target) missing.push_back(piece);
    if (source) form.languages.push_back({code, *source});
  }
  if (!missing.empty()) {
    throw std::invalid_argument(
        fmt::format("the tokenizer has no piece {}, which tells the model a language; leave --source-tokenizer out to "
                    "learn one, or "
                    "make one with these as control symbols",
                    fmt::join(missing, ", no ")));
  }
  if (tokens == LanguageTokens::source) {
    form.source_before = {TextTemplate::kTargetLang};
  } else {
    form.source_before = {TextTemplate::kSourceLang};
    form.target_before = {TextTemplate::kTargetLang};
  }
  return form;
}

}  // namespace dragoman
