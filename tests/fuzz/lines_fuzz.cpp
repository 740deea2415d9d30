#include "data/line_reader.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/fuzz_targets.h"
#include "tests/fuzz/memory_file.h"

#include <stdexcept>

namespace dragoman {

void fuzz_lines(std::string_view bytes) {
  const MemoryFile file(bytes);
  for (const Utf8 policy : {Utf8::keep, Utf8::replace, Utf8::refuse}) {
    try {
      LineReader reader(file.path(), policy, [](const std::string&) {});
      std::int64_t count = 0;
      for (std::string line; reader.next(line); ++count)
        check(line.find('\n') == std::string::npos, "a line holds no line feed");
      check(reader.line_number() == count, "all lines are counted");
    } catch (const std::runtime_error&) {
    }
  }
}

}  // namespace dragoman
