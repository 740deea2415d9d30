#include "app/serve/native_api.h"

#include "app/request_json.h"
#include "app/serve/parameters.h"
#include "app/serve/request_error.h"
#include "app/serve/translation_call.h"
#include "app/translate/translation_json.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

namespace dragoman {
namespace {

using Json = nlohmann::ordered_json;

const std::set<std::string> kKnown = {"text",   "source_lang", "target_lang", "format",  "prefix",
                                      "terms",  "n_best",      "alignment",   "quality", "details",
                                      "stream", "api_key",     "alternatives"};

// All are looked at for each line or step.
constexpr std::size_t kLongestPrefix = 2'000, kMostTerms = 1'000, kMostTranslations = 20;

// A request, and how its answer is to be written.
struct NativeCall {
  TextsRequest request;
  CallLanguages languages;
  bool details = false;  // of each line, everything that is known
  bool streams = false;
};

void check_names(const Parameters& parameters) {
  for (const std::string& name : parameters.names()) {
    if (!kKnown.contains(name)) {
      throw RequestError(400, fmt::format("\"{}\" is not known; there are {}", name, fmt::join(kKnown, ", ")));
    }
  }
}

Markup markup_of(const std::string& format) {
  const auto markup = markup_of_format(format);
  if (!markup) throw RequestError(400, fmt::format("the format {} is not known; there are text, html and xml", format));
  return *markup;
}

TextsRequest request_of(const Serving& serving, const Parameters& parameters) {
  TextsRequest request;
  request.texts = parameters.texts("text");
  if (request.texts.empty())
    throw RequestError(400, "there is no \"text\"; send a JSON object, with Content-Type: application/json");
  check_texts(serving, request.texts);
  request.prefix = parameters.text("prefix");
  if (count_characters(request.prefix) > kLongestPrefix)
    throw RequestError(400, fmt::format("the prefix is longer than {} characters", kLongestPrefix));
  if (const Json* const terms = parameters.find("terms")) request.terms = terms_of_json(*terms);
  std::size_t translations = 0;
  for (const GlossaryTerm& term : request.terms) {
    translations += std::max<std::size_t>(term.targets.size(), 1);
    if (term.targets.size() > kMostTranslations)
      throw RequestError(400, fmt::format("a term has more than {} translations", kMostTranslations));
  }
  if (translations > kMostTerms)
    throw RequestError(400, fmt::format("there are more than {} terms with their translations", kMostTerms));
  TranslationKind& kind = request.kind;
  kind.markup = markup_of(parameters.text("format"));
  kind.alignment = parameters.flag("alignment");
  kind.n_best = parameters.number("n_best", 1, serving.options.alternatives_limit + 1, 1);
  kind.alternatives = parameters.number("alternatives", 0, serving.options.alternatives_limit, 0);
  if (kind.alternatives > 0 && kind.n_best > 1)
    throw RequestError(400, "\"alternatives\" and \"n_best\" are two ways to more translations; give one of them");
  return request;
}

// Terms are about the text that a model reads, which between two is a translation.
void check_terms(const Serving& serving, const NativeCall& call) {
  const CallLanguages& languages = call.languages;
  if (call.request.terms.empty() || languages.same()) return;
  if (serving.models->routes().find(languages.source, languages.target)->second) {
    throw RequestError(400,
                       fmt::format("from {} to {} there are two models, one behind the other, which take no \"terms\"",
                                   languages.source, languages.target));
  }
}

NativeCall call_of(const Serving& serving, const HttpRequest& http) {
  const Parameters parameters(http);
  check_client(serving, http, key_of(http, "Bearer ", parameters, "api_key"));
  check_names(parameters);
  NativeCall call;
  call.request = request_of(serving, parameters);
  TranslationKind& kind = call.request.kind;
  call.languages =
      call_languages(serving, call.request.texts, parameters.text("source_lang"), parameters.text("target_lang"));
  kind.source = call.languages.source;
  kind.target = call.languages.target;
  check_terms(serving, call);
  call.streams = parameters.flag("stream");
  call.details = parameters.flag("details") || parameters.flag("quality") || kind.alignment || kind.n_best > 1 ||
                 kind.alternatives > 0 || !call.request.terms.empty();
  return call;
}

Json head_of(const NativeCall& call) {
  Json head{{"source_lang", call.languages.source}, {"target_lang", call.languages.target}};
  if (const auto& detected = call.languages.detected)
    head["detected"] = {{"language", detected->language}, {"confidence", std::round(detected->confidence)}};
  return head;
}

// Where the text was in its target language there are no tokens.
Json json_of(const NativeCall& call, const ServedTranslator* translator, const TranslatedLine& line) {
  const int number = static_cast<int>(line.line) + 1;
  if (!translator) {
    return {{"line", number}, {"source", line.source}, {"translations", Json::array({{{"text", line.source}}})}};
  }
  TranslationExtras extras;
  extras.alignment = call.request.kind.alignment;
  extras.quality = translator->quality;
  return json_of_line(extras, number, line.source, line.translation, translator->ready.translator.target_tokenizer());
}

// What there may be of each line besides its translations.
void add_abilities(const ServedTranslator* translator, Json& answer) {
  answer["quality"] = translator && translator->quality.has_value();
  answer["alternatives"] = translator && translator->has_alternatives;
}

std::shared_ptr<const ServedTranslator> translator_of(const Serving& serving, const NativeCall& call) {
  return call.languages.same() ? nullptr : serving.models->translator(call.request.kind);
}

HttpResponse whole_answer(const Serving& serving, const NativeCall& call, const TranslatedTexts& texts) {
  Json answer = head_of(call), translations = Json::array();
  for (const std::vector<std::string>& versions : texts.texts) {
    Json& translation = translations.emplace_back(Json{{"text", versions.front()}});
    if (versions.size() > 1) translation["others"] = std::vector<std::string>(versions.begin() + 1, versions.end());
    if (call.details) translation["lines"] = Json::array();
  }
  if (call.details) {
    const auto translator = translator_of(serving, call);
    add_abilities(translator.get(), answer);
    for (const TranslatedLine& line : texts.lines)
      translations[line.text]["lines"].push_back(json_of(call, translator.get(), line));
  }
  answer["translations"] = std::move(translations);
  return {.body = answer.dump()};
}

std::string event(const char* name, const Json& data) {
  return fmt::format("event: {}\ndata: {}\n\n", name, data.dump());
}

// https://html.spec.whatwg.org/multipage/server-sent-events.html
StreamForms stream_of(const ServingPointer& serving, const std::shared_ptr<const NativeCall>& call) {
  StreamForms forms;
  forms.head = {.content_type = "text/event-stream",
                .body = "",
                .headers = {{"Cache-Control", "no-cache"}, {"X-Accel-Buffering", "no"}}};
  forms.piece = [serving, call](const TranslatedLine& line) {
    Json data{{"text", line.text}};
    if (call->details) {
      data.update(json_of(*call, translator_of(*serving, *call).get(), line));
    } else {
      data["line"] = line.line + 1;
      data["source"] = line.source;
      data["translations"] = Json::array({{{"text", line.translation.outputs.front().text}}});
    }
    return event("line", data);
  };
  forms.end = [serving, call] {
    Json answer = head_of(*call);
    if (call->details) add_abilities(translator_of(*serving, *call).get(), answer);
    return event("done", answer);
  };
  forms.failed = [](const std::string& message) { return event("error", {{"error", message}}); };
  return forms;
}

void native_translate(const ServingPointer& serving, const ExchangePointer& exchange) {
  NativeCall made = call_of(*serving, exchange->request());
  TextsRequest request = made.request;
  made.request.texts.clear();
  const auto call = std::make_shared<const NativeCall>(std::move(made));
  if (call->streams) return translate_and_stream(serving, exchange, std::move(request), stream_of(serving, call));
  translate_and_answer(serving, exchange, std::move(request),
                       [serving, call](const TranslatedTexts& texts) { return whole_answer(*serving, *call, texts); });
}

}  // namespace

void add_native_api(Router& router) {
  router.add("POST", "/v1/translate", native_translate);
}

}  // namespace dragoman
