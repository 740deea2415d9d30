#pragma once

#include "base/notice.h"
#include "training/data/batch_memory.h"

#include <cstdint>
#include <exception>
#include <functional>

namespace dragoman {

/// Whether `error` says that memory, of the machine or of the device, was not to be had.
bool is_out_of_memory(const std::exception& error);

/// Trains on the worst batch under a budget, in tokens, and forgets what it learned.
using Rehearsal = std::function<void(std::int64_t budget)>;

/// `wanted`, or the first of its halves that `rehearse` has memory for; what is lowered is told. Throws
/// std::runtime_error if there is none above `least`.
std::int64_t budget_that_fits(std::int64_t wanted, std::int64_t least, const Rehearsal& rehearse, const Notice& notice);

/// The largest of least, 2·least, 4·least and so on up to `most` that there is memory for: each is rehearsed while the
/// next may be expected to fit into what is available of `memory`.
std::int64_t largest_budget(std::int64_t least, std::int64_t most, const Rehearsal& rehearse,
                            const BatchMemory& memory);

}  // namespace dragoman
