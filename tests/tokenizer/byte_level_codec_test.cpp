// The codec of BART's and GPT-2's kind beside Hugging Face's tokenizers: see tests/fixtures/bart_golden.py.
#include "base/atomic_file.h"
#include "base/checksum.h"
#include "tokenizer/added_pieces.h"
#include "tokenizer/byte_level_text.h"
#include "tokenizer/pair_merges.h"
#include "tokenizer/subword_sampler.h"
#include "tokenizer/tokenizer.h"

#include <algorithm>
#include <cstdint>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;
using Ids = std::vector<std::int32_t>;

const std::string kStem = DRAGOMAN_FIXTURES "/byte_level/tokenizer";

std::string fixture_file(std::string_view extension) {
  return read_file(kStem + std::string(extension));
}

const nlohmann::json& golden() {
  static const auto kGolden = nlohmann::json::parse(read_file(DRAGOMAN_FIXTURES "/byte_level/golden.json"));
  return kGolden;
}

Tokenizer made_of(const std::string& merges, const std::string& vocabulary) {
  return Tokenizer::from_files({{std::string(kMergesFile), merges}, {std::string(kVocabularyFile), vocabulary}},
                               "bart");
}

Tokenizer plain() {
  return made_of(fixture_file(kMergesFile), fixture_file(kVocabularyFile));
}

Tokenizer behind_space() {
  const std::string merges = fixture_file(kMergesFile);
  return made_of(MergesHeader{.prefix_space = true}.line() + merges.substr(merges.find('\n')),
                 fixture_file(kVocabularyFile));
}

