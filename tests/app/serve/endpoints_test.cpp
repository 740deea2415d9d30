#include "app/serve/endpoints.h"

#include "app/serve/server_state.h"

#include <algorithm>
#include <cctype>
#include <gtest/gtest.h>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using Routes = std::map<std::string, std::vector<std::string>>;

// Where a path has parameters, all that begin with what is before them are meant.
Routes described_routes(const nlohmann::json& spec) {
  Routes routes;
  for (const auto& [path, methods] : spec.at("paths").items()) {
    std::vector<std::string>& names = routes[path.substr(0, path.find('{'))];
    for (const auto& [method, unused] : methods.items()) {
      names.push_back(method);
      for (char& c : names.back()) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
    std::ranges::sort(names);
  }
  return routes;
}

TEST(Endpoints, AreThoseThatTheSpecDescribes) {
  const nlohmann::json spec = nlohmann::json::parse(api_description());
  EXPECT_EQ(described_routes(spec), api_endpoints().routes());
}

void collect_references(const nlohmann::json& json, std::vector<std::string>& references) {
  if (json.is_object() && json.contains("$ref")) references.push_back(json["$ref"]);
  if (!json.is_structured()) return;
  for (const nlohmann::json& part : json) collect_references(part, references);
}

TEST(Endpoints, AreDescribedByWhatIsThere) {
  const nlohmann::json spec = nlohmann::json::parse(api_description());
  std::vector<std::string> references;
  collect_references(spec, references);
  EXPECT_FALSE(references.empty());
  for (const std::string& reference : references)
    EXPECT_TRUE(spec.contains(nlohmann::json::json_pointer(reference.substr(1)))) << reference;
  for (const auto& [path, methods] : spec["paths"].items()) {
    for (const auto& [method, operation] : methods.items()) {
      EXPECT_TRUE(operation.contains("summary") && operation.contains("responses")) << method << " " << path;
    }
  }
}

}  // namespace
}  // namespace dragoman
