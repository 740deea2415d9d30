#pragma once

#include <filesystem>

namespace dragoman {

/// Where a model of another program is.
struct ForeignSource {
  std::filesystem::path path;

  /// SentencePiece models for a model that has none beside it; empty: none are given.
  std::filesystem::path source_tokenizer = {}, target_tokenizer = {};
};

}  // namespace dragoman
