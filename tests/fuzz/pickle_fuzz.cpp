#include "formats/foreign/pickle.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/fuzz_targets.h"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace dragoman {

void fuzz_pickle(std::string_view bytes) {
  constexpr std::array<std::string_view, 3> kGlobals = {"collections.OrderedDict", "torch._utils._rebuild_tensor_v2",
                                                        "torch.FloatStorage"};
  try {
    const Pickle pickle(bytes, kGlobals, "pickle");
    const auto pairs = pickle.pairs(pickle.root());
    check(pairs.size() % 2 == 0, "each key has a value");
    for (std::size_t i = 1; i < pairs.size(); i += 2) {
      const auto [callee, arguments] = pickle.call(pairs[i]);
      check(std::ranges::find(kGlobals, pickle.global(callee)) != kGlobals.end(), "a global is a known one");
      for (const Pickle::Value argument : pickle.items(arguments)) pickle.kind(argument);
    }
  } catch (const std::runtime_error&) {
  }
}

}  // namespace dragoman
