#include "app/serve/libretranslate.h"

#include "app/documents/document.h"
#include "app/serve/http/error_response.h"
#include "app/serve/parameters.h"
#include "app/serve/request_error.h"
#include "app/serve/translation_call.h"
#include "tokenizer/language_code.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <utility>

namespace dragoman {
namespace {

using Json = nlohmann::ordered_json;

Json detected_json(const DetectedLanguage& detected) {
  return {{"confidence", std::round(detected.confidence)}, {"language", detected.language}};
}

void require(const Parameters& parameters, const char* name) {
  const Json* const value = parameters.find(name);
  if (!value || (value->is_string() && value->empty()) || (value->is_array() && value->empty()) || *value == "")
    throw RequestError(400, fmt::format("Invalid request: missing {} parameter", name));
}

Markup format_of(const Parameters& parameters) {
  const std::string format = parameters.text("format");
  const auto markup = markup_of_format(format);
  if (!markup || *markup == Markup::xml) throw RequestError(400, fmt::format("{} format is not supported", format));
  return *markup;
}

void libre_translate(const ServingPointer& serving, const ExchangePointer& exchange) {
  const Parameters parameters(exchange->request());
  check_client(*serving, exchange->request(), parameters.text("api_key"));
  for (const char* name : {"q", "source", "target"}) require(parameters, name);
  const bool is_list = parameters.is_list("q");
  TextsRequest request;
  request.texts = parameters.texts("q");
  check_texts(*serving, request.texts);
  const CallLanguages languages =
      call_languages(*serving, request.texts, parameters.text("source"), parameters.text("target"));
  const int alternatives = parameters.number("alternatives", 0, serving->options.alternatives_limit, 0);
  request.kind = {languages.source, languages.target, format_of(parameters)};
  if (request.kind.markup == Markup::none) request.kind.n_best = 1 + alternatives;

  translate_and_answer(serving, exchange, std::move(request), [=](const TranslatedTexts& texts) {
    Json best = Json::array(), others = Json::array(), detected = Json::array();
    for (const std::vector<std::string>& versions : texts.texts) {
      best.push_back(versions.front());
      others.push_back(std::vector<std::string>(versions.begin() + 1, versions.end()));
      if (languages.detected) detected.push_back(detected_json(*languages.detected));
    }
    Json answer;
    if (alternatives > 0) answer["alternatives"] = is_list ? others : others.front();
    if (languages.detected) answer["detectedLanguage"] = is_list ? detected : detected.front();
    answer["translatedText"] = is_list ? best : best.front();
    return HttpResponse{.body = answer.dump()};
  });
}

void libre_detect(const ServingPointer& serving, const ExchangePointer& exchange) {
  const Parameters parameters(exchange->request());
  check_client(*serving, exchange->request(), parameters.text("api_key"));
  require(parameters, "q");
  std::string text;
  for (const std::string& one : parameters.texts("q")) text += one + "\n";
  Json found = Json::array();
  for (const DetectedLanguage& detected : serving->detector->detect(text)) found.push_back(detected_json(detected));
  if (found.empty()) found.push_back({{"confidence", 0.0}, {"language", "en"}});
  exchange->respond({.body = found.dump()});
}

void libre_languages(const ServingPointer& serving, const ExchangePointer& exchange) {
  Json list = Json::array();
  for (const ServedLanguage& language : serving->models->routes().sources()) {
    // Clients take it for granted that a language is among its own targets.
    std::vector<std::string> targets = language.targets;
    targets.push_back(language.code);
    std::ranges::sort(targets);
    list.push_back({{"code", language.code}, {"name", language_name(language.code)}, {"targets", targets}});
  }
  exchange->respond({.body = list.dump()});
}

Json limit_or_none(int value) {
  return value == 0 ? -1 : value;
}

void libre_settings(const ServingPointer& serving, const ExchangePointer& exchange) {
  const ServedLanguage& first = serving->models->routes().sources().front();
  const auto language = [](const std::string& code) {
    return Json{{"code", code}, {"name", code == "auto" ? "Auto Detect" : language_name(code)}};
  };
  exchange->respond(
      {.body = Json{{"apiKeys", serving->keys.has_value()},
                    {"charLimit", limit_or_none(serving->options.char_limit)},
                    {"filesTranslation", true},
                    {"frontendTimeout", 500},
                    {"keyRequired", serving->keys.has_value()},
                    {"language", {{"source", language("auto")}, {"target", language(first.targets.front())}}},
                    {"suggestions", false},
                    {"supportedFilesFormat", document_extensions()}}
                   .dump()});
}

}  // namespace

void add_libretranslate(Router& router) {
  router.add("POST", "/translate", libre_translate);
  router.add("POST", "/detect", libre_detect);
  router.add("GET", "/languages", libre_languages);
  router.add("GET", "/frontend/settings", libre_settings);
  router.add("POST", "/suggest", [](const ServingPointer&, const ExchangePointer& exchange) {
    exchange->respond(error_response(403, "Suggestions are disabled on this server."));
  });
  router.add("GET", "/health", [](const ServingPointer&, const ExchangePointer& exchange) {
    exchange->respond({.body = Json{{"status", "ok"}}.dump()});
  });
}

}  // namespace dragoman
