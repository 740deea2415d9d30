#include "app/serve/translation_call.h"

#include "app/failure.h"
#include "app/serve/http/error_response.h"
#include "app/serve/request_error.h"
#include "decoding/search/interruption.h"
#include "tokenizer/language_code.h"
#include "training/data/batch_budget.h"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

namespace dragoman {
namespace {

using Json = nlohmann::ordered_json;

// Each takes some hundred bytes, be it empty.
constexpr std::size_t kMostLines = 100'000;

// In which of the languages that there are models for; the first of them where nothing can be said.
DetectedLanguage detect_language(const Serving& serving, const std::vector<std::string>& texts) {
  constexpr std::size_t kLongestSample = 4000;
  std::string sample;
  for (const std::string& text : texts) {
    if (sample.size() < kLongestSample) sample += text + "\n";
  }
  const std::vector<DetectedLanguage> found = serving.detector->detect(sample);
  return found.empty() ? DetectedLanguage{serving.models->routes().sources().front().code, 0} : found.front();
}

std::string called(const std::string& code) {
  return fmt::format("{} ({})", language_name(code), code);
}

// Where none is named, the only one that this source has.
std::string target_of(const Serving& serving, const std::string& source, const std::string& name) {
  const LanguageRoutes& routes = serving.models->routes();
  if (!name.empty()) {
    if (auto code = routes.target_named(name)) return *code;
    // Into a language that is only translated from, there is no way, except of itself.
    if (auto code = routes.source_named(name)) return *code;
    throw RequestError(400, fmt::format("{} is not supported", name));
  }
  const auto from = std::ranges::find(routes.sources(), source, &ServedLanguage::code);
  if (from != routes.sources().end() && from->targets.size() == 1) return from->targets.front();
  throw RequestError(400, "Invalid request: missing target parameter");
}

HttpResponse too_much_to_do() {
  return error_response(503, "the server has too much to do; try again in a moment", {{"Retry-After", "2"}});
}

TranslatedTexts unchanged(const std::vector<std::string>& texts) {
  TranslatedTexts same;
  for (const std::string& text : texts) {
    same.texts.push_back({text});
    same.lines.push_back({same.texts.size() - 1, 0, text, {}});
    same.lines.back().translation.outputs.emplace_back().text = text;
  }
  return same;
}

std::string message_of(const HttpResponse& response) {
  return Json::parse(response.body).at("error").get<std::string>();
}

}  // namespace

CallLanguages call_languages(const Serving& serving, const std::vector<std::string>& texts, const std::string& source,
                             const std::string& target) {
  const LanguageRoutes& routes = serving.models->routes();
  CallLanguages languages;
  if (!source.empty() && source != "auto") {
    const auto code = routes.source_named(source);
    if (!code) throw RequestError(400, fmt::format("{} is not supported", source));
    languages.source = *code;
  } else {
    languages.detected = detect_language(serving, texts);
    languages.source = languages.detected->language;
  }
  languages.target = target_of(serving, languages.source, target);
  if (!languages.same() && !routes.find(languages.source, languages.target)) {
    throw RequestError(400, fmt::format("{} is not available as a target language from {}", called(languages.target),
                                        called(languages.source)));
  }
  return languages;
}

std::optional<Markup> markup_of_format(std::string_view format) {
  if (format.empty() || format == "text") return Markup::none;
  if (format == "html") return Markup::html;
  if (format == "xml") return Markup::xml;
  return std::nullopt;
}

void check_texts(const Serving& serving, const std::vector<std::string>& texts) {
  const ServeOptions& options = serving.options;
  if (options.batch_limit > 0 && texts.size() > static_cast<std::size_t>(options.batch_limit)) {
    throw RequestError(
        400, fmt::format("Invalid request: request ({}) exceeds batch limit ({})", texts.size(), options.batch_limit));
  }
  std::size_t lines = 0;
  for (const std::string& text : texts)
    lines += 1 + static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return c == '\n' || c == '\r'; }));
  if (lines > kMostLines)
    throw RequestError(400, fmt::format("Invalid request: request has more than {} lines", kMostLines));
  if (options.char_limit == 0) return;
  for (const std::string& text : texts) {
    const std::size_t characters = count_characters(text);
    if (characters > static_cast<std::size_t>(options.char_limit)) {
      throw RequestError(
          400, fmt::format("Invalid request: request ({}) exceeds text limit ({})", characters, options.char_limit));
    }
  }
}

void check_document(const Serving& serving, const std::vector<std::string>& texts) {
  constexpr std::size_t kTexts = 100;
  const std::size_t limit = kTexts * static_cast<std::size_t>(serving.options.char_limit);
  const std::size_t characters = count_characters(texts);
  if (limit > 0 && characters > limit) {
    throw RequestError(400,
                       fmt::format("Invalid request: the file's text ({}) exceeds text limit ({})", characters, limit));
  }
}

std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

std::size_t count_characters(const std::vector<std::string>& texts) {
  std::size_t count = 0;
  for (const std::string& text : texts) count += count_characters(text);
  return count;
}

std::string key_of(const HttpRequest& request, std::string_view scheme, const Parameters& parameters,
                   const std::string& name) {
  const std::string_view header = request.header("authorization");
  return header.starts_with(scheme) ? std::string(header.substr(scheme.size())) : parameters.text(name);
}

