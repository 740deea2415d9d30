#include "app/failure.h"

#include "training/data/batch_budget.h"

#include <c10/util/Exception.h>

#include <new>
#include <stdexcept>
#include <string>
#include <string_view>

namespace dragoman {

Failure describe_failure(const std::exception& error) {
  if (is_out_of_memory(error)) return describe_own_failure(std::bad_alloc());
  const auto* const of_torch = dynamic_cast<const c10::Error*>(&error);
  if (!of_torch) return describe_own_failure(error);
  // A stack trace stands behind the first line.
  const std::string_view what = of_torch->what_without_backtrace();
  return describe_own_failure(std::runtime_error(std::string(what.substr(0, what.find('\n')))));
}

}  // namespace dragoman
