#pragma once

#include "app/serve/http/exchange.h"
#include "app/serve/parameters.h"
#include "app/serve/serving.h"
#include "app/service/translation_service.h"
#include "base/notice.h"
#include "tokenizer/language_detector.h"

#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

/// From which language into which a request's texts are translated: by codes of the routes.
struct CallLanguages {
  std::string source, target;
  std::optional<DetectedLanguage> detected = std::nullopt;  ///< where the source was left to be found

  /// There is nothing to translate.
  bool same() const { return source == target; }
};

/// source: "auto" or empty: to be found by the texts. target: empty: the only one that there is for this source. Throws
/// RequestError 400 for languages that are not there.
CallLanguages call_languages(const Serving& serving, const std::vector<std::string>& texts, const std::string& source,
                             const std::string& target);

/// What is read as markup in a text of this format, as clients name it: "text", which is meant by nothing, too, "html"
/// or "xml". Nothing for any other.
std::optional<Markup> markup_of_format(std::string_view format);

/// Throws RequestError 400 for more or longer texts than may be.
void check_texts(const Serving& serving, const std::vector<std::string>& texts);

/// Of the texts of a document, which are many and short: throws RequestError 400 where all together are longer than a
/// hundred texts may be.
void check_document(const Serving& serving, const std::vector<std::string>& texts);

/// The number of code points in UTF-8.
std::size_t count_characters(std::string_view text);
std::size_t count_characters(const std::vector<std::string>& texts);

/// The key behind `scheme` in the header Authorization; without that, the parameter `name`.
std::string key_of(const HttpRequest& request, std::string_view scheme, const Parameters& parameters,
                   const std::string& name);

/// Throws RequestError 400 or 403 where keys are needed and `key` is none of them, and as check_rate() does.
void check_client(const Serving& serving, const HttpRequest& request, const std::string& key);

/// Counts a request, and throws RequestError 429 if its client has asked too often: who has this key where keys are
/// needed, else who has this address.
void check_rate(const Serving& serving, const HttpRequest& request, const std::string& key);

/// What holds for a whole request, in however many parts it is translated.
struct CallTerms {
  std::size_t characters = 0;  ///< for Statistics, when all are translated
  std::stop_token stop;
  std::optional<std::chrono::steady_clock::time_point> deadline;
};

/// At the begin of a request, once: notes for the log what it asks. kind: of its languages.
CallTerms begin_call(const Serving& serving, const ExchangePointer& exchange, const TranslationKind& kind,
                     const std::vector<std::string>& texts);

/// Translates, and hands over what was found; an error is answered with a status that fits it. Where source and target
/// are the same the texts are their own translations. What `done` throws is an error, too.
void translate_part(const ServingPointer& serving, const ExchangePointer& exchange, TextsRequest request,
                    std::function<void(TranslatedTexts texts)> done);

/// Begins a request, translates all of it, and lets `answer` make the response. The request's `stop` and `deadline` are
/// set here.
void translate_and_answer(const ServingPointer& serving, const ExchangePointer& exchange, TextsRequest request,
                          std::function<HttpResponse(TranslatedTexts texts)> answer);

/// The same, with each line as soon as it is there: `begin` gives the head behind which `piece` is written for each
/// line, `end` for all, or `failed` for what went wrong in the middle.
struct StreamForms {
  HttpResponse head;
  std::function<std::string(const TranslatedLine& line)> piece;
  std::function<std::string()> end;
  std::function<std::string(const std::string& message)> failed;
};
void translate_and_stream(const ServingPointer& serving, const ExchangePointer& exchange, TextsRequest request,
                          StreamForms forms);

/// What a client hears of a failure: of its own (RequestError, std::invalid_argument) and of what it may try again,
/// what is wrong. Of any other only that there was one, which `notice` hears of with the request's name.
HttpResponse failure_answer(const std::exception_ptr& failure, const HttpRequest& request, const Notice& notice);

}  // namespace dragoman
