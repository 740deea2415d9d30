#include "app/cli/config_file.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/fuzz_targets.h"
#include "tests/fuzz/memory_file.h"

#include <stdexcept>

namespace dragoman {

void fuzz_yaml(std::string_view bytes) {
  const MemoryFile file(bytes);
  std::vector<Assignment> assignments;
  try {
    assignments = read_config_file(file.path());
  } catch (const std::invalid_argument&) {
    return;
  } catch (const std::runtime_error&) {
    return;
  }
  for (const Assignment& assignment : assignments)
    check(assignment.is_list || assignment.values.size() == 1, "a scalar is one value");
}

}  // namespace dragoman
