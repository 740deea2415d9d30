#include "formats/model_config_json.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/fuzz_targets.h"

#include <optional>
#include <stdexcept>
#include <string>

namespace dragoman {

// What is accepted is written and read as the same.
void fuzz_model_config(std::string_view bytes) {
  std::optional<ModelConfig> config;
  try {
    config = model_config_from_json(bytes, "config.json");
  } catch (const std::runtime_error&) {
    return;
  }
  check(model_config_from_json(to_json(*config), "config.json") == *config, "a config is read as it was written");
}

}  // namespace dragoman
