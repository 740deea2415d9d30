#pragma once

#include <cstddef>
#include <functional>

namespace dragoman {

/// Does what a loop does from `begin` until before `end`.
using LoopBody = std::function<void(std::size_t begin, std::size_t end)>;

/// A way to share a loop among threads: calls `body` on consecutive blocks that together cover [0, count) exactly once,
/// and rethrows the first exception.
using ParallelLoop = std::function<void(std::size_t count, const LoopBody& body)>;

/// Calls `body(begin, end)` on consecutive blocks that together cover [0, count) exactly once. Blocks are handed out
/// one by one to `threads` threads (the caller's is one of them; values below 1 count as 1), so uneven work is
/// balanced; which thread gets which block is not defined. When bodies throw, blocks not yet begun are skipped and the
/// first exception is rethrown here, after all threads have ended.
void parallel_for(std::size_t count, int threads, const LoopBody& body);

/// That, with so many threads, as a way to share loops.
ParallelLoop in_threads(int threads);

/// The size of the blocks: several for each thread, so that one slow block does not leave the others idle for long. At
/// least 1.
std::size_t block_size(std::size_t count, int threads);

/// How many processor cores this process may use (its affinity mask, which taskset narrows, and the time that its
/// control groups give it, which containers limit); at least 1.
int available_cores();

/// Throws std::invalid_argument if this is no value of --threads.
void check_threads(int threads);

/// What an option for the number of threads means: 0 stands for all cores.
int threads_or_all(int wanted);

}  // namespace dragoman
