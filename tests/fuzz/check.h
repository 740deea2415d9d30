#pragma once

#include <cstdio>
#include <cstdlib>

namespace dragoman {

/// Ends the process, for libFuzzer to see, where `holds` is false.
inline void check(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "violated: %s\n", what);
  std::abort();
}

}  // namespace dragoman
