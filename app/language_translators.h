#pragma once

#include "decoding/engine/translator.h"
#include "model/text_frame.h"

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace dragoman {

/// Translators that are as one, but for other languages, each made when it is first asked for. Threads may share it.
class LanguageTranslators {
 public:
  /// model: the same each time. Throws as Translator::with_languages() does.
  std::shared_ptr<const Translator> of(const Translator& model, const LanguagePair& languages);

 private:
  std::mutex mutex_;
  std::vector<std::pair<LanguagePair, std::shared_ptr<const Translator>>> made_;  // the last used is the last
};

}  // namespace dragoman
