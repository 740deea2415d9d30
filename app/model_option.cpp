#include "app/model_option.h"

#include <utility>

namespace dragoman {

Option& add_model_option(CommandLine& line, ModelChoice& choice, std::string help) {
  Option& option = line.add("model,m", choice.model, "DIR", std::move(help));
  option.common = true;
  add_unvalidated_option(line, choice);
  return option;
}

void add_unvalidated_option(CommandLine& line, ModelChoice& choice) {
  line.add("allow-unvalidated", choice.allow_unvalidated,
           "use the model even if its training was stopped before its first validation");
}

}  // namespace dragoman
