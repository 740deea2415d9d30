#include "formats/marian/marian_binary.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/fuzz_targets.h"

#include <stdexcept>

namespace dragoman {

void fuzz_marian_binary(std::string_view bytes) {
  try {
    std::size_t size = 0;
    for (const MarianItem& item : read_marian_binary(bytes, "model")) {
      check(item.data.empty() || (item.data.data() >= bytes.data() &&
                                  item.data.data() + item.data.size() <= bytes.data() + bytes.size()),
            "a table is in the file");
      size += item.data.size();
    }
    check(size <= bytes.size(), "tables do not lie over each other");
  } catch (const std::runtime_error&) {
  }
}

}  // namespace dragoman
