#include "app/line_requests.h"

#include "app/request_json.h"
#include "base/json.h"
#include "data/line_counts.h"

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

LineRequest request_of(const std::string& line) {
  const std::optional<Json> json = parse_json(line);
  if (!json) throw std::invalid_argument("this is no JSON");
  if (!json->is_object() || !json->contains("text")) throw std::invalid_argument("there is no \"text\"");
  LineRequest request;
  for (const auto& [name, value] : json->items()) {
    const std::string what = fmt::format("\"{}\"", name);
    if (name == "text") {
      request.text = text_of_json(value, what);
    } else if (name == "prefix") {
      request.prefix = text_of_json(value, what);
    } else if (name == "terms") {
      request.terms = terms_of_json(value);
    } else if (name == "source_lang") {
      request.languages.source = text_of_json(value, what);
    } else if (name == "target_lang") {
      request.languages.target = text_of_json(value, what);
    } else {
      throw std::invalid_argument(fmt::format("{} is not known", what));
    }
  }
  return request;
}

}  // namespace

LineRequests::LineRequests(std::string name, const RequestOptions& options)
    : name_(std::move(name)), format_(options.format) {
  if (!options.prefixes.empty()) prefixes_.emplace(options.prefixes, Utf8::refuse);
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
