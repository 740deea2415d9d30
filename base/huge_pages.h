#pragma once

#include <cstddef>
#include <memory>

namespace dragoman {

/// Memory that is filled once and then read over and over, as weights are: in pages of 2 MiB where the system gives
/// them, so that it costs less to look up where it lies. Zeros to begin with, at a multiple of 64 bytes. Pieces share
/// pages, which go back to the system when all of their pieces are gone. Safe to call from several threads. Throws
/// std::bad_alloc.
std::shared_ptr<std::byte> in_huge_pages(std::size_t bytes);

}  // namespace dragoman