std::string refusal(const std::string& merges, const std::string& vocabulary) {
  try {
    made_of(merges, vocabulary);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

std::string with_character(int code) {
  std::string text;
  if (code < 0x80) return text += static_cast<char>(code);
  const int more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
  text += static_cast<char>((0xF0 << (3 - more) & 0xFF) | code >> 6 * more);
  for (int i = more - 1; i >= 0; --i) text += static_cast<char>(0x80 | (code >> 6 * i & 0x3F));
  return text;
}

TEST(ByteLevelWords, EndWhereTokenizersHasThemForEachCharacterOfUnicode) {
  constexpr int kBlock = 4096;
  const auto& expected = golden()["words"];
  ASSERT_EQ(expected.size(), 0x110000u / kBlock);
  for (int block = 0; block < 0x110000 / kBlock; ++block) {
    std::string text;
    for (int code = block * kBlock; code < (block + 1) * kBlock; ++code) {
      const std::string character = with_character(code);
      if (code < 0xD800 || code >= 0xE000) text += "a" + character + "1" + character + "!" + character + " ";
    }
    std::string ends;
    for (const TextRange& word : byte_level_words(text)) {
      for (int shift = 0; shift < 32; shift += 8) ends += static_cast<char>(word.end >> shift);
    }
    EXPECT_EQ(crc32_of(ends), expected[static_cast<std::size_t>(block)].get<std::uint32_t>())
        << "from U+" << std::hex << block * kBlock;
  }
}

TEST(ByteLevelCodec, MakesTheIdsOfTokenizersAndTheTextAgain) {
  const Tokenizer tokenizer = plain(), spaced = behind_space();
  ASSERT_GT(golden()["texts"].size(), 100u);
  for (const auto& line : golden()["texts"]) {
    const auto text = line["text"].get<std::string>();
    EXPECT_EQ(tokenizer.encode(text), line["ids"].get<Ids>()) << text;
    EXPECT_EQ(tokenizer.decode(tokenizer.encode(text)), text);
    EXPECT_EQ(spaced.encode(text), line["ids_behind_space"].get<Ids>()) << text;
    if (!text.starts_with(' ')) {
      EXPECT_EQ(spaced.decode(spaced.encode(text)), text) << "the space is taken away again";
    }
  }
}

TEST(ByteLevelCodec, EachTokenHasItsCharacters) {
  for (const Tokenizer& tokenizer : {plain(), behind_space()}) {
    for (const auto& line : golden()["texts"]) {
      const auto text = line["text"].get<std::string>();
      const std::vector<TextRange> ranges = tokenizer.encoded_ranges(text);
      ASSERT_EQ(ranges.size(), tokenizer.encode(text).size()) << text;
      std::size_t end = 0;
      for (const TextRange& range : ranges) {
        EXPECT_EQ(range.begin, end);
        EXPECT_LE(range.begin, range.end);
        end = range.end;
        EXPECT_NE(end < text.size() ? text[end] & 0xC0 : 0, 0x80) << "inside of a character of " << text;
      }
      EXPECT_EQ(end, text.size()) << text;
      if (tokenizer.decode(tokenizer.encode(text)) == text) {
        EXPECT_EQ(tokenizer.decoded_ranges(tokenizer.encode(text)), ranges) << text;
      }
    }
  }
  EXPECT_THAT(plain().encoded_ranges("é🙂"), ElementsAre(TextRange{0, 0}, TextRange{0, 2}, TextRange{2, 2},
                                                            TextRange{2, 2}, TextRange{2, 2}, TextRange{2, 6}))
      << "a character of several tokens is the last one's";
}

TEST(ByteLevelCodec, WritesPiecesAsItsVocabularyDoes) {
  const Tokenizer tokenizer = plain();
  EXPECT_EQ(tokenizer.vocabulary_size(), 480);
  EXPECT_EQ(tokenizer.special_ids(), (SpecialIds{1, 0, 2, 3}));
  EXPECT_THAT(tokenizer.encode_as_pieces("é the"), ElementsAre("Ã", "©", "Ġthe"));
  const Ids ids = tokenizer.encode("é the");
  EXPECT_EQ(tokenizer.piece(ids[2]), "Ġthe");
  EXPECT_EQ(tokenizer.surface(ids[2]), "▁the");
  EXPECT_EQ(tokenizer.surface(ids[0]), "\xC3");
  EXPECT_TRUE(tokenizer.is_text(ids[2]));
  EXPECT_FALSE(tokenizer.is_text(ids[0])) << "half a character";
  EXPECT_FALSE(tokenizer.is_text(0));
  EXPECT_FALSE(tokenizer.is_text(4)) << "<mask>";
  EXPECT_THROW(tokenizer.score(ids[0]), std::invalid_argument);
  EXPECT_THROW(tokenizer.piece(480), std::out_of_range);
  EXPECT_EQ(tokenizer.count_characters("中 x").unknown, 0u);
  EXPECT_THAT([&] { SubwordSampler(tokenizer, 0.1); }, ThrowsMessage<std::invalid_argument>(HasSubstr("neither")));
}

TEST(ByteLevelCodec, WhatIsNoTextComesBackAsNothingOrReplaced) {
  const Tokenizer tokenizer = plain();
  const Ids e = tokenizer.encode("é"), x = tokenizer.encode("x");
  EXPECT_EQ(tokenizer.decode(Ids{0, x[0], 4, 1, x[0], 2}), "xx") << "<s>, <mask>, <pad>, </s>";
  EXPECT_EQ(tokenizer.decode(Ids{x[0], 3, x[0]}), "x ⁇ x");
  const Ids halves{e[0], x[0], e[1], e[0], e[1]};
  EXPECT_EQ(tokenizer.decode(halves), "\uFFFDx\uFFFDé");
  EXPECT_THAT(tokenizer.decoded_ranges(halves),
              ElementsAre(TextRange{0, 3}, TextRange{3, 4}, TextRange{4, 7}, TextRange{7, 7}, TextRange{7, 9}));
  EXPECT_THROW(tokenizer.decode(Ids{-1}), std::out_of_range);
}

TEST(ByteLevelCodec, ReadsIllFormedTextAsReplacementCharacters) {
  const Tokenizer tokenizer = plain();
  const std::string ill_formed = "a\xF0\x9F x\x80";
  EXPECT_EQ(tokenizer.encode(ill_formed), tokenizer.encode("a\uFFFD x\uFFFD"));
  const std::vector<TextRange> ranges = tokenizer.encoded_ranges(ill_formed);
  EXPECT_EQ(ranges.size(), tokenizer.encode(ill_formed).size());
  EXPECT_EQ(ranges[0], (TextRange{0, 1}));
  EXPECT_EQ(ranges[3], (TextRange{1, 3})) << "of the three bytes of U+FFFD the last";
  EXPECT_EQ(ranges.back(), (TextRange{5, 6}));
}

TEST(ByteLevelCodec, RefusesFilesThatDoNotBelongTogether) {
  const std::string merges = fixture_file(kMergesFile), vocabulary = fixture_file(kVocabularyFile);
  EXPECT_EQ(refusal(merges, vocabulary), "");
  EXPECT_EQ(refusal("#version: 0.2", vocabulary), "") << "no merges at all";
  EXPECT_THAT(refusal("", vocabulary), HasSubstr("bart.merges: is empty"));
  EXPECT_THAT(refusal("h e\n", vocabulary), HasSubstr("bart.merges, line 1: is not '#version: 0.2'"));
  EXPECT_THAT(refusal("#version: 0.2\nh e\nhe\n", vocabulary), HasSubstr("bart.merges, line 3: is not two tokens"));
  EXPECT_THAT(refusal("#version: 0.2\nh  e\n", vocabulary), HasSubstr("line 2: is not two tokens"));
  EXPECT_THAT(refusal("#version: 0.2\n<s> e\n", vocabulary), HasSubstr("line 2: the vocabulary lacks '<s>e'"));
  std::string other = vocabulary;
  other.replace(other.find("\nĀ\n"), std::string("\nĀ\n").size(), "\nnone\n");
  EXPECT_THAT(refusal(merges, other), AllOf(HasSubstr("bart.vocabulary"), HasSubstr("byte 0x00")));
  EXPECT_THAT(
      [&] {
        Tokenizer::from_files({{std::string(kMergesFile), merges}}, "bart");
      },
      ThrowsMessage<std::runtime_error>(HasSubstr("bart.vocabulary: is missing")));
  EXPECT_THAT(
      [&] {
        Tokenizer::from_files({{std::string(kMergesFile), merges}, {std::string(kSentencePieceFile), "x"}}, "bart");
      },
      ThrowsMessage<std::runtime_error>(HasSubstr("bart.spm: stands beside merges")));
}

TEST(ByteLevelCodec, TakesAddedTokensAsAWhole) {
  const Tokenizer before = plain();
  const Tokenizer after = with_added_pieces(with_added_pieces(before, std::vector<std::string>{"COVID", "⌘"}),
                                            std::vector<std::string>{"the old", "COVID-19"});
  ASSERT_EQ(after.vocabulary_size(), 484);
  EXPECT_EQ(after.special_ids(), before.special_ids());
  EXPECT_EQ(after.piece(482), "theĠold");
  const auto ids = [&](const std::string& text) { return after.encode(text); };
  EXPECT_EQ(ids("⌘⌘"), (Ids{481, 481}));
  EXPECT_EQ(ids("COVID-19COVID"), (Ids{483, 480}));
  EXPECT_EQ(ids("xCOVID-1"), (Ids{ids("x")[0], 480, ids("-")[0], ids("1")[0]}));
  EXPECT_EQ(ids("the older"), (Ids{482, ids("er")[0]}));
  EXPECT_EQ(ids("an old dog"), before.encode("an old dog"));
  const std::string text = "see the old ⌘ dog, COVID-19é";
  EXPECT_EQ(after.decode(ids(text)), text);
  EXPECT_EQ(after.decoded_ranges(ids(text)), after.encoded_ranges(text));
  EXPECT_EQ(after.encoded_ranges(text).back().end, text.size());
  const Tokenizer spaced = with_added_pieces(behind_space(), std::vector<std::string>{"⌘"});
  EXPECT_EQ(spaced.decode(spaced.encode("⌘ x")), "⌘ x");
  EXPECT_THAT(
      [&] {
        with_added_pieces(before, std::vector<std::string>{"x", "th"});
      },
      ThrowsMessage<UnfitPiece>(HasSubstr("'x' is a piece of the model already")));
  EXPECT_THAT(refusal("#version: 0.2 added_tokens=481\n", fixture_file(kVocabularyFile)),
              HasSubstr("bart.merges: speaks of 481 added tokens"));
}

TEST(MergesHeader, IsReadAsItIsWritten) {
  for (const bool space : {false, true}) {
    for (const std::int32_t added : {0, 7}) {
      const auto read = MergesHeader::read(MergesHeader{space, added}.line());
      ASSERT_TRUE(read);
      EXPECT_EQ(read->prefix_space, space);
      EXPECT_EQ(read->added_tokens, added);
    }
  }
  for (const char* line : {"", "#version: 0.3", "#version: 0.2x", "#version: 0.2 x", "#version: 0.2 added_tokens=",
                           "#version: 0.2 added_tokens=-1", "#version: 0.2 added_tokens=1x", "#version: 0.2 "})
    EXPECT_FALSE(MergesHeader::read(line)) << line;
}

TEST(ByteLevelCodec, IsWhatItsFilesSay) {
  const Tokenizer tokenizer = behind_space();
  const Tokenizer again = Tokenizer::from_files(tokenizer.files(), "again");
  EXPECT_TRUE(again.has_files_of(tokenizer));
  EXPECT_FALSE(again.has_files_of(plain()));
  EXPECT_NE(again.checksum(), plain().checksum());
  EXPECT_EQ(again.encode("the"), tokenizer.encode(" the"));
}

}  // namespace
}  // namespace dragoman
