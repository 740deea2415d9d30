#include "app/language_translators.h"

#include <algorithm>
#include <cstddef>

namespace dragoman {
namespace {

// There are many ways to write a language.
constexpr std::size_t kMostPairs = 64;

}  // namespace

std::shared_ptr<const Translator> LanguageTranslators::of(const Translator& model, const LanguagePair& languages) {
  const std::lock_guard lock(mutex_);
  const auto known = std::ranges::find_if(made_, [&](const auto& one) { return one.first == languages; });
  if (known != made_.end()) {
    std::rotate(known, known + 1, made_.end());
  } else {
    made_.emplace_back(languages, std::make_shared<const Translator>(model.with_languages(languages)));
    if (made_.size() > kMostPairs) made_.erase(made_.begin());
  }
  return made_.back().second;
}

}  // namespace dragoman
