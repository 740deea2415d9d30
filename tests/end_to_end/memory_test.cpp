// With less memory than a command needs: one line that says so, and exit code 1.

#include "tests/end_to_end/program.h"
#include "tests/end_to_end/tiny_model.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#if !defined(__SANITIZE_ADDRESS__)  // which takes more addresses than any limit leaves

namespace dragoman {
namespace {

using ::testing::AnyOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;

constexpr std::uint64_t kMegabyte = 1 << 20;

ProgramOptions within(std::uint64_t memory) {
  ProgramOptions options;
  options.memory = memory;
  options.environment = {"OMP_NUM_THREADS=1"};
  return options;
}

// The least memory, but for 16 MB, in which the program starts with its library.
std::uint64_t memory_to_start() {
  std::uint64_t too_little = 0, enough = 64 * kMegabyte;
  const auto starts = [](std::uint64_t memory) {
    return dragoman({"info", "--version"}, within(memory)).exit_code == 0;
  };
  while (!starts(enough)) {
    too_little = enough;
    enough *= 2;
    if (enough > std::uint64_t{1} << 40) throw std::runtime_error("the program does not start");
  }
  while (enough - too_little > 16 * kMegabyte) {
    const std::uint64_t middle = (too_little + enough) / 2;
    (starts(middle) ? enough : too_little) = middle;
  }
  return enough;
}

TEST(Memory, ItsWantIsOneLine) {
  const TemporaryFolder folder;
  const std::string model = copy_of_model(folder);
  const std::vector<std::string> lines = tiny_source_lines(200, 3);
  std::vector<std::string> translations;
  for (const std::string& line : lines) translations.push_back(tiny_target_line(line));
  const std::string source = folder.file("source", join_lines(lines)),
                    target = folder.file("target", join_lines(translations));
  const std::vector<std::vector<std::string>> commands = {
      {"translate", "--model", model, "--input", source, "--threads", "1", "--quiet"},
      {"evaluate", "--model", model, "--source", source, "--reference", target, "--threads", "1", "--quiet"},
      {"score", "--model", model, "--source", source, "--target", target, "--threads", "1", "--quiet"},
      {"attention", "--model", model, "--source", source, "--html", folder / "page.html", "--quiet"},
      {"heads", "--model", model, "--source", source, "--target", target, "--device", "cpu", "--quiet"},
      {"shortlist", "--model", model, "--train-source", source, "--train-target", target, "--threads", "1", "--quiet"},
      {"quantize", "--model", model, "--output", folder / "other", "--quiet"},
      {"export", "--model", model, "--output", folder / "exported", "--quiet"}};
  const std::uint64_t start = memory_to_start();
  int refused = 0;
  for (const std::uint64_t more : {4, 24}) {
    for (const std::vector<std::string>& words : commands) {
      SCOPED_TRACE(words.front() + " with " + std::to_string(more) + " MB more than to start");
      const Ended ended = dragoman(words, within(start + more * kMegabyte));
      if (ended.exit_code == 0) continue;
      ++refused;
      EXPECT_EQ(ended.exit_code, 1);
      // tcmalloc may have said something before.
      EXPECT_THAT(ended.err,
                  AnyOf(EndsWith("dragoman: out of memory\n"), HasSubstr("dragoman: cannot start a thread")));
    }
  }
  EXPECT_GT(refused, 0);
}

TEST(Memory, ForSmallerBatchesIsFound) {
  const TemporaryFolder folder;
  const TinyCorpus corpus(folder, 10000);
  std::vector<std::string> words = tiny_training(corpus, folder / "model", 1);
  *(std::find(words.begin(), words.end(), "--batch-tokens") + 1) = "40000";
  *(std::find(words.begin(), words.end(), "--width") + 1) = "256";
  const Ended ended = dragoman(words, within(memory_to_start() + 250 * kMegabyte));
  EXPECT_THAT(ended.exit_code, AnyOf(0, 1)) << ended.err;  // what just fits may want some more later
  EXPECT_THAT(ended.err, HasSubstr("there is no memory for batches of 40000 tokens: training with"));
}

}  // namespace
}  // namespace dragoman

#endif
