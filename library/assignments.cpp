#include "library/assignments.h"

#include <algorithm>
#include <iterator>
#include <stdexcept>
#include <utility>

namespace dragoman {

std::vector<Assignment> assignments_of(const api::Options& options) {
  std::vector<Assignment> assignments;
  for (const api::Option& option : options) {
    Assignment assignment{option.name, option.values, option.name, option.values.size() != 1};
    std::ranges::replace(assignment.name, '_', '-');
    if (option.values.empty()) throw std::invalid_argument(option.name + ": has no value; leave it out");
    std::erase_if(assignments, [&](const Assignment& earlier) { return earlier.name == assignment.name; });
    assignments.push_back(std::move(assignment));
  }
  return assignments;
}

std::vector<std::string> take_values(std::vector<Assignment>& assignments, const char* name) {
  const auto found = std::ranges::find(assignments, name, &Assignment::name);
  if (found == assignments.end()) return {};
  std::vector<std::string> values = std::move(found->values);
  assignments.erase(found);
  return values;
}

}  // namespace dragoman
