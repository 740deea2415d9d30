#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

/// A tokenizer.json of Hugging Face's tokenizers whose model is BPE over bytes.
struct ByteLevelJson {
  std::vector<std::string> tokens;  ///< by id, those that were added among them; empty where an id has none
  std::vector<std::string> added;   ///< those that are no pieces
  std::string merges;               ///< as the lines of PairMerges, without its header
  bool prefix_space = false;        ///< what its pre-tokenizer says; transformers' classes go by an option of their own

  /// Why text is cut in another way than by a ByteLevelCodec; empty if it is not.
  std::string misfit;
};

/// size: of the model's vocabulary. Throws std::runtime_error naming `file` if it is damaged, or no table of tokens.
ByteLevelJson read_byte_level_json(std::string_view json, std::int32_t size, const std::string& file);

}  // namespace dragoman
