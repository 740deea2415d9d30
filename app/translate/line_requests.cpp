#include "app/translate/line_requests.h"

#include "base/json.h"
#include "base/utf8.h"
#include "data/line_counts.h"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

namespace dragoman {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kRemedy =
    R"(write an object for each line, as {"text": "...", "prefix": "...", "terms": {"term": "translation"}, )"
    R"("source_lang": "en", "target_lang": "de"}, of which only "text" must be there)";

std::string text_of(const Json& value, const std::string& what) {
  if (!value.is_string()) throw std::invalid_argument(fmt::format("{} must be a string, not {}", what, value.dump()));
  return value.get<std::string>();
}

// "terms": of each term what it is translated as, one text or several; null: as it stands.
std::vector<GlossaryTerm> terms_of(const Json& value) {
  if (!value.is_object()) throw std::invalid_argument(fmt::format("\"terms\" must be an object, not {}", value.dump()));
  std::vector<GlossaryTerm> terms;
  for (const auto& [source, targets] : value.items()) {
    if (is_blank(source)) throw std::invalid_argument("a term must not be blank");
    GlossaryTerm& term = terms.emplace_back(GlossaryTerm{source, {}});
    const std::string what = fmt::format("the translation of the term \"{}\"", source);
    if (targets.is_null()) continue;
    if (!targets.is_array()) {
      term.targets.push_back(text_of(targets, what));
      continue;
    }
    for (const Json& target : targets) term.targets.push_back(text_of(target, what));
  }
  for (const auto& [source, targets] : terms) {
    if (std::ranges::any_of(targets, [](const std::string& target) { return is_blank(target); })) {
      throw std::invalid_argument(
          fmt::format("the translation of the term \"{}\" is blank; null leaves a term as it stands", source));
    }
  }
  return terms;
}

LineRequest request_of(const std::string& line) {
  const std::optional<Json> json = parse_json(line);
  if (!json) throw std::invalid_argument("this is no JSON");
  if (!json->is_object() || !json->contains("text")) throw std::invalid_argument("there is no \"text\"");
  LineRequest request;
  for (const auto& [name, value] : json->items()) {
    const std::string what = fmt::format("\"{}\"", name);
    if (name == "text") {
      request.text = text_of(value, what);
    } else if (name == "prefix") {
      request.prefix = text_of(value, what);
    } else if (name == "terms") {
      request.terms = terms_of(value);
    } else if (name == "source_lang") {
      request.languages.source = text_of(value, what);
    } else if (name == "target_lang") {
      request.languages.target = text_of(value, what);
    } else {
      throw std::invalid_argument(fmt::format("{} is not known", what));
    }
  }
  return request;
}

}  // namespace

LineRequests::LineRequests(std::string name, InputFormat format, const std::string& prefixes)
    : name_(std::move(name)), format_(format) {
  if (!prefixes.empty()) prefixes_.emplace(prefixes, Utf8::refuse);
}

std::vector<LineRequest> LineRequests::read(std::span<const std::string> lines, std::int64_t first_line_number) {
  std::vector<LineRequest> requests;
  for (const std::string& line : lines) {
    const std::int64_t number = first_line_number + std::ssize(requests);
    LineRequest& request = requests.emplace_back();
    if (format_ == InputFormat::plain) {
      request.text = line;
    } else {
      try {
        request = request_of(line);
      } catch (const std::invalid_argument& error) {
        throw std::runtime_error(fmt::format("{}:{}: {}; {}", name_, number, error.what(), kRemedy));
      }
    }
    request.number = number;
    std::string prefix;
    while (prefixes_ && prefixes_->line_number() < number) {
      if (prefixes_->next(prefix)) continue;
      throw std::runtime_error(fmt::format("{} has {} lines, but {} has more; each line needs its own, or an empty one",
                                           prefixes_->name(), prefixes_->line_number(), name_));
    }
    if (!prefix.empty()) request.prefix = prefix;
  }
  return requests;
}

void LineRequests::check_end(std::int64_t lines) {
  if (!prefixes_) return;
  for (std::string rest; prefixes_->next(rest);) continue;
  check_same_length(name_, lines, prefixes_->name(), prefixes_->line_number());
}

}  // namespace dragoman
