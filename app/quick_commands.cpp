#include "app/quick_commands.h"

#include "app/corpus/corpus.h"
#include "app/evaluate/evaluate.h"

#include <algorithm>

namespace dragoman {
namespace {

// A configuration file may be a pipe, which is read once.
bool is_configured(const std::vector<std::string>& arguments) {
  return std::ranges::any_of(arguments, [](const std::string& argument) {
    return argument.starts_with("-c") || argument.starts_with("--config");
  });
}

}  // namespace

std::optional<int> run_quickly(const std::string& name, const std::vector<std::string>& arguments) {
  if (is_configured(arguments)) return std::nullopt;
  if (name == "corpus") return corpus(arguments, {});
  if (name == "evaluate") return evaluate(arguments, {});
  return std::nullopt;
}

}  // namespace dragoman
