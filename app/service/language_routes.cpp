#include "app/service/language_routes.h"

#include "tokenizer/language_code.h"

#include <algorithm>
#include <map>
#include <stdexcept>
#include <utility>

namespace dragoman {
namespace {

// Names that other servers have for languages, whose codes say more.
constexpr std::pair<std::string_view, std::string_view> kAliases[] = {
    {"zh", "zh-Hans"}, {"zt", "zh-Hant"}, {"pb", "pt-BR"}};

std::string tag_of(const std::string& code) {
  try {
    return language_code(code);
  } catch (const std::invalid_argument&) {
    return code;
  }
}

// The shortest codes that tell a model's languages from each other.
std::map<std::string, std::string> served_codes(const ModelLanguages& model) {
  std::vector<std::string> all = model.sources;
  all.insert(all.end(), model.targets.begin(), model.targets.end());
  std::ranges::sort(all);
  const auto repeated = std::ranges::unique(all);
  all.erase(repeated.begin(), repeated.end());
  std::map<std::string, int> uses;
  for (const std::string& code : all) ++uses[language_alone(code)];
  std::map<std::string, std::string> served;
  for (const std::string& code : all) {
    const std::string alone = language_alone(code);
    served[code] = alone.empty() || uses[alone] > 1 ? tag_of(code) : alone;
  }
  return served;
}

std::optional<std::string> named(std::span<const std::string> codes, std::string_view name) {
  const auto found = [&](std::string_view wanted) -> std::optional<std::string> {
    try {
      if (const auto place = language_named(codes, wanted)) return codes[*place];
    } catch (const std::invalid_argument&) {
      // It could be several.
    }
    return std::nullopt;
  };
  if (auto code = found(name)) return code;
  for (const auto& [alias, meant] : kAliases) {
    if (name == alias) return found(meant);
  }
  // "en-US" where there is one English.
  return found(language_alone(name));
}

}  // namespace

LanguageRoutes::LanguageRoutes(std::span<const ModelLanguages> models) {
  std::map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < models.size(); ++i) {
    const std::map<std::string, std::string> codes = served_codes(models[i]);
    for (const std::string& source : models[i].sources) {
      for (const std::string& target : models[i].targets) {
        const std::string &from = codes.at(source), &into = codes.at(target);
        if (from == into) continue;
        direct_.try_emplace({from, into}, LanguageRoute::Leg{i, {source, target}});
        if (places.try_emplace(from, sources_.size()).second) sources_.push_back({from, {}});
        if (std::ranges::find(targets_, into) == targets_.end()) targets_.push_back(into);
      }
    }
  }
  for (ServedLanguage& source : sources_) {
    for (const std::string& target : targets_) {
      if (find(source.code, target)) source.targets.push_back(target);
    }
  }
}

const LanguageRoute::Leg* LanguageRoutes::direct(const std::string& source, const std::string& target) const {
  const auto found = direct_.find({source, target});
  return found == direct_.end() ? nullptr : &found->second;
}

std::optional<std::string> LanguageRoutes::source_named(std::string_view name) const {
  std::vector<std::string> codes;
  for (const ServedLanguage& source : sources_) codes.push_back(source.code);
  return named(codes, name);
}

std::optional<std::string> LanguageRoutes::target_named(std::string_view name) const {
  return named(targets_, name);
}

std::optional<LanguageRoute> LanguageRoutes::find(const std::string& source, const std::string& target) const {
  if (source == target) return std::nullopt;
  if (const LanguageRoute::Leg* const leg = direct(source, target)) return LanguageRoute{*leg, std::nullopt};
  std::optional<LanguageRoute> best;
  for (auto way = direct_.lower_bound({source, ""}); way != direct_.end() && way->first.first == source; ++way) {
    const auto& [languages, first] = *way;
    const LanguageRoute::Leg* const second = direct(languages.second, target);
    if (!second) continue;
    if (languages.second == "en") return LanguageRoute{first, *second};
    if (!best || first.model < best->first.model) best = LanguageRoute{first, *second};
  }
  return best;
}

}  // namespace dragoman
