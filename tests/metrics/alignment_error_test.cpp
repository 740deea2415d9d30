#include "metrics/alignment_error.h"

#include <fmt/format.h>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>
#include <string>
#include <vector>

namespace dragoman {
namespace {

// A = {0-0, 1-2, 2-2, 3-3}, S = {0-0, 1-1, 2-2}, P = S and {1-2}: |A ∩ S| = 2, |A ∩ P| = 3.
TEST(AlignmentErrorTest, ByHand) {
  const WordLinks found{{3, 3}, {0, 0}, {1, 2}, {2, 2}, {0, 0}};
  AlignmentError error = alignment_error(found, parse_reference_alignment("0-0 1-1 2-2 1p2"));
  EXPECT_EQ(error.found, 4);
  EXPECT_EQ(error.sure, 3);
  EXPECT_DOUBLE_EQ(error.rate(), 1 - 5.0 / 7);
  EXPECT_DOUBLE_EQ(error.precision(), 0.75);
  EXPECT_DOUBLE_EQ(error.recall(), 2.0 / 3);
  // Counts are summed over a text, not the rates.
  error += alignment_error(WordLinks{{5, 5}}, parse_reference_alignment("0-0"));
  EXPECT_DOUBLE_EQ(error.rate(), 1 - 5.0 / 9);
  EXPECT_DOUBLE_EQ(error.precision(), 0.6);
  EXPECT_DOUBLE_EQ(error.recall(), 0.5);
}

TEST(AlignmentErrorTest, OfNothing) {
  const AlignmentError none = alignment_error({}, {});
  EXPECT_EQ(none.rate(), 0);
  EXPECT_EQ(none.precision(), 1);
  EXPECT_EQ(none.recall(), 1);
  EXPECT_EQ(alignment_error({}, parse_reference_alignment("0-0")).rate(), 1);
}

std::vector<std::string> lines_of(const std::string& name) {
  std::ifstream file(fmt::format("{}/../../data/alignment/{}", DRAGOMAN_FIXTURES, name));
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream words(line);
  return {std::istream_iterator<std::string>(words), {}};
}

TEST(AlignmentErrorTest, TheAnnotatedSetFitsItsSentences) {
  const auto sources = lines_of("demo.en"), targets = lines_of("demo.de"), links = lines_of("demo.links");
  ASSERT_EQ(links.size(), 50U);
  ASSERT_EQ(sources.size(), links.size());
  ASSERT_EQ(targets.size(), links.size());
  for (std::size_t i = 0; i < links.size(); ++i) {
    const ReferenceAlignment reference = parse_reference_alignment(links[i]);
    std::vector<bool> linked(words_of(targets[i]).size());
    for (const auto& [source, target] : reference.possible) {
      ASSERT_LT(source, std::ssize(words_of(sources[i]))) << i + 1;
      ASSERT_LT(target, std::ssize(linked)) << i + 1;
      linked[static_cast<std::size_t>(target)] = true;
    }
    EXPECT_THAT(linked, ::testing::Each(true)) << "line " << i + 1 << ": every target word has a link";
  }
}

}  // namespace
}  // namespace dragoman
