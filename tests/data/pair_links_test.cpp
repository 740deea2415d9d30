#include "data/corpus_file.h"
#include "data/pair_reader.h"
#include "data/pair_tokenizer.h"
#include "tests/data/temporary_folder.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class PairLinksTest : public TemporaryFolderTest {
 protected:
  // "source target (links) …" of all pairs.
  static std::string read(PairReader&& reader) {
    std::string all;
    for (std::string source, target; reader.next(source, target);)
      all += fmt::format("{} {} ({}) ", source, target, format_pharaoh(reader.links(source, target)));
    return all;
  }

  static std::string refusal(const PairFiles& files) {
    try {
      read(PairReader(files));
    } catch (const std::exception& error) {
      return error.what();
    }
    return "nothing was thrown";
  }
};

TEST_F(PairLinksTest, AreReadWithTheirPairs) {
  const std::string first = write("1.links", "0-0\n\n"), second = write_gzip("2.links", "1-0 0-0 1-0 0p0\r\n");
  const std::vector<std::string> sources{write("1.en", "a\nb\n"), write("2.en", "c c\n")},
      targets{write("1.de", "A\nB\n"), write("2.de", "C\n")};
  EXPECT_EQ(read(PairReader({sources, targets, {}, {first, second}})), "a A (0-0) b B () c c C (0-0 1-0) ");
  // Of tab-separated pairs, and of one corpus of several.
  const PairFiles corpora[] = {{{}, {}, {write("3.tsv", "d\tD\n")}},
                               {{}, {}, {write("4.tsv", "e\tE\nf\tF\n")}, {write("4.links", "0-0\n0-0\n")}},
                               {{}, {}, {write("5.tsv", "g\tG\n")}}};
  EXPECT_EQ(read(PairReader(corpora)), "d D () e E (0-0) f F (0-0) g G () ");
}

TEST_F(PairLinksTest, AreThoseOfThePairsThatAreNotLeftOut) {
  PairReader reader({{}, {}, {write("1.tsv", "a\tA\nb b\tB\nc\tC\n")}, {write("1.links", "0-0\n1-0\n\n")}});
  reader.leave_out({2, 3});  // the second and the third
  EXPECT_EQ(read(std::move(reader)), "a A (0-0) ");
}

TEST_F(PairLinksTest, AreSummedUp) {
  const std::string file = write("1.tsv", "a\tA\nb\tB\n");
  const auto checksum = [&](const std::vector<std::string>& links) {
    PairReader reader({{}, {}, {file}, links});
    for (std::string source, target; reader.next(source, target);) {
    }
    return reader.summary().links_checksum;
  };
  EXPECT_EQ(checksum({}), 0U);
  const auto both = checksum({write("both", "0-0\n0-0\n")});
  EXPECT_NE(both, 0U);
  EXPECT_NE(both, checksum({write("one", "0-0\n\n")}));
  EXPECT_NE(checksum({write("one", "0-0\n\n")}), checksum({write("other", "\n0-0\n")}));
}

TEST_F(PairLinksTest, AreOneLineForEachPair) {
  const std::vector<std::string> file{write("1.tsv", "a b\tA\nc\tC\n")};
  const auto with = [&](const std::string& links) { return refusal({{}, {}, file, {write("1.links", links)}}); };
  const std::string text = path("1.tsv"), links = path("1.links");
  EXPECT_EQ(with("0-0\n"), text + " has 2 lines, " + links + " has 1; each line needs its counterpart");
  EXPECT_EQ(with("0-0\n\n\n\n"), text + " has 2 lines, " + links + " has 4; each line needs its counterpart");
  EXPECT_EQ(with(""), text + " has 2 lines, " + links + " has 0; each line needs its counterpart");
  EXPECT_THAT(with("0-0\n0:0\n"), HasSubstr(links + ":2: '0:0' is no link; write SOURCE-TARGET"));
  EXPECT_EQ(with("0-0 2-0\n\n"), links + ":1: links word 2 to word 0, but the sentences have 2 and 1 words");
  EXPECT_EQ(with("\n0-1\n"), links + ":2: links word 0 to word 1, but the sentences have 1 and 1 words");
  EXPECT_EQ(refusal({{}, {}, file, {links, links}}),
            "2 alignment files and 1 file of pairs; name as many of one as of the other");
  EXPECT_THAT(refusal({{}, {}, file, {path("missing")}}), HasSubstr(path("missing")));
}

