#include "base/atomic_file.h"
#include "base/checksum.h"
#include "base/partial_file.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/folder.h"
#include "tests/fuzz/fuzz_targets.h"

#include <fmt/format.h>
#include <stdexcept>
#include <string>

namespace dragoman {
namespace {

constexpr const char* kWritten = "eins\nzwei\ndrei\n";

void go_on_with(const std::string& progress) {
  static const FuzzFolder folder("progress");
  folder.write("out.partial", kWritten);
  folder.write("out.progress", progress);
  try {
    const PartialFile file(folder.file("out"), "input: lines\n", false);
    if (file.note().empty()) return;
    check(std::string(kWritten).starts_with(read_file(folder.file("out.partial"))), "what is kept was there");
  } catch (const std::runtime_error&) {
    check(read_file(folder.file("out.partial")) == kWritten, "what is refused is left alone");
    check(read_file(folder.file("out.progress")) == progress, "and what was said of it");
  }
}

}  // namespace

// Once as it is, and once with the checksum that makes it one to believe.
void fuzz_progress(std::string_view bytes) {
  const std::string text(bytes);
  go_on_with(text);
  go_on_with(fmt::format("{}checksum {:08x}\n", text, crc32_of(text)));
}

}  // namespace dragoman
