#include "app/serve/serve_options.h"

#include "base/check_range.h"

#include <algorithm>
#include <fmt/format.h>
#include <stdexcept>
#include <utility>

namespace dragoman {
namespace {

void add_models(CommandLine& line, ServeOptions& options) {
  Option option;
  option.kind = Option::Kind::list;
  option.set = [&options](const std::vector<std::string>& values) {
    options.models.clear();
    for (const std::string& value : values) options.models.push_back(parse_served_model(value));
  };
  option.get = [&options] {
    std::vector<std::string> values;
    for (const ServedModel& model : options.models) values.push_back(to_string(model));
    return values;
  };
  option.required = true;
  option.common = true;
  line.add_custom("model,m", std::move(option), "[SRC:TGT=]DIR",
                  "a model directory, several times for several; en:de=DIR where a model does not know its languages. "
                  "Where no model is for a pair, two are used one behind the other");
  add_unvalidated_option(line, options.translation);
  line.add(
          "memory", options.memory_gb, "GB",
          "of weights that are kept in memory: models that were not used for the longest time are dropped; 0: no limit")
      .common = true;
  line.add("preload", options.preload, "load all models before the first request rather than when they are needed")
      .common = true;
}

void add_limits(CommandLine& line, ServeOptions& options) {
  line.group("Limits");
  line.add("char-limit", options.char_limit, "N", "characters of a text; 0: no limit").common = true;
  line.add("batch-limit", options.batch_limit, "N", "texts of a request; 0: no limit").common = true;
  line.add("alternatives-limit", options.alternatives_limit, "N", "translations of a text besides the best");
  line.add("req-limit", options.request_limit, "N",
           "requests in a minute of one client, by its key or else its address: what is more is turned away with "
           "status 429; 0: no limit")
      .common = true;
  line.add("waiting-lines", options.waiting_lines, "N",
           "lines that wait for their turn: what is more is turned away with status 503");
  line.add("body-limit", options.body_megabytes, "MB", "of a request");
  line.add(
      "body-memory", options.all_body_megabytes, "MB",
      "of all requests that are read or answered at once: large ones that are more are turned away with status 503");
  line.add("connections", options.connections, "N", "that are open at once");
  line.add("request-time", options.request_seconds, "SECONDS", "that a request may take; 0: no limit");
  line.add("drain-time", options.drain_seconds, "SECONDS",
           "that requests may still take when SIGTERM or SIGINT ends the server");
}

}  // namespace

void add_serve_options(CommandLine& line, ServeOptions& options) {
  line.group("Models");
  add_models(line, options);
  line.group("Server");
  line.add("host", options.host, "ADDRESS", "to listen on; 0.0.0.0: on all of the machine's").common = true;
  line.add("port,p", options.port, "N", "to listen on; 0: any that is free, and the first line on stderr says which")
      .common = true;
  line.add("api-keys", options.api_keys, "FILE",
           "who may ask: a line for each key, its SHA-256 in hexadecimal and a name")
      .common = true;
  line.add("cors", options.cors, "ORIGIN", "whose pages may ask, as https://example.org; '*' for all").common = true;
  line.add("libretranslate", options.libretranslate,
           "behave as a LibreTranslate server does unless options say otherwise: pages of all origins may ask, texts "
           "have "
           "any length")
      .common = true;
  line.add("page", options.page, "show the page for people at /").common = true;
  line.add("access-log", options.access_log, "FILE", "a JSON object for each request, without its text; '-' is stdout")
      .common = true;
  line.add("log-text", options.log_text, "in --access-log, the texts too");
  add_limits(line, options);
  add_translation_options(line, options.translation);
  line.choose("normalise", options.translation.normalise,
              "of the text; moses: punctuation takes the plain forms that Moses' scripts give it, as the models of "
              "OPUS-MT have learnt it");
  line.choose("guard", options.translation.translator.guard,
              "a sentence whose translation repeats itself, runs into the length limit or stops short is translated "
              "once more without that, and the better one taken");
  line.add("glossary", options.translation.glossary, "FILE",
           "terms of all requests: a line for each, it and its translations, tabs between; one alone stays as it is");
  line.add("glossary-bonus", options.translation.translator.rules.terms, "X",
           "a token of a term counts up to X more, in natural logarithms, as far as it is not certain");
  add_splitting_option(line, options.translation);
  line.add("placeholders", options.translation.marks.placeholders, "REGEX",
           "what matches comes out as it is, once each; 'usual': URLs, e-mail addresses, {0}, {name}, %s, __X__, emoji "
           "and symbols")
      .common = true;
  line.choose("unknown", options.translation.marks.unknown,
              "copy: characters that the model does not know come out as they are, and so does a line without letters");
}

void settle_serve_options(const CommandLine& line, ServeOptions& options) {
  check_range("--port", options.port, 0, 65535);
  check_range("--memory", options.memory_gb, 0.0, 1e6);
  check_range("--char-limit", options.char_limit, 0, 1'000'000'000);
  check_range("--batch-limit", options.batch_limit, 0, 1'000'000'000);
  check_range("--alternatives-limit", options.alternatives_limit, 0, 100);
  check_range("--req-limit", options.request_limit, 0, 1'000'000);
  check_range("--waiting-lines", options.waiting_lines, 1, 100'000'000);
  check_range("--body-limit", options.body_megabytes, 1, 4096);
  if (!line.given("body-memory"))
    options.all_body_megabytes = std::max(options.all_body_megabytes, options.body_megabytes);
  check_range("--body-memory", options.all_body_megabytes, options.body_megabytes, 1'000'000);
  check_range("--connections", options.connections, 1, 1'000'000);
  check_range("--request-time", options.request_seconds, 0, 1'000'000);
  check_range("--drain-time", options.drain_seconds, 0, 1'000'000);
  const LanguagePair& languages = options.translation.translator.languages;
  if (languages.source || languages.target) {
    throw std::invalid_argument(
        "--source-lang and --target-lang are what requests say; of a model that does not know its own write "
        "--model en:de=DIR");
  }
  if (options.log_text && options.access_log.empty())
    throw std::invalid_argument("--log-text adds to --access-log; give that, too");
  if (options.libretranslate) {
    if (!line.given("cors")) options.cors = {"*"};
    if (!line.given("char-limit")) options.char_limit = 0;
    if (!line.given("batch-limit")) options.batch_limit = 0;
    if (!line.given("unknown")) options.translation.marks.unknown = UnknownCharacters::copy;
  }
  settle_choice(line, options.translation);
  settle_batch_limits(line, options.translation);
  options.translation.translator.validate();
}

HttpServerOptions http_options(const ServeOptions& options) {
  HttpServerOptions http;
  http.host = options.host;
  http.port = static_cast<std::uint16_t>(options.port);
  http.limits.body_bytes = static_cast<std::size_t>(options.body_megabytes) << 20;
  http.limits.all_body_bytes = static_cast<std::size_t>(options.all_body_megabytes) << 20;
  http.limits.connections = static_cast<std::size_t>(options.connections);
  return http;
}

LineBatcher::Options batcher_options(const ServeOptions& options, const Workers& workers) {
  LineBatcher::Options batcher;
  // Who translates mostly waits for the search that all of them share, often for one line. Somewhat more than a batch
  // has keep it full; with many more, one that has just come waits behind them.
  constexpr int kCallers = 40;
  batcher.translators = kCallers * workers.count();
  batcher.batch_lines = 2;
  batcher.waiting = static_cast<std::size_t>(options.waiting_lines);
  return batcher;
}

}  // namespace dragoman
