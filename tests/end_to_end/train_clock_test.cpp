#include "tests/end_to_end/program.h"
#include "tests/end_to_end/tiny_model.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

namespace dragoman {
namespace {

// Address sanitizer wants to come first, which a preloaded library prevents.
const std::vector<std::string> kJumping = {"LD_PRELOAD=" JUMPING_CLOCK, "ASAN_OPTIONS=verify_asan_link_order=0"};

void expect_time_runs_forward(const std::string& log) {
  std::istringstream lines(log);
  double before = 0;
  for (std::string line; std::getline(lines, line);) {
    const auto entry = nlohmann::json::parse(line);
    if (!entry.contains("seconds")) continue;
    const double seconds = entry["seconds"];
    EXPECT_GE(seconds, before) << line;
    EXPECT_LT(seconds, 600) << line;
    before = seconds;
    EXPECT_GT(entry.value("tokens_per_second", 1.0), 0) << line;
  }
  EXPECT_GT(before, 0);
}

TEST(TrainClock, JumpsChangeNeitherTheModelNorItsCourse) {
  ProgramOptions jumping;
  jumping.environment = kJumping;
  const std::string year = shell("date +%Y").out;
  ASSERT_NE(shell("date +%Y", jumping).out, year) << "the clock does not jump";

  const TemporaryFolder folder;
  const TinyCorpus corpus{folder};
  const auto train = [&](const std::string& model, int steps, const ProgramOptions& options) {
    std::vector<std::string> words = tiny_training(corpus, model, steps);
    words.insert(words.end(), {"--max-time", "5", "--log-interval", "5"});
    const Ended ended = dragoman(words, options);
    ASSERT_EQ(ended.exit_code, 0) << ended.err;
  };
  const std::string plain = folder / "plain", jumped = folder / "jumped";
  for (const int steps : {30, 60}) {
    train(plain, steps, {});
    train(jumped, steps, jumping);
  }
  EXPECT_TRUE(read_text(jumped + "/model.safetensors") == read_text(plain + "/model.safetensors"));
  expect_time_runs_forward(read_text(jumped + "/training/log.jsonl"));
}

}  // namespace
}  // namespace dragoman
