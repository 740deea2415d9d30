#include "app/serve/parameters.h"

#include "app/serve/http/url.h"
#include "app/serve/request_error.h"
#include "base/utf8.h"

#include <charconv>
#include <fmt/format.h>
#include <stdexcept>
#include <utility>

namespace dragoman {
namespace {

using Json = nlohmann::ordered_json;

// What has more is no request of ours, and to read an object takes the square of the time.
constexpr std::size_t kMostFields = 3'000;
constexpr int kDeepest = 20;

std::string as_text(const Json& value, const std::string& name) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number() || value.is_boolean()) return value.dump();
  throw RequestError(400, fmt::format("\"{}\" must be a text", name));
}

}  // namespace

Parameters::Parameters(const HttpRequest& request) {
  const std::string_view type = request.header("content-type");
  if (type.starts_with("application/json")) {
    take_json(request.body);
  } else if (const auto boundary = multipart_boundary(type)) {
    try {
      take_parts(parse_multipart(request.body, *boundary));
    } catch (const std::invalid_argument& error) {
      throw RequestError(400, error.what());
    }
  } else if (!request.body.empty()) {
    for (auto& [name, value] : parse_form(request.body)) add(std::move(name), std::move(value));
  }
  Parameters of_query;
  for (auto& [name, value] : parse_form(request.query)) of_query.add(std::move(name), std::move(value));
  for (auto& [name, value] : of_query.values_.items()) {
    if (!values_.contains(name)) values_[name] = std::move(value);
  }
}

void Parameters::take_json(const std::string& body) {
  if (body.empty()) return;
  std::size_t names = 0;
  const auto check = [&names](int depth, Json::parse_event_t event, const Json&) {
    if (depth > kDeepest) throw RequestError(400, "the JSON is nested too deeply");
    if (event == Json::parse_event_t::key && ++names > kMostFields)
      throw RequestError(400, "the JSON has too many names");
    return true;
  };
  Json json = Json::parse(body, check, false);
  if (!json.is_object()) throw RequestError(400, "Invalid JSON format");
  values_ = std::move(json);
}

void Parameters::take_parts(std::vector<FormPart> parts) {
  for (FormPart& part : parts) {
    if (part.file_name.empty()) {
      add(std::move(part.name), std::move(part.data));
    } else {
      files_.push_back(std::move(part));
    }
  }
}

void Parameters::add(std::string name, std::string value) {
  if (values_.size() >= kMostFields) throw RequestError(400, "the form has too many fields");
  std::string text = replace_invalid_utf8(value);
  Json& present = values_[replace_invalid_utf8(name)];
  if (present.is_null()) {
    present = std::move(text);
  } else if (present.is_array()) {
    present.push_back(std::move(text));
  } else {
    present = Json::array({present, std::move(text)});
  }
}

const Json* Parameters::find(const std::string& name) const {
  const auto found = values_.find(name);
  return found == values_.end() || found->is_null() ? nullptr : &*found;
}

std::vector<std::string> Parameters::names() const {
  std::vector<std::string> names;
  for (const auto& [name, value] : values_.items()) names.push_back(name);
  return names;
}

std::string Parameters::text(const std::string& name) const {
  const Json* const value = find(name);
  return value ? as_text(*value, name) : "";
}

std::vector<std::string> Parameters::texts(const std::string& name) const {
  const Json* const value = find(name);
  if (!value) return {};
  if (!value->is_array()) return {as_text(*value, name)};
  std::vector<std::string> texts;
  for (const Json& one : *value) texts.push_back(as_text(one, name));
  return texts;
}

int Parameters::number(const std::string& name, int lowest, int highest, int otherwise) const {
  const Json* const value = find(name);
  if (!value) return otherwise;
  const std::string text = as_text(*value, name);
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size())
    throw RequestError(400, fmt::format("Invalid request: {} parameter is not a number", name));
  if (number < lowest || number > highest) {
    throw RequestError(400, number > highest
                                ? fmt::format("Invalid request: {} parameter must be <= {}", name, highest)
                                : fmt::format("Invalid request: {} parameter must be >= {}", name, lowest));
  }
  return number;
}

bool Parameters::flag(const std::string& name) const {
  const std::string value = text(name);
  if (value.empty() || value == "false" || value == "0") return false;
  if (value == "true" || value == "1") return true;
  throw RequestError(400, fmt::format("\"{}\" must be true or false", name));
}

}  // namespace dragoman
