#include "formats/ctranslate2/ctranslate2_languages.h"

#include "formats/foreign/language_codes.h"
#include "formats/foreign/language_template.h"
#include "tokenizer/language_code.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace dragoman {
namespace {

struct KnownFamily {
  LanguageList list;
  std::string_view name, mark;  // what stands around a code
  bool behind_source;           // where nobody says otherwise
};

// Each before those whose languages it has, too.
constexpr std::array kFamiliesWithLanguages = {
    KnownFamily{LanguageList::nllb, "NLLB", "", false}, KnownFamily{LanguageList::mbart50, "mBART-50", "", false},
    KnownFamily{LanguageList::mbart25, "mBART", "", true}, KnownFamily{LanguageList::m2m100, "M2M100", "__", false},
    KnownFamily{LanguageList::wmt21, "WMT21", "__", false}};

using Ids = std::unordered_map<std::string_view, std::int32_t>;

// Empty unless all of the family's are there.
std::vector<Language> languages_of(const KnownFamily& family, const Ids& ids) {
  std::vector<Language> languages;
  for (const std::string& code : language_codes(family.list)) {
    const auto found = ids.find(fmt::format("{}{}{}", family.mark, code, family.mark));
    if (found == ids.end()) return {};
    languages.push_back({code, found->second});
  }
  return languages;
}

// Of a model whose translations begin with their language alone, which is to be named.
std::int32_t start_named(const std::vector<Language>& languages, const std::optional<std::string>& wanted) {
  std::vector<std::string> codes;
  for (const Language& language : languages) codes.push_back(language.code);
  const auto found = wanted ? language_named(codes, *wanted) : std::nullopt;
  if (found) return languages[*found].token;
  throw std::invalid_argument(
      fmt::format("the model does not say which language its translations begin with; add --target-lang CODE, of {}",
                  fmt::join(codes, " ")));
}

}  // namespace

bool read_languages(const std::vector<std::string>& tokens, const CTranslate2Options& options,
                    const ForeignSource& from, ModelConfig& config, std::vector<std::string>& notes) {
  Ids ids;
  for (std::size_t id = 0; id < tokens.size(); ++id) ids.emplace(tokens[id], static_cast<std::int32_t>(id));
  for (const KnownFamily& family : kFamiliesWithLanguages) {
    std::vector<Language> languages = languages_of(family, ids);
    if (languages.empty() || options.source_bos || options.source_eos) continue;
    const bool behind = from.language_behind_source || family.behind_source;
    const bool begins = options.start && std::ranges::none_of(languages, [&](const Language& language) {
                          return language.token == config.start_token;
                        });
    if (!options.start) config.start_token = start_named(languages, from.target_language);
    set_language_template(config, std::move(languages), behind, begins);
    notes.push_back(fmt::format(
        "by the languages of its vocabulary it is taken for {}: that of a source stands {}{}", family.name,
        behind ? "behind its end" : "before it",
        family.list == LanguageList::nllb && !behind ? " (behind its end with --language-behind-source)" : ""));
    notes.push_back(note_of_languages(config.text_template));
    return true;
  }
  return false;
}

}  // namespace dragoman
