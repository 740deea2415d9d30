#include "training/data/batch_budget.h"

#include <c10/util/Exception.h>

#include <fmt/format.h>
#include <new>
#include <stdexcept>
#include <string_view>

namespace dragoman {
namespace {

// Of the available memory, what batches may take: the optimiser's first step and validations want some, too.
constexpr double kShare = 0.6;

bool fits(const Rehearsal& rehearse, std::int64_t budget) {
  try {
    rehearse(budget);
    return true;
  } catch (const std::exception& error) {
    if (!is_out_of_memory(error)) throw;
    return false;
  }
}

}  // namespace

bool is_out_of_memory(const std::exception& error) {
  // oneDNN's exceptions cannot be told apart but by their text: this is what becomes of code that finds no place.
  const std::string_view text = error.what();
  return dynamic_cast<const std::bad_alloc*>(&error) || dynamic_cast<const c10::OutOfMemoryError*>(&error) ||
         text.find("can't allocate memory") != std::string_view::npos || text == "could not create a primitive";
}

std::int64_t budget_that_fits(std::int64_t wanted, std::int64_t least, const Rehearsal& rehearse,
                              const Notice& notice) {
  for (std::int64_t budget = wanted;; budget /= 2) {
    if (fits(rehearse, budget)) {
      if (budget < wanted)
        notice(fmt::format("there is no memory for batches of {} tokens: training with {}", wanted, budget));
      return budget;
    }
    if (budget / 2 < least) {
      throw std::runtime_error(
          fmt::format("there is no memory for batches of even {} tokens; choose a smaller model, a smaller "
                      "--max-length, or another --device",
                      budget));
    }
  }
}

std::int64_t largest_budget(std::int64_t least, std::int64_t most, const Rehearsal& rehearse,
                            const BatchMemory& memory) {
  const double room = kShare * static_cast<double>(memory.available());
  memory.forget_peak();
  const std::int64_t before = memory.use().now;
  std::int64_t best = 0;
  for (std::int64_t budget = least; budget <= most; budget *= 2) {
    if (!fits(rehearse, budget)) break;
    best = budget;
    if (2 * static_cast<double>(memory.use().peak - before) > room) break;
  }
  if (best == 0)
    throw std::runtime_error(
        fmt::format("there is no memory for batches of even {} tokens; choose a smaller model, a "
                    "smaller --max-length, or another --device",
                    least));
  return best;
}

}  // namespace dragoman
