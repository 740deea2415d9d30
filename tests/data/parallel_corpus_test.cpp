#include "data/parallel_corpus.h"

#include "tests/data/temporary_folder.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StrEq;
using ::testing::ThrowsMessage;
using Files = std::vector<std::string>;
using Lines = std::vector<std::string>;

class ParallelCorpusTest : public TemporaryFolderTest {};

TEST_F(ParallelCorpusTest, ConcatenatesPairsOfFiles) {
  const Files sources{write("1.en", "one\ntwo\n"), write("2.en", ""), write_gzip("3.en", "three")};
  const Files targets{write_gzip("1.de", "eins\nzwei\n"), write("2.de", ""), write("3.de", "drei\r\n")};
  const ParallelText text = read_parallel({sources, targets, {}});
  EXPECT_THAT(text.source, ElementsAre("one", "two", "three"));
  EXPECT_THAT(text.target, ElementsAre("eins", "zwei", "drei"));
}

TEST_F(ParallelCorpusTest, NamesFilesOfDifferentLengthWithBothCounts) {
  const Files sources{write("1.en", "one\n"), write("2.en", "two\nthree\nfour\n")};
  const Files targets{write("1.de", "eins\n"), write("2.de", "zwei\ndrei\n")};
  EXPECT_THAT(
      [&] {
        read_parallel({sources, targets, {}});
      },
      ThrowsMessage<std::runtime_error>(
          AllOf(HasSubstr(sources[1] + " has 3 lines"), HasSubstr(targets[1] + " has 2"))));
}

TEST_F(ParallelCorpusTest, RefusesListsOfFilesThatDoNotMatch) {
  const Files one{write("a", "a\n")}, two{one[0], one[0]};
  EXPECT_THAT(
      [&] {
        read_parallel({two, one, {}});
      },
      ThrowsMessage<std::invalid_argument>(HasSubstr("2 source files and 1 target file;")));
  EXPECT_THROW(read_parallel({}), std::invalid_argument);
}

TEST_F(ParallelCorpusTest, RefusesAnEmptyCorpus) {
  const Files empty{write("a", ""), write("b", "")};
  EXPECT_THAT(
      [&] {
        read_parallel({empty, empty, {}});
      },
      ThrowsMessage<std::runtime_error>(HasSubstr(empty[0] + ", " + empty[1] + ": empty corpus")));
  EXPECT_THAT([&] { read_parallel({{}, {}, empty}); }, ThrowsMessage<std::runtime_error>(HasSubstr("empty corpus")));
}

TEST_F(ParallelCorpusTest, RefusesInvalidUtf8) {
  const Files good{write("a", "a\nb\n")}, bad{write("b", "a\n\xFF\n")};
  EXPECT_THAT(
      [&] {
        read_parallel({good, bad, {}});
      },
      ThrowsMessage<std::runtime_error>(HasSubstr(bad[0] + ":2: invalid UTF-8")));
  EXPECT_THAT(
      [&] {
        read_parallel({{}, {}, {write("c", "a\tb\nc\xFF\td\n")}});
      },
      ThrowsMessage<std::runtime_error>(HasSubstr(path("c") + ":2: invalid UTF-8")));
}

TEST_F(ParallelCorpusTest, ReadsTabSeparatedColumns) {
  const Files files{write("1.tsv", "one\teins\n\tzwei\nthree\t\n"), write_gzip("2.tsv", "four\tvier\n")};
  Lines notices;
  const ParallelText text = read_parallel({{}, {}, files}, [&](const std::string& line) { notices.push_back(line); });
  EXPECT_THAT(text.source, ElementsAre("one", "", "three", "four"));
  EXPECT_THAT(text.target, ElementsAre("eins", "zwei", "", "vier"));
  EXPECT_THAT(notices, IsEmpty());
}

TEST_F(ParallelCorpusTest, ReadsTargetsAlone) {
  const Files files{write("1.de", "eins\n\n"), write_gzip("2.de", "drei")};
  PairReader reader({{}, files, {}});
  Lines targets;
  for (std::string source = "before", target; reader.next(source, target);) {
    EXPECT_EQ(source, "");
    targets.push_back(target);
  }
  EXPECT_THAT(targets, ElementsAre("eins", "", "drei"));
  EXPECT_EQ(reader.summary().pairs, 3);
  EXPECT_EQ(reader.summary().bytes, 8);
  EXPECT_THAT(
      [&] {
        read_parallel({{}, {write("b", "")}, {}});
      },
      ThrowsMessage<std::runtime_error>(HasSubstr(path("b") + ": empty corpus")));
  EXPECT_THAT(
      [&] {
        read_parallel({{write("a", "a\n")}, {}, {}});
      },
      ThrowsMessage<std::invalid_argument>(HasSubstr("1 source file and 0 target files;")));
}

