#include "data/corpus/held_out_lines.h"

#include "data/pair_fingerprint.h"
#include "tests/base/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>

namespace dragoman {
namespace {

using ::testing::ElementsAre;

class HeldOut : public ::testing::Test {
 protected:
  const TemporaryFolder folder_;
  const std::string one_ = folder_.file("one", "a dog\n\n  a dog\t\na cat\n\xC2\xA0\n");
  const std::string two_ = folder_.file("two", "a cat\nein Hund\n");
};

TEST_F(HeldOut, KnowsTheLinesOfAllFiles) {
  const HeldOutLines lines({one_, two_});
  EXPECT_TRUE(lines.contains(fingerprint_of("a dog")));
  EXPECT_TRUE(lines.contains(fingerprint_of("ein Hund")));
  EXPECT_FALSE(lines.contains(fingerprint_of("")));
  EXPECT_FALSE(lines.contains(fingerprint_of("  a dog\t")));
}

TEST_F(HeldOut, CountsEachFileByItself) {
  HeldOutLines lines({one_, two_});
  EXPECT_THAT(lines.overlaps(), ElementsAre(HeldOutOverlap{one_, 3, 0, 0, 0, 0}, HeldOutOverlap{two_, 2, 0, 0, 0, 0}));
  lines.count(fingerprint_of("a dog"), fingerprint_of("ein Hund"));
  lines.count(fingerprint_of("a dog"), fingerprint_of("a cat"));
  lines.count(fingerprint_of("a tree"), fingerprint_of("ein Baum"));
  EXPECT_THAT(lines.overlaps(), ElementsAre(HeldOutOverlap{one_, 3, 3, 2, 1, 2}, HeldOutOverlap{two_, 2, 2, 0, 2, 2}));
}

TEST_F(HeldOut, NeedsItsFiles) {
  EXPECT_THROW(HeldOutLines({folder_ / "nowhere"}), std::runtime_error);
}

}  // namespace
}  // namespace dragoman
