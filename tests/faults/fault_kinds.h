#pragma once

#include <array>
#include <string_view>

namespace dragoman {

/// The kinds of calls that fault_injector.cpp can make fail. "rename" is whatever gives a name: links and folders, too.
enum class FaultKind { open, read, write, sync, rename, map, allocate };

inline constexpr std::array<std::string_view, 7> kFaultKinds = {"open",   "read", "write",   "sync",
                                                                "rename", "map",  "allocate"};

}  // namespace dragoman
