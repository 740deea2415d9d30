#pragma once

#include "model/text_frame.h"

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dragoman {

/// From what a model translates into what, as the model spells the languages: each source into each other target.
struct ModelLanguages {
  std::vector<std::string> sources, targets;
};

/// A language that can be translated, and into which.
struct ServedLanguage {
  std::string code;                  ///< the shortest that tells it from the others: "de", "zh-Hans"
  std::vector<std::string> targets;  ///< codes
};

/// A way from one language into another, by one model or by two.
struct LanguageRoute {
  struct Leg {
    std::size_t model = 0;   ///< index among those that were given
    LanguagePair languages;  ///< as the model spells them
  };
  Leg first;
  std::optional<Leg> second;
};

/// The ways that several models make together. Of two models for the same pair the one that was given first counts, and
/// a way through a third language is taken only where there is no direct one: through English if that is possible.
class LanguageRoutes {
 public:
  explicit LanguageRoutes(std::span<const ModelLanguages> models);

  /// Those with targets, in the order of the models.
  const std::vector<ServedLanguage>& sources() const { return sources_; }
  /// Codes of all that can be translated into.
  const std::vector<std::string>& targets() const { return targets_; }

  /// The code of the language that is meant: "EN", "en-US" for "en", "zh" for "zh-Hans" if there is just one Chinese.
  std::optional<std::string> source_named(std::string_view name) const;
  std::optional<std::string> target_named(std::string_view name) const;

  /// Of codes. Nothing if there is no way.
  std::optional<LanguageRoute> find(const std::string& source, const std::string& target) const;

 private:
  const LanguageRoute::Leg* direct(const std::string& source, const std::string& target) const;

  std::map<std::pair<std::string, std::string>, LanguageRoute::Leg> direct_;  // by codes
  std::vector<ServedLanguage> sources_;
  std::vector<std::string> targets_;
};

}  // namespace dragoman
