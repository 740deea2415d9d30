#include "app/cli/command_line.h"
#include "app/cli/output.h"
#include "app/commands.h"
#include "app/info/model_facts.h"

#include <string>
#include <vector>

namespace dragoman {
namespace {

enum class InfoFormat { text, json };

constexpr const char* kInfoSummary =
    R"(Tells what a model is: its form, its size by part, its vocabulary and languages, and how its training went.

  dragoman info --model DIR)";

}  // namespace

template <>
inline constexpr auto kEnumNames<InfoFormat> = enum_names<InfoFormat>({{InfoFormat::text, "text"},
                                                                       {InfoFormat::json, "json"}});

int info_command(const std::vector<std::string>& arguments) {
  std::string model;
  InfoFormat format = InfoFormat::text;
  CommandLine line("info", kInfoSummary);
  line.add("model,m", model, "DIR", "the model directory").required = true;
  line.choose("format", format, "for people, or one JSON object for programs");
  if (const auto text = line.parse(arguments)) {
    print(*text);
    return 0;
  }
  const ModelFacts facts = facts_of(model);
  print(format == InfoFormat::json ? to_json(facts, model) : to_text(facts, model));
  return 0;
}

}  // namespace dragoman
