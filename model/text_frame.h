#pragma once

#include "model/model_config.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace dragoman {

/// From which language into which, as a model or a BCP 47 tag spells them.
struct LanguagePair {
  std::optional<std::string> source, target;

  bool operator==(const LanguagePair&) const = default;
};

/// "en-de"; "?" stands for what is not known.
std::string name_of(const LanguagePair& languages);

/// What stands around the texts of one pair of languages, as ids.
struct TextFrame {
  std::vector<std::int32_t> source_before, source_behind;
  std::vector<std::int32_t> target_before;  ///< the start token first
  std::int32_t end;                         ///< of a target
  std::int32_t pad;                         ///< behind the end of what a target should be, where nothing counts
  std::int32_t filler;                      ///< behind the end of what is read

  std::size_t around_source() const { return source_before.size() + source_behind.size(); }
};

/// The template of `config`, filled in. Where `languages` has none, the model's own pair counts, that which it was
/// trained on, unless languages are optional. Throws std::invalid_argument with the codes that there are if the model
/// needs a language that is not given, or does not know one; or if it has one pair alone and `languages` says another.
TextFrame text_frame(const ModelConfig& config, const LanguagePair& languages = {});

}  // namespace dragoman
