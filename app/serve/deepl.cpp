#include "app/serve/deepl.h"

#include "app/serve/parameters.h"
#include "app/serve/request_error.h"
#include "app/serve/translation_call.h"
#include "tokenizer/language_code.h"

#include <cctype>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <utility>

namespace dragoman {
namespace {

using Json = nlohmann::ordered_json;

// As DeepL writes them.
std::string upper_case(std::string code) {
  for (char& c : code) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return code;
}

void check_authorization(const Serving& serving, const HttpRequest& request, const Parameters& parameters) {
  const std::string key = key_of(request, "DeepL-Auth-Key ", parameters, "auth_key");
  // A missing key is as bad as a wrong one.
  if (serving.keys && !serving.keys->has(key)) throw RequestError(403, "Invalid API key");
  check_rate(serving, request, key);
}

Markup tag_handling_of(const Parameters& parameters) {
  const std::string handling = parameters.text("tag_handling");
  const auto markup = markup_of_format(handling);
  if (!markup || handling == "text")
    throw RequestError(400, fmt::format("Value for 'tag_handling' not supported: {}", handling));
  return *markup;
}

void deepl_translate(const ServingPointer& serving, const ExchangePointer& exchange) {
  const Parameters parameters(exchange->request());
  check_authorization(*serving, exchange->request(), parameters);
  if (!parameters.has("target_lang")) throw RequestError(400, "Value for 'target_lang' is missing");
  if (!parameters.has("text")) throw RequestError(400, "Value for 'text' is missing");
  if (parameters.has("glossary_id")) throw RequestError(400, "there are no glossaries at this server");
  TextsRequest request;
  request.texts = parameters.texts("text");
  check_texts(*serving, request.texts);
  const CallLanguages languages =
      call_languages(*serving, request.texts, parameters.text("source_lang"), parameters.text("target_lang"));
  request.kind = {languages.source, languages.target, tag_handling_of(parameters)};
  translate_and_answer(serving, exchange, std::move(request), [languages](const TranslatedTexts& texts) {
    Json translations = Json::array();
    for (const std::vector<std::string>& versions : texts.texts) {
      translations.push_back({{"detected_source_language", upper_case(languages.source)}, {"text", versions.front()}});
    }
    return HttpResponse{.body = Json{{"translations", translations}}.dump()};
  });
}

void deepl_languages(const ServingPointer& serving, const ExchangePointer& exchange) {
  const Parameters parameters(exchange->request());
  check_authorization(*serving, exchange->request(), parameters);
  const std::string type = parameters.text("type");
  Json list = Json::array();
  const auto add = [&](const std::string& code) {
    list.push_back({{"language", upper_case(code)}, {"name", language_name(code)}});
  };
  if (type == "target") {
    for (const std::string& code : serving->models->routes().targets()) {
      add(code);
      list.back()["supports_formality"] = false;
    }
  } else if (type.empty() || type == "source") {
    for (const ServedLanguage& language : serving->models->routes().sources()) add(language.code);
  } else {
    throw RequestError(400, fmt::format("Value for 'type' not supported: {}", type));
  }
  exchange->respond({.body = list.dump()});
}

// There is no quota: the limit is a number that is not reached.
void deepl_usage(const ServingPointer& serving, const ExchangePointer& exchange) {
  constexpr std::uint64_t kNoLimit = 1'000'000'000'000;
  check_authorization(*serving, exchange->request(), Parameters(exchange->request()));
  exchange->respond(
      {.body =
           Json{{"character_count", serving->lasting.statistics->characters()}, {"character_limit", kNoLimit}}.dump()});
}

}  // namespace

void add_deepl(Router& router) {
  router.add("POST", "/v2/translate", deepl_translate);
  for (const char* method : {"GET", "POST"}) {
    router.add(method, "/v2/languages", deepl_languages);
    router.add(method, "/v2/usage", deepl_usage);
  }
}

}  // namespace dragoman
