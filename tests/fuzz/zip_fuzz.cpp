#include "formats/foreign/zip_archive.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/fuzz_targets.h"

#include <stdexcept>
#include <string>

namespace dragoman {

void fuzz_zip(std::string_view bytes) {
  try {
    const ZipArchive archive(bytes, "archive");
    std::size_t size = 0, inflated = 0;
    for (const std::string_view name : archive.names()) {
      try {
        const std::string_view data = archive.read(name);
        check(data.empty() || (data.data() >= bytes.data() && data.data() + data.size() <= bytes.data() + bytes.size()),
              "an entry is in the archive");
        size += data.size();
      } catch (const std::runtime_error&) {
      }
      try {
        std::string buffer;
        inflated += archive.read(name, buffer).size();
      } catch (const std::runtime_error&) {
      }
    }
    check(size <= bytes.size(), "entries do not lie over each other");
    check(inflated <= 64 * bytes.size() + (1 << 20), "entries are not far larger than the archive");
  } catch (const std::runtime_error&) {
  }
}

}  // namespace dragoman
