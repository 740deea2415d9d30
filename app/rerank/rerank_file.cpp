#include "app/rerank/rerank_file.h"

#include "app/cli/command_line.h"

#include <cmath>
#include <fmt/format.h>
#include <stdexcept>

namespace dragoman {
namespace {

Option& add_weight(CommandLine& line, const std::string& name, double& weight, std::string help) {
  Option option = bind_field(weight);
  option.set = [&weight](const std::vector<std::string>& values) {
    const double value = parse_real(values.front());
    if (!std::isfinite(value)) throw std::invalid_argument(fmt::format("{} is no weight", values.front()));
    weight = value;
  };
  return line.add_custom(name, std::move(option), "X", std::move(help));
}

CommandLine line_of_model(RerankRecipe::Model& model) {
  CommandLine line("rerank", "");
  line.add("model", model.model, "DIR", "the model directory");
  line.choose("direction", model.direction, "what it scores");
  add_weight(line, "weight", model.weight, "of its score");
  return line;
}

Option models_option(std::vector<RerankRecipe::Model>& models) {
  Option option;
  option.kind = Option::Kind::maps;
  option.set_maps = [&models](const std::vector<std::vector<Assignment>>& maps) {
    models.clear();
    for (const std::vector<Assignment>& map : maps) line_of_model(models.emplace_back()).take(map);
  };
  option.get = [&models] {
    std::vector<std::string> names;
    for (const RerankRecipe::Model& model : models) names.push_back(model.model);
    return names;
  };
  option.get_maps = [&models] {
    std::vector<std::vector<Assignment>> maps;
    for (RerankRecipe::Model& model : models) maps.push_back(line_of_model(model).effective_assignments());
    return maps;
  };
  return option;
}

CommandLine line_of(RerankRecipe& recipe) {
  CommandLine line("rerank", "");
  add_weight(line, "score", recipe.score, "of the search's own score");
  add_weight(line, "length", recipe.length, "of each token");
  line.add_custom("models", models_option(recipe.models), "", "what else scores");
  return line;
}

}  // namespace

std::vector<double> RerankRecipe::weights() const {
  std::vector<double> all = {score, length};
  for (const Model& model : models) all.push_back(model.weight);
  return all;
}

RerankRecipe read_rerank_file(const std::filesystem::path& file) {
  RerankRecipe recipe;
  line_of(recipe).take(read_config_file(file));
  if (recipe.models.empty())
    throw std::invalid_argument(
        fmt::format("{}: names no models; `dragoman rerank` writes such a file", file.string()));
  for (const RerankRecipe::Model& model : recipe.models) {
    if (model.model.empty())
      throw std::invalid_argument(fmt::format("{}: one of the models has no 'model'", file.string()));
  }
  return recipe;
}

std::string format_rerank_file(RerankRecipe recipe) {
  return line_of(recipe).effective_options();
}

}  // namespace dragoman
