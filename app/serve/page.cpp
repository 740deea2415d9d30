#include "app/serve/page.h"

#include "app/serve/page_files.h"
#include "app/serve/parameters.h"
#include "app/serve/request_error.h"
#include "app/serve/translation_call.h"
#include "base/markup.h"
#include "tokenizer/language_code.h"

#include <algorithm>
#include <fmt/format.h>
#include <string>
#include <string_view>
#include <utility>

namespace dragoman {
namespace {

// Nothing but what this server has, and no script in the page itself.
constexpr const char* kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'";

std::string_view type_of(std::string_view name) {
  if (name.ends_with(".html")) return "text/html; charset=utf-8";
  if (name.ends_with(".css")) return "text/css; charset=utf-8";
  if (name.ends_with(".js")) return "text/javascript; charset=utf-8";
  if (name.ends_with(".svg")) return "image/svg+xml";
  return "application/octet-stream";
}

HttpResponse page_response(std::string_view name, std::string body) {
  return {.content_type = std::string(type_of(name)),
          .body = std::move(body),
          .headers = {{"Content-Security-Policy", kPolicy},
                      {"Referrer-Policy", "no-referrer"},
                      // The files are the program's, and change with it.
                      {"Cache-Control", "no-cache"}}};
}

std::string options_of(std::vector<std::string> codes, const std::string& selected) {
  std::string options;
  std::ranges::sort(codes, {}, language_name);
  for (const std::string& code : codes) {
    options += fmt::format("<option value=\"{}\"{}>{}</option>", escape_xml(code), code == selected ? " selected" : "",
                           escape_xml(language_name(code)));
  }
  return options;
}

// What stands in the page's places.
struct PageText {
  std::string source = "auto", target;  // codes
  std::string text, translation, error;
};

std::string filled(const Serving& serving, const PageText& page) {
  std::vector<std::string> sources;
  for (const ServedLanguage& language : serving.models->routes().sources()) sources.push_back(language.code);
  const std::pair<std::string_view, std::string> places[] = {
      {"{{source_options}}",
       fmt::format("<option value=\"auto\"{}>Detect language</option>", page.source == "auto" ? " selected" : "") +
           options_of(sources, page.source)},
      {"{{target_options}}", options_of(serving.models->routes().targets(), page.target)},
      {"{{source_text}}", escape_xml(page.text)},
      {"{{translation}}", escape_xml(page.translation)},
      {"{{error}}", escape_xml(page.error)}};
  const auto file = std::ranges::find(kPageFiles, std::string_view("index.html"), &PageFile::name);
  std::string_view rest = file->content;
  std::string html;
  // In their order, so that nothing that is put in is looked at.
  for (const auto& [place, content] : places) {
    const std::size_t at = rest.find(place);
    html.append(rest.substr(0, at)).append(content);
    rest.remove_prefix(at + place.size());
  }
  return html.append(rest);
}

void show_page(const ServingPointer& serving, const ExchangePointer& exchange) {
  PageText page;
  page.target = serving->models->routes().sources().front().targets.front();
  exchange->respond(page_response("index.html", filled(*serving, page)));
}

// Of a browser without scripts: the same page with the translation in it.
void page_translate(const ServingPointer& serving, const ExchangePointer& exchange) {
  const Parameters parameters(exchange->request());
  PageText page;
  page.source = parameters.text("source");
  page.target = parameters.text("target");
  page.text = parameters.text("q");
  try {
    if (serving->keys) throw RequestError(403, "This server asks for an API key, for which the page needs scripts.");
    check_rate(*serving, exchange->request(), "");
    TextsRequest request;
    request.texts = {page.text};
    check_texts(*serving, request.texts);
    const CallLanguages languages = call_languages(*serving, request.texts, page.source, page.target);
    request.kind = {languages.source, languages.target};
    translate_and_answer(serving, exchange, std::move(request), [=](const TranslatedTexts& texts) {
      PageText translated = page;
      translated.translation = texts.texts.front().front();
      return page_response("index.html", filled(*serving, translated));
    });
  } catch (const RequestError& error) {
    page.error = error.what();
    HttpResponse response = page_response("index.html", filled(*serving, page));
    response.status = error.status();
    exchange->respond(std::move(response));
  }
}

Endpoint if_wanted(Endpoint endpoint) {
  return [endpoint = std::move(endpoint)](const ServingPointer& serving, const ExchangePointer& exchange) {
    if (!serving->options.page) throw RequestError(404, "this server has no page");
    endpoint(serving, exchange);
  };
}

}  // namespace

void add_page(Router& router) {
  router.add("GET", "/", if_wanted(show_page));
  router.add("POST", "/", if_wanted(page_translate));
  for (const PageFile& file : kPageFiles) {
    if (file.name == "index.html") continue;
    router.add("GET", fmt::format("/{}", file.name),
               if_wanted([&file](const ServingPointer&, const ExchangePointer& exchange) {
                 exchange->respond(page_response(file.name, std::string(file.content)));
               }));
  }
}

}  // namespace dragoman
