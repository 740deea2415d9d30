#pragma once

#include <c10/util/FunctionRef.h>

#include <cstdint>

namespace dragoman {

/// Calls `work(begin, end)` for parts of [begin, end), of `least` numbers or more but for the last, one for each of
/// LibTorch's threads (at::set_num_threads()), and ends when all have. One part where there is one thread or the caller
/// is in such a part itself. What LibTorch computes in a part has one thread. Throws what a part throws.
///
/// at::parallel_for does that in files that are compiled with OpenMP, as the one behind this is. In all others it is
/// a plain loop, without a word: tests/structure lets nobody else use it.
void parallel_parts(std::int64_t begin, std::int64_t end, std::int64_t least,
                    c10::function_ref<void(std::int64_t begin, std::int64_t end)> work);

/// The same for numbers that take unequally long: each thread takes the next of [0, count) as soon as it is free.
void parallel_each(std::int64_t count, c10::function_ref<void(std::int64_t i)> work);

}  // namespace dragoman
