#include "data/corpus_file.h"

#include "data/parallel_corpus.h"
#include "tests/data/temporary_folder.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <vector>

namespace dragoman {
namespace {

namespace fs = std::filesystem;

class CorpusFileTest : public TemporaryFolderTest {
 protected:
  // `count` pairs of different lengths, of which some are blank.
  PairFiles pairs(int count) {
    std::string source, target;
    for (int i = 0; i < count; ++i) {
      source += i % 7 == 3 ? "\n" : "The old man" + std::string(static_cast<std::size_t>(i % 5), '!') + "\n";
      target += i % 3 ? "Der alte Mann liest.\n" : "Zwei Kinder\n";
    }
    return {{write("source", source)}, {write("target", target)}, {}};
  }

  void write_corpus(const PairFiles& files, const std::string& key) {
    PairReader reader(files);
    PairTokenizer pair_tokenizer(tokenizer_, tokenizer_, {}, 2);
    CorpusFile::write(path("corpus"), key, reader, pair_tokenizer);
  }

  Tokenizer tokenizer_ = Tokenizer::load(std::string(DRAGOMAN_FIXTURES) + "/foreign_default.model");
};

// More pairs than are tokenised at a time.
TEST_F(CorpusFileTest, HoldsWhatTokenizeGives) {
  for (const int count : {1, 2, 10, 70'001}) {
    const PairFiles files = pairs(count);
    write_corpus(files, "key");
    const auto corpus = CorpusFile::open(path("corpus"), "key");
    ASSERT_NE(corpus, nullptr);
    FilterReport report;
    const TokenizedCorpus expected = tokenize(read_parallel(files), tokenizer_, tokenizer_, {}, 2, report);
    EXPECT_EQ(corpus->report(), report);
    ASSERT_EQ(corpus->places().size(), expected.size());
    std::vector<std::uint32_t> backwards;
    for (std::size_t i = expected.size(); i-- > 0;) backwards.push_back(static_cast<std::uint32_t>(i));
    const TokenizedCorpus read = corpus->read(backwards);
    ASSERT_EQ(read.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      ASSERT_TRUE(std::ranges::equal(read.pairs().source(i), expected.pairs().source(backwards[i]))) << i;
      ASSERT_TRUE(std::ranges::equal(read.pairs().target(i), expected.pairs().target(backwards[i]))) << i;
    }
  }
}

// Of each corpus some pairs are dropped, and of one all.
TEST_F(CorpusFileTest, KnowsWhereEachCorpusEnds) {
  const PairFiles corpora[] = {{{}, {}, {write("1.tsv", "The old man\tDer alte Mann\n\tx\nold\talt\n")}},
                               {{}, {}, {write("2.tsv", "\t\n")}},
                               {{}, {}, {write("3.tsv", "man\tMann\n")}}};
  PairReader reader(corpora);
  PairTokenizer pair_tokenizer(tokenizer_, tokenizer_, {}, 1);
  CorpusFile::write(path("corpus"), "key", reader, pair_tokenizer);
  const auto corpus = CorpusFile::open(path("corpus"), "key");
  ASSERT_NE(corpus, nullptr);
  EXPECT_THAT(corpus->corpus_ends(), ::testing::ElementsAre(2, 2, 3));
}

TEST_F(CorpusFileTest, OpensOnlyWhatWasMadeForItsKey) {
  EXPECT_EQ(CorpusFile::open(path("corpus"), "key"), nullptr) << "there is no such file";
  write_corpus(pairs(10), "key");
  EXPECT_NE(CorpusFile::open(path("corpus"), "key"), nullptr);
  EXPECT_EQ(CorpusFile::open(path("corpus"), "kex"), nullptr);
  EXPECT_EQ(CorpusFile::open(path("corpus"), "another key"), nullptr);
  const auto size = fs::file_size(path("corpus"));
  for (const std::uintmax_t cut : {size - 1, size / 2, std::uintmax_t{20}, std::uintmax_t{0}}) {
    fs::resize_file(path("corpus"), cut);
    EXPECT_EQ(CorpusFile::open(path("corpus"), "key"), nullptr) << "cut to " << cut << " bytes";
  }
}

TEST_F(CorpusFileTest, OpensNothingWithAFlippedBit) {
  write_corpus(pairs(9), "key");
  const std::string whole = bytes_of(path("corpus"));
  for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
    std::string flipped = whole;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    write("corpus", flipped);
    EXPECT_EQ(CorpusFile::open(path("corpus"), "key"), nullptr) << "bit " << bit << " of " << 8 * whole.size();
  }
  write("corpus", whole);
  EXPECT_NE(CorpusFile::open(path("corpus"), "key"), nullptr);
}

TEST_F(CorpusFileTest, MayBeEmpty) {
  write_corpus({{write("a", "\n")}, {write("b", "x\n")}, {}}, "key");
  const auto corpus = CorpusFile::open(path("corpus"), "key");
  ASSERT_NE(corpus, nullptr);
  EXPECT_EQ(corpus->places().size(), 0u);
  EXPECT_EQ(corpus->report(), (FilterReport{.blank = 1}));
}

TEST_F(CorpusFileTest, BadInputLeavesNothing) {
  write("source", "a\nb\n");
  write("target", "a\n");
  EXPECT_THROW(write_corpus({{path("source")}, {path("target")}, {}}, "key"), std::runtime_error);
  EXPECT_FALSE(fs::exists(path("corpus")));
}

}  // namespace
}  // namespace dragoman