class LinkedTokens : public PairLinksTest {
 protected:
  // Of the tokens' pieces.
  std::vector<std::string> linked(const std::string& source, const std::string& target, const WordLinks& words) const {
    const std::vector<std::string> sources{source}, targets{target};
    const auto from = tokenizer_.encode_as_pieces(source), to = tokenizer_.encode_as_pieces(target);
    const TokenLinks links = PairTokenizer(tokenizer_, tokenizer_, {}, 1).link(sources, targets, {&words, 1})[0];
    std::vector<std::string> pieces;
    for (const auto& [s, t] : links)
      pieces.push_back(from.at(static_cast<std::size_t>(s)) + " " + to.at(static_cast<std::size_t>(t)));
    return pieces;
  }

  Tokenizer tokenizer_ = Tokenizer::load(std::string(DRAGOMAN_FIXTURES) + "/foreign_default.model");
};

TEST_F(LinkedTokens, AreAllOfAWordWithAllOfTheOther) {
  const auto pieces_of = [&](const std::string& word) { return tokenizer_.encode_as_pieces(word); };
  const auto old = pieces_of("old"), alte = pieces_of("alte"), man = pieces_of("man");
  ASSERT_GT(old.size() * alte.size(), 1U) << "the test needs words of several tokens";
  std::vector<std::string> expected;
  for (const std::string& s : old) {
    for (const std::string& t : alte) expected.push_back(s + " " + t);
  }
  EXPECT_EQ(linked("The old man", "Der  alte Mann", {{1, 1}}), expected);
  // A word may be linked to several, and the same link may come twice.
  const auto twice = linked("man man", "man", {{0, 0}, {1, 0}, {1, 0}});
  EXPECT_EQ(twice.size(), 2 * man.size() * man.size());
  EXPECT_THAT(linked("man", "man", {}), IsEmpty());
}

TEST_F(LinkedTokens, AreCountedInTheOrderOfTheTarget) {
  const Tokenizer backwards = tokenizer_.in_order(TokenOrder::right_to_left);
  const std::vector<std::string> text{"The old man"}, pieces = backwards.encode_as_pieces(text[0]);
  const std::vector<WordLinks> words{{{0, 0}}};
  const std::vector<TokenLinks> links = PairTokenizer(tokenizer_, backwards, {}, 1).link(text, text, words);
  std::set<std::string> linked;
  for (const TokenLink& link : links[0]) linked.insert(pieces.at(static_cast<std::size_t>(link.target)));
  const auto expected = tokenizer_.encode_as_pieces("The");
  EXPECT_EQ(linked, std::set<std::string>(expected.begin(), expected.end()));
}

TEST_F(LinkedTokens, AreKeptWithTheirPairs) {
  const std::string text = "The old man\tDer alte Mann\n\tx\nman\tMann\nold old old old\told\nman\tman\n";
  PairReader reader({{}, {}, {write("1.tsv", text)}, {write("1.links", "0-0 2-2\n\n\n0-0\n0-0\n")}});
  FilterOptions filter;
  filter.max_length_ratio = 3;  // leaves out the last but one
  PairTokenizer pair_tokenizer(tokenizer_, tokenizer_, filter, 2);
  CorpusFile::write(path("corpus"), "key", reader, pair_tokenizer);
  const auto corpus = CorpusFile::open(path("corpus"), "key");
  ASSERT_NE(corpus, nullptr);
  ASSERT_EQ(corpus->places().size(), 3U);
  const std::vector<std::uint32_t> order{2, 0, 1, 0};
  const TokenizedCorpus read = corpus->read(order);
  const auto expected = [&](const std::string& source, const std::string& target, const WordLinks& words) {
    const std::vector<std::string> sources{source}, targets{target};
    return pair_tokenizer.link(sources, targets, {&words, 1})[0];
  };
  const TokenLinks first = expected("The old man", "Der alte Mann", {{0, 0}, {2, 2}});
  EXPECT_EQ(read.pairs().links(0), expected("man", "man", {{0, 0}}));
  EXPECT_EQ(read.pairs().links(1), first);
  EXPECT_THAT(read.pairs().links(2), IsEmpty());
  EXPECT_EQ(read.pairs().links(3), first);
  EXPECT_THAT(read.pairs().source(1), ::testing::ElementsAreArray(tokenizer_.encode("The old man")));
  EXPECT_THAT(read.pairs().target(1), ::testing::ElementsAreArray(tokenizer_.encode("Der alte Mann")));
  const TokenizedCorpus again = read.read(std::vector<std::uint32_t>{1, 2});
  EXPECT_EQ(again.pairs().links(0), first);
  EXPECT_THAT(again.pairs().links(1), IsEmpty());
}

}  // namespace
}  // namespace dragoman
