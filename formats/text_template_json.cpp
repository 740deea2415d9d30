#include "formats/text_template_json.h"

#include "base/json.h"

#include <array>
#include <cstdint>
#include <fmt/format.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array kPlaces = {std::pair<std::int32_t, std::string_view>{TextTemplate::kSourceLang, "source-lang"},
                                std::pair<std::int32_t, std::string_view>{TextTemplate::kTargetLang, "target-lang"},
                                std::pair<std::int32_t, std::string_view>{TextTemplate::kEnd, "end"}};
constexpr std::array kLists = {std::pair{"source_before", &TextTemplate::source_before},
                               std::pair{"source_behind", &TextTemplate::source_behind},
                               std::pair{"target_before", &TextTemplate::target_before}};
constexpr const char* kLanguages = "languages";
constexpr const char* kOptional = "languages_optional";

Json token_to_json(std::int32_t token) {
  for (const auto& [place, name] : kPlaces) {
    if (place == token) return name;
  }
  return token;
}

std::int32_t token_from_json(const Json& json) {
  if (!json.is_string()) {
    const auto id = whole_number<std::int32_t>(json);
    if (id < 0) throw std::invalid_argument(fmt::format("{} is no token's id", id));
    return id;
  }
  const auto& name = json.get_ref<const std::string&>();
  for (const auto& [place, known] : kPlaces) {
    if (known == name) return place;
  }
  throw std::invalid_argument(fmt::format("{} is neither a token's id nor source-lang, target-lang or end", name));
}

}  // namespace

Json text_template_to_json(const TextTemplate& form) {
  const TextTemplate usual;
  Json json = Json::object();
  for (const auto& [name, list] : kLists) {
    if (form.*list == usual.*list) continue;
    json[name] = Json::array();
    for (const std::int32_t token : form.*list) json[name].push_back(token_to_json(token));
  }
  for (const Language& language : form.languages) json[kLanguages][language.code] = language.token;
  if (form.languages_optional) json[kOptional] = true;
  return json;
}

TextTemplate text_template_from_json(const Json& json) {
  if (!json.is_object()) throw std::invalid_argument("it must be an object");
  TextTemplate form;
  for (const auto& [key, value] : json.items()) {
    bool known = false;
    for (const auto& [name, list] : kLists) {
      if (key != name) continue;
      known = true;
      if (!value.is_array()) throw std::invalid_argument(fmt::format("{} must be a list", key));
      (form.*list).clear();
      for (const Json& token : value) (form.*list).push_back(token_from_json(token));
    }
    if (key == kLanguages) {
      known = true;
      if (!value.is_object()) throw std::invalid_argument("languages must be an object");
      for (const auto& [code, token] : value.items())
        form.languages.push_back({code, whole_number<std::int32_t>(token)});
    } else if (key == kOptional) {
      known = true;
      form.languages_optional = value.get<bool>();
    }
    if (!known) throw std::invalid_argument(fmt::format("{} is no part of it", key));
  }
  return form;
}

}  // namespace dragoman
