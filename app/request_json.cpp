#include "app/request_json.h"

#include "base/utf8.h"

#include <algorithm>
#include <fmt/format.h>
#include <stdexcept>

namespace dragoman {

using Json = nlohmann::ordered_json;

std::string text_of_json(const Json& value, const std::string& what) {
  if (!value.is_string()) throw std::invalid_argument(fmt::format("{} must be a string, not {}", what, value.dump()));
  return value.get<std::string>();
}

std::vector<GlossaryTerm> terms_of_json(const Json& value) {
  if (!value.is_object()) throw std::invalid_argument(fmt::format("\"terms\" must be an object, not {}", value.dump()));
  std::vector<GlossaryTerm> terms;
  for (const auto& [source, targets] : value.items()) {
    GlossaryTerm& term = terms.emplace_back(GlossaryTerm{source, {}});
    const std::string what = fmt::format("the translation of the term \"{}\"", source);
    if (targets.is_null()) continue;
    if (!targets.is_array()) {
      term.targets.push_back(text_of_json(targets, what));
      continue;
    }
    for (const Json& target : targets) term.targets.push_back(text_of_json(target, what));
  }
  check_terms(terms);
  return terms;
}

void check_terms(std::span<const GlossaryTerm> terms) {
  for (const auto& [source, targets] : terms) {
    if (is_blank(source)) throw std::invalid_argument("a term must not be blank");
    if (std::ranges::any_of(targets, [](const std::string& target) { return is_blank(target); })) {
      throw std::invalid_argument(
          fmt::format("the translation of the term \"{}\" is blank; null leaves a term as it stands", source));
    }
  }
}

}  // namespace dragoman