void check_client(const Serving& serving, const HttpRequest& request, const std::string& key) {
  if (serving.keys && key.empty()) throw RequestError(400, "Please contact the server operator to get an API key");
  if (serving.keys && !serving.keys->has(key)) throw RequestError(403, "Invalid API key");
  check_rate(serving, request, key);
}

void check_rate(const Serving& serving, const HttpRequest& request, const std::string& key) {
  const int limit = serving.options.request_limit;
  if (limit == 0) return;
  const std::string client = serving.keys ? key : client_of_address(request.peer);
  if (const auto wait = serving.lasting.rates->ask(client, limit, RateLimit::Clock::now())) {
    throw RequestError(429, fmt::format("Slowdown: {} per 1 minute", limit),
                       {{"Retry-After", std::to_string(wait->count())}});
  }
}

CallTerms begin_call(const Serving& serving, const ExchangePointer& exchange, const TranslationKind& kind,
                     const std::vector<std::string>& texts) {
  CallTerms terms{count_characters(texts), exchange->gone(), std::nullopt};
  exchange->note("source", Json(kind.source).dump());
  exchange->note("target", Json(kind.target).dump());
  exchange->note("texts", std::to_string(texts.size()));
  exchange->note("characters", std::to_string(terms.characters));
  if (serving.options.log_text) exchange->note("text", Json(texts).dump());
  if (serving.options.request_seconds > 0)
    terms.deadline = std::chrono::steady_clock::now() + std::chrono::seconds(serving.options.request_seconds);
  return terms;
}

void translate_part(const ServingPointer& serving, const ExchangePointer& exchange, TextsRequest request,
                    std::function<void(TranslatedTexts texts)> done) {
  const auto checked = [serving, exchange, done = std::move(done)](TranslatedTexts texts) {
    try {
      done(std::move(texts));
    } catch (...) {
      exchange->respond(failure_answer(std::current_exception(), exchange->request(), serving->notice));
    }
  };
  if (request.kind.source == request.kind.target) return checked(unchanged(request.texts));
  const auto failed = [serving, exchange](const std::exception_ptr& failure) {
    exchange->respond(failure_answer(failure, exchange->request(), serving->notice));
  };
  if (!serving->service->translate(std::move(request), checked, failed)) exchange->respond(too_much_to_do());
}

void translate_and_answer(const ServingPointer& serving, const ExchangePointer& exchange, TextsRequest request,
                          std::function<HttpResponse(TranslatedTexts texts)> answer) {
  const CallTerms terms = begin_call(*serving, exchange, request.kind, request.texts);
  request.stop = terms.stop;
  request.deadline = terms.deadline;
  const auto done = [serving, exchange, terms, answer = std::move(answer)](TranslatedTexts texts) {
    serving->lasting.statistics->add_characters(terms.characters);
    exchange->respond(answer(std::move(texts)));
  };
  translate_part(serving, exchange, std::move(request), done);
}

void translate_and_stream(const ServingPointer& serving, const ExchangePointer& exchange, TextsRequest request,
                          StreamForms forms) {
  const CallTerms terms = begin_call(*serving, exchange, request.kind, request.texts);
  request.stop = terms.stop;
  request.deadline = terms.deadline;
  const auto shared = std::make_shared<const StreamForms>(std::move(forms));
  const auto write = [serving, exchange, shared](const TranslatedLine& line) { exchange->write(shared->piece(line)); };
  const auto end = [exchange](const std::string& last) {
    exchange->write(last);
    exchange->end_stream();
  };
  const auto end_well = [serving, shared, terms, end] {
    serving->lasting.statistics->add_characters(terms.characters);
    end(shared->end());
  };
  if (request.kind.source == request.kind.target) {
    exchange->begin_stream(shared->head);
    for (const TranslatedLine& line : unchanged(request.texts).lines) write(line);
    return end_well();
  }
  // The head is written with the first line, so that what goes wrong before has a status of its own.
  const auto begun = std::make_shared<bool>(false);
  const auto line_done = [=](const TranslatedLine& line) {
    if (!std::exchange(*begun, true)) exchange->begin_stream(shared->head);
    write(line);
  };
  const auto done = [=](const TranslatedTexts&) { end_well(); };
  const auto failed = [=](const std::exception_ptr& failure) {
    const HttpResponse response = failure_answer(failure, exchange->request(), serving->notice);
    if (!*begun) return exchange->respond(response);
    end(shared->failed(message_of(response)));
  };
  if (!serving->service->translate(std::move(request), done, failed, line_done)) exchange->respond(too_much_to_do());
}

HttpResponse failure_answer(const std::exception_ptr& failure, const HttpRequest& request, const Notice& notice) {
  try {
    std::rethrow_exception(failure);
  } catch (const RequestError& error) {
    return error_response(error.status(), error.what(), error.headers());
  } catch (const Interrupted& interrupted) {
    if (interrupted.reason() == Interrupted::Reason::deadline)
      return error_response(504, "the translation took longer than requests may take");
    return error_response(503, "the connection was closed before the answer, or the server is ending",
                          {{"Retry-After", "5"}});
  } catch (const UnavailableModel& error) {
    return error_response(500, error.what());
  } catch (const std::invalid_argument& error) {
    return error_response(400, error.what());
  } catch (const std::exception& error) {
    if (is_out_of_memory(error))
      return error_response(503, "the server has no memory left for this", {{"Retry-After", "5"}});
    if (notice) notice(fmt::format("request {} failed: {}", request.id, describe_failure(error).message));
    return failure_response();
  }
}

}  // namespace dragoman
