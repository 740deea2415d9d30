// What libFuzzer calls: the target that the build names.
#include "tests/fuzz/fuzz_targets.h"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  dragoman::DRAGOMAN_FUZZ_TARGET({reinterpret_cast<const char*>(bytes), count});
  return 0;
}
