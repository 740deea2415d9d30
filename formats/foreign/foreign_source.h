#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace dragoman {

/// Where a model of another program is.
struct ForeignSource {
  std::filesystem::path path;

  /// SentencePiece models for a model that has none beside it; empty: none are given.
  std::filesystem::path source_tokenizer = {}, target_tokenizer = {};

  /// What a model of several languages may not say of itself: whose translations begin with the language's token alone,
  /// and whether the source's language stands behind it.
  std::optional<std::string> target_language = {};
  bool language_behind_source = false;
};

}  // namespace dragoman
