#include "metrics/ter_edits.h"

#include <gtest/gtest.h>
#include <numeric>
#include <vector>

namespace dragoman {
namespace {

using Words = std::vector<std::uint32_t>;

Words from_to(std::uint32_t first, std::uint32_t last) {
  Words words(last - first);
  std::iota(words.begin(), words.end(), first);
  return words;
}

Words operator+(Words a, const Words& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

// tests/fixtures/metric_golden.json compares many more cases with sacreBLEU.
TEST(TerEdits, CountInsertionsDeletionsAndSubstitutions) {
  TerEdits edits;
  EXPECT_EQ(edits.count(Words{1, 2, 3}, Words{1, 2, 3}), 0);
  EXPECT_EQ(edits.count(Words{1, 3}, Words{1, 2, 3}), 1);
  EXPECT_EQ(edits.count(Words{1, 2, 2, 3}, Words{1, 2, 3}), 1);
  EXPECT_EQ(edits.count(Words{1, 9, 3}, Words{1, 2, 3}), 1);
}

TEST(TerEdits, OfNothing) {
  TerEdits edits;
  EXPECT_EQ(edits.count(Words{}, Words{}), 0);
  EXPECT_EQ(edits.count(Words{1, 2}, Words{}), 2);
  EXPECT_EQ(edits.count(Words{}, Words{1, 2}), 2);
}

TEST(TerEdits, AShiftOfAPhraseIsOneEdit) {
  TerEdits edits;
  EXPECT_EQ(edits.count(Words{4, 5, 6, 1, 2, 3}, Words{1, 2, 3, 4, 5, 6}), 1);
  EXPECT_EQ(edits.count(Words{1, 2, 5, 6, 3, 4, 7, 8}, Words{1, 2, 3, 4, 5, 6, 7, 8}), 1);
}

TEST(TerEdits, PhrasesAreNoLongerThanTen) {
  TerEdits edits;
  EXPECT_EQ(edits.count(from_to(10, 20) + from_to(0, 10), from_to(0, 20)), 1);
  EXPECT_EQ(edits.count(from_to(11, 22) + from_to(0, 11), from_to(0, 22)), 2);
}

TEST(TerEdits, PhrasesAreNotMovedFartherThanFifty) {
  TerEdits edits;
  EXPECT_EQ(edits.count(Words{99} + from_to(0, 50), from_to(0, 50) + Words{99}), 1);
  EXPECT_EQ(edits.count(Words{99} + from_to(0, 51), from_to(0, 51) + Words{99}), 2);
}

}  // namespace
}  // namespace dragoman