TEST_F(ParallelCorpusTest, SumsUpWhatItRead) {
  const auto summary_of = [&](const std::string& source, const std::string& target) {
    PairReader reader({{write("a", source)}, {write("b", target)}, {}});
    for (std::string a, b; reader.next(a, b);) {
    }
    return reader.summary();
  };
  const PairSummary summary = summary_of("one\ntwo\n", "eins\nzwei\n");
  EXPECT_EQ(summary.pairs, 2);
  EXPECT_EQ(summary, summary_of("one\r\ntwo", "eins\nzwei\n")) << "the lines count, not the bytes";
  EXPECT_FALSE(summary == summary_of("one\ntwo\n", "eins\nzwo\n"));
  EXPECT_FALSE(summary == summary_of("on\netwo\n", "eins\nzwei\n"));
}

TEST_F(ParallelCorpusTest, ReadsSeveralCorporaOneBehindTheOther) {
  const PairFiles corpora[] = {{{}, {}, {write("1.tsv", "a\tA\nb\tB\n"), write("2.tsv", "c\tC\n")}},
                               {{write("3.en", "d\n")}, {write("3.de", "D\n")}, {}}};
  PairReader reader(corpora);
  std::string all;
  for (std::string source, target; reader.next(source, target);)
    all += source + target + std::to_string(reader.corpus());
  EXPECT_EQ(all, "aA0bB0cC0dD1");
  EXPECT_EQ(reader.summary().pairs, 4);
  EXPECT_THAT(reader.summary().pairs_of_corpora, ElementsAre(3, 1));
}

TEST_F(ParallelCorpusTest, NamesTheCorpusThatIsEmpty) {
  const PairFiles corpora[] = {{{}, {}, {write("1.tsv", "a\tA\n")}}, {{}, {}, {write("2.tsv", "")}}};
  PairReader reader(corpora);
  std::string source, target;
  EXPECT_TRUE(reader.next(source, target));
  EXPECT_THAT([&] { reader.next(source, target); },
              ThrowsMessage<std::runtime_error>(HasSubstr("2.tsv: empty corpus; no line to read")));
}

TEST_F(ParallelCorpusTest, LeavesOutPairsThatAreEvenlySpaced) {
  const std::string file = write("1.tsv", "a\tA\nb\tB\nc\tC\nd\tD\ne\tE\n");
  const auto left_by = [&](std::int64_t count) {
    PairReader reader({{}, {}, {file}});
    reader.leave_out({count, 5});
    std::string all, source, target;
    while (reader.next(source, target)) all += source + target;
    EXPECT_EQ(reader.summary().pairs, 5) << "all are read";
    EXPECT_EQ(reader.summary().bytes, 10);
    return all;
  };
  EXPECT_EQ(left_by(0), "aAbBcCdDeE");
  EXPECT_EQ(left_by(1), "aAbBcCdD");
  EXPECT_EQ(left_by(2), "aAbBdD");
  EXPECT_EQ(left_by(5), "");
}

TEST_F(ParallelCorpusTest, IgnoresFurtherColumnsWithOneNotice) {
  const Files files{write("1.tsv", "a\tb\nc\td\t0.9\textra\ne\tf\t\n")};
  Lines notices;
  const ParallelText text = read_parallel({{}, {}, files}, [&](const std::string& line) { notices.push_back(line); });
  EXPECT_THAT(text.source, ElementsAre("a", "c", "e"));
  EXPECT_THAT(text.target, ElementsAre("b", "d", "f"));
  EXPECT_THAT(notices, ElementsAre(HasSubstr(files[0] + ":2: more than two columns")));
  EXPECT_EQ(read_parallel({{}, {}, files}).target, text.target);
}

TEST_F(ParallelCorpusTest, RefusesALineWithoutATab) {
  const Files files{write("1.tsv", "a\tb\nc d\n")};
  EXPECT_THAT(
      [&] {
        read_parallel({{}, {}, files});
      },
      ThrowsMessage<std::runtime_error>(HasSubstr(files[0] + ":2: no tab")));
}

Tokenizer tokenizer() {
  return Tokenizer::load(std::string(DRAGOMAN_FIXTURES) + "/foreign_default.model");
}

std::vector<std::int32_t> ids(std::span<const std::int32_t> row) {
  return {row.begin(), row.end()};
}

TEST(TokenizeTest, KeepsGoodPairsInOrder) {
  const Tokenizer t = tokenizer();
  ParallelText text;
  for (int i = 0; i < 500; ++i) {
    text.source.push_back(i % 2 ? "The old man reads." : "A young woman");
    text.target.push_back(i % 3 ? "Der alte Mann liest." : "Zwei Kinder am Strand");
  }
  FilterReport report{.kept = 7, .blank = 7, .too_long = 7, .length_ratio = 7};
  const TokenizedCorpus corpus = tokenize(text, t, t, {}, 2, report);
  ASSERT_EQ(corpus.size(), 500u);
  EXPECT_EQ(report, (FilterReport{.kept = 500}));
  for (std::size_t i = 0; i < corpus.size(); ++i) {
    ASSERT_EQ(ids(corpus.pairs().source(i)), t.encode(text.source[i])) << i;
    ASSERT_EQ(ids(corpus.pairs().target(i)), t.encode(text.target[i])) << i;
  }
}

