#include "app/cli/command_line.h"
#include "app/cli/output.h"
#include "app/commands.h"
#include "app/info/model_facts.h"
#include "formats/foreign/foreign_format.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace dragoman {
namespace {

enum class InfoFormat { text, json };

constexpr const char* kInfoSummary =
    R"(Tells what a model is: its form, its size by part, its vocabulary and languages, and how its training went.

  dragoman info MODEL

A model of another program is named.)";

// Of a model that is not ours.
std::string foreign_text(InfoFormat format, const std::string& model, const ForeignFormat& foreign) {
  if (format == InfoFormat::json)
    return nlohmann::ordered_json{{"model", model}, {"format", foreign.name}}.dump() + "\n";
  const char* remedy = foreign.read ? "; dragoman import makes a model of it" : ", which cannot be imported";
  return fmt::format("{}: {}{}\n", model, foreign.name, remedy);
}

}  // namespace

template <>
inline constexpr auto kEnumNames<InfoFormat> = enum_names<InfoFormat>({{InfoFormat::text, "text"},
                                                                       {InfoFormat::json, "json"}});

int info_command(const std::vector<std::string>& arguments) {
  std::string model;
  InfoFormat format = InfoFormat::text;
  CommandLine line("info", kInfoSummary);
  Option& directory = line.add("model,m", model, "DIR", "the model directory");
  directory.required = directory.bare = true;
  line.choose("format", format, "for people, or one JSON object for programs");
  if (const auto text = line.parse(arguments)) {
    print(*text);
    return 0;
  }
  if (const ForeignFormat* foreign = foreign_format_of(model)) {
    print(foreign_text(format, model, *foreign));
    return 0;
  }
  const ModelFacts facts = facts_of(model);
  print(format == InfoFormat::json ? to_json(facts, model) : to_text(facts, model));
  return 0;
}

}  // namespace dragoman
