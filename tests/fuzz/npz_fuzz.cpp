#include "formats/foreign/zip_archive.h"
#include "formats/marian/npy_array.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/fuzz_targets.h"

#include <stdexcept>
#include <string>

namespace dragoman {

void fuzz_npz(std::string_view bytes) {
  try {
    const ZipArchive archive(bytes, "archive");
    std::string buffer;
    for (const std::string_view name : archive.names()) {
      try {
        const std::string_view entry = archive.read(name, buffer);
        const NpyArray array = read_npy(entry, "table");
        check(array.data.size() <= entry.size(), "a table is in its entry");
      } catch (const std::runtime_error&) {
      }
    }
  } catch (const std::runtime_error&) {
  }
}

}  // namespace dragoman