TEST(TokenizeTest, UsesEachSidesOwnTokenizer) {
  const Tokenizer source = tokenizer();
  const Tokenizer target = Tokenizer::load(std::string(DRAGOMAN_FIXTURES) + "/foreign_marian.model");
  FilterReport report;
  const TokenizedCorpus corpus = tokenize({{"The old man"}, {"Der alte Mann"}}, source, target, {}, 1, report);
  EXPECT_EQ(ids(corpus.pairs().source(0)), source.encode("The old man"));
  EXPECT_EQ(ids(corpus.pairs().target(0)), target.encode("Der alte Mann"));
}

TEST(TokenizeTest, CountsWhatItDropsByReason) {
  const Tokenizer t = tokenizer();
  const std::string good = "The old man", longer = good + " " + good + " " + good;
  const int length = static_cast<int>(t.encode(longer).size()), short_length = static_cast<int>(t.encode(good).size());
  const ParallelText text{
      .source = {good, "", good, " \t\u00A0", longer, longer + " a", good, ""},
      .target = {good, good, "  ", good, longer, good, longer, longer + " a"},
  };
  FilterReport report;
  EXPECT_EQ(tokenize(text, t, t, {.max_length = length}, 2, report).size(), 3u);
  EXPECT_EQ(report, (FilterReport{.kept = 3, .blank = 4, .too_long = 1}));

  const double ratio = static_cast<double>(length) / short_length;
  tokenize(text, t, t, {.max_length = length, .max_length_ratio = ratio}, 2, report);
  EXPECT_EQ(report, (FilterReport{.kept = 3, .blank = 4, .too_long = 1}));
  tokenize(text, t, t, {.max_length = length, .max_length_ratio = ratio * 0.99}, 2, report);
  EXPECT_EQ(report, (FilterReport{.kept = 2, .blank = 4, .too_long = 1, .length_ratio = 1}));
  tokenize(text, t, t, {.max_length = length - 1}, 2, report);
  EXPECT_EQ(report, (FilterReport{.kept = 1, .blank = 4, .too_long = 3}));
}

TEST(TokenizeTest, TargetsNeedNoSourceWhereThereIsNone) {
  FilterReport report;
  const ParallelText text{.source = {"", "", ""}, .target = {"The old man", " ", "The old man reads"}};
  const int length = static_cast<int>(tokenizer().encode("The old man").size());
  const FilterOptions options{.max_length = length, .max_length_ratio = 1, .needs_source = false};
  EXPECT_EQ(tokenize(text, tokenizer(), tokenizer(), options, 1, report).size(), 1u);
  EXPECT_EQ(report, (FilterReport{.kept = 1, .blank = 1, .too_long = 1}));
  EXPECT_EQ(report.describe("line"), "1 line kept, 2 dropped (1 blank, 1 too long)");
}

TEST(TokenizeTest, NothingMayRemain) {
  FilterReport report;
  EXPECT_EQ(tokenize({{"", " "}, {"a", "b"}}, tokenizer(), tokenizer(), {}, 1, report).size(), 0u);
  EXPECT_EQ(report, (FilterReport{.blank = 2}));
}

// More pairs than are encoded at a time.
TEST(TokenizeTest, TakesLargeTexts) {
  const Tokenizer t = tokenizer();
  ParallelText text{Lines(70'000, "a"), Lines(70'000, "e")};
  text.source[65'535] = text.source[65'536] = "the";
  FilterReport report;
  const TokenizedCorpus corpus = tokenize(text, t, t, {}, 2, report);
  ASSERT_EQ(corpus.size(), 70'000u);
  for (const std::size_t i : {0, 65'534, 65'535, 65'536, 65'537, 69'999}) {
    EXPECT_EQ(ids(corpus.pairs().source(i)), t.encode(text.source[i])) << i;
  }
}

TEST(FilterReportTest, DescribesItselfInOneLine) {
  EXPECT_THAT(FilterReport{.kept = 5}.describe(), StrEq("5 pairs kept"));
  EXPECT_THAT(FilterReport{.kept = 1}.describe(), StrEq("1 pair kept"));
  EXPECT_THAT((FilterReport{.kept = 28990, .blank = 4, .too_long = 6}.describe()),
              StrEq("28990 pairs kept, 10 dropped (4 blank, 6 too long)"));
  EXPECT_THAT((FilterReport{.length_ratio = 2}.describe()),
              StrEq("0 pairs kept, 2 dropped (2 of too different lengths)"));
}

TEST(FilterOptionsTest, RefusesValuesOutOfRange) {
  EXPECT_NO_THROW(FilterOptions{}.validate());
  EXPECT_THROW(FilterOptions{.max_length = 0}.validate(), std::invalid_argument);
  EXPECT_THROW(FilterOptions{.max_length_ratio = 0.5}.validate(), std::invalid_argument);
  EXPECT_THROW(FilterOptions{.max_length_ratio = -1}.validate(), std::invalid_argument);
}

}  // namespace
}  // namespace dragoman
