#include "base/atomic_file.h"
#include "tests/fuzz/fuzz_targets.h"

#include <filesystem>
#include <gtest/gtest.h>
#include <ostream>
#include <string>
#include <string_view>

namespace dragoman {

void PrintTo(const FuzzTarget& target, std::ostream* out) {
  *out << target.name;
}

namespace {

class FuzzSeeds : public ::testing::TestWithParam<FuzzTarget> {};

// A violation ends the process.
TEST_P(FuzzSeeds, DoNoHarm) {
  int count = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::filesystem::path(DRAGOMAN_FUZZ_SEEDS) / GetParam().name)) {
    SCOPED_TRACE(entry.path());
    const std::string bytes = read_file(entry.path());
    GetParam().run(bytes);
    // Cut short anywhere: what a full disk leaves.
    for (std::size_t size = 0; size < bytes.size(); size += 1 + bytes.size() / 50)
      GetParam().run(std::string_view(bytes).substr(0, size));
    ++count;
  }
  EXPECT_GT(count, 0);
}

INSTANTIATE_TEST_SUITE_P(Readers, FuzzSeeds, ::testing::ValuesIn(kFuzzTargets),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace dragoman
