#include "tokenizer/tokenizer.h"

#include "base/atomic_file.h"
#include "base/utf8.h"
#include "tests/tokenizer/sample_text.h"
#include "tokenizer/tokenizer_trainer.h"

#include <algorithm>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <vector>

namespace dragoman {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::ThrowsMessage;

using Ids = std::vector<std::int32_t>;

std::string fixture(const std::string& name) {
  return std::string(DRAGOMAN_FIXTURES) + "/" + name;
}

Tokenizer sample_tokenizer(bool byte_fallback = false) {
  const auto lines = sample_lines();
  const std::vector<std::string>* texts[] = {&lines};
  TokenizerOptions options;
  options.vocabulary_size = byte_fallback ? 360 : 100;
  options.byte_fallback = byte_fallback;
  return train_tokenizer(texts, options, 2, {});
}

TEST(TokenizerTest, EncodesAsPythonDoes) {
  std::ifstream table(fixture("foreign_tokenizer.tsv"));
  int rows = 0;
  for (std::string line; std::getline(table, line); ++rows) {
    const std::size_t first = line.find('\t'), second = line.find('\t', first + 1);
    std::istringstream numbers(line.substr(first + 1, second - first - 1));
    const Ids expected{std::istream_iterator<std::int32_t>(numbers), {}};
    const std::string text = line.substr(second + 1);
    EXPECT_EQ(Tokenizer::load(fixture(line.substr(0, first))).encode(text), expected) << text;
  }
  EXPECT_EQ(rows, 10);
}

TEST(TokenizerTest, AppendsTheSpecialIdsThatAForeignModelLacks) {
  const Tokenizer with_defaults = Tokenizer::load(fixture("foreign_default.model"));
  EXPECT_EQ(with_defaults.special_ids(), (SpecialIds{.pad = 80, .bos = 1, .eos = 2, .unk = 0}));
  EXPECT_EQ(with_defaults.vocabulary_size(), 81);
  EXPECT_EQ(with_defaults.piece(80), "<pad>");

  const Tokenizer like_marian = Tokenizer::load(fixture("foreign_marian.model"));
  EXPECT_EQ(like_marian.special_ids(), (SpecialIds{.pad = 70, .bos = 71, .eos = 0, .unk = 1}));
  EXPECT_EQ(like_marian.vocabulary_size(), 72);
  EXPECT_EQ(like_marian.piece(70), "<pad>");
  EXPECT_EQ(like_marian.piece(71), "<s>");
  EXPECT_EQ(like_marian.piece(0), "</s>");

  const std::string text = "The young man reads.";
  for (const Tokenizer& tokenizer : {with_defaults, like_marian}) {
    Ids ids = tokenizer.encode(text);
    const SpecialIds special = tokenizer.special_ids();
    ids.insert(ids.begin(), special.bos);
    ids.insert(ids.end(), {special.eos, special.pad});
    EXPECT_EQ(tokenizer.decode(ids), text);
  }
}

TEST(TokenizerTest, OwnModelsHaveTheFixedSpecialIds) {
  const Tokenizer tokenizer = sample_tokenizer();
  EXPECT_EQ(tokenizer.special_ids(), SpecialIds{});
  EXPECT_EQ(tokenizer.vocabulary_size(), 100);
  EXPECT_EQ(tokenizer.piece(0), "<pad>");
  EXPECT_EQ(tokenizer.piece(1), "<s>");
  EXPECT_EQ(tokenizer.piece(2), "</s>");
  EXPECT_EQ(tokenizer.piece(3), "<unk>");
}

TEST(TokenizerTest, RoundTripsKeepRawText) {
  const Tokenizer tokenizer = sample_tokenizer(true);
  for (const std::string text : {
           "„Wie geht’s?“, fragte sie – und schwieg.",
           "“Quotes”, 'single', \"double\" (and brackets) [x] {y}; don't, o'clock.",
           "« Ça va ? » demanda-t-il à l'œuvre naïve, sœur aînée.",
           "Straße, STRASSE, groß/klein, 3,50 €, 50 %, a@b.de, http://x.y/z?a=b&c=d",
           "! leading punctuation , and spaces before commas .",
           "日本語 и русский, ελληνικά, emoji 😀",
       }) {
    EXPECT_EQ(tokenizer.decode(tokenizer.encode(text)), text);
  }
}

TEST(TokenizerTest, RoundTripsNormaliseAsDocumented) {
  const Tokenizer tokenizer = sample_tokenizer(true);
  const std::pair<std::string, std::string> cases[] = {
      {"  several   spaces\tand a tab  ", "several spaces and a tab"},
      {"no-break\u00A0space, thin\u2009space, wide\u3000space", "no-break space, thin space, wide space"},
      {"ﬁne …", "fine ..."},
      {"e\u0301te\u0301", "été"},
      {"control\u0001character", "controlcharacter"},
      {"meta\u2581symbol", "meta symbol"},
      {" \t\u00A0 ", ""},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(tokenizer.decode(tokenizer.encode(text)), expected);
}

TEST(TokenizerTest, TextThatLooksLikeASpecialPieceIsText) {
  const Tokenizer tokenizer = sample_tokenizer(true);
  const SpecialIds special = tokenizer.special_ids();
  for (const std::string text : {"</s>", "a <s> b </s> <pad> <unk>"}) {
    const Ids ids = tokenizer.encode(text);
    EXPECT_THAT(ids, ::testing::Each(AllOf(::testing::Ne(special.pad), ::testing::Ne(special.bos),
                                           ::testing::Ne(special.eos), ::testing::Ne(special.unk))));
    EXPECT_EQ(tokenizer.decode(ids), text);
  }
}

TEST(TokenizerTest, UnknownCharactersBecomeUnk) {
  const Tokenizer tokenizer = sample_tokenizer();
  const Ids ids = tokenizer.encode("The 猫");
  EXPECT_THAT(ids, ::testing::Contains(tokenizer.special_ids().unk));
  EXPECT_EQ(tokenizer.decode(ids), "The  ⁇ ");
}

TEST(TokenizerTest, CountsTheCharactersThatItDoesNotKnow) {
  const Tokenizer tokenizer = sample_tokenizer();
  const auto expect = [&](const std::string& text, std::size_t visible, std::size_t unknown) {
    const CharacterCounts counts = tokenizer.count_characters(text);
    EXPECT_EQ(counts.visible, visible) << text;
    EXPECT_EQ(counts.unknown, unknown) << text;
  };
  expect("The old man", 9, 0);
  expect("Es gibt 日本語 hier", 13, 3);
  expect("日本 語\u00ad\u200d", 3, 3);
  expect(" \u3000\u00ad", 0, 0);
}

// A soft hyphen is nothing in one place and in all: the table of base against that of ICU.
TEST(TokenizerTest, InvisibleIsWhatUnicodeSays) {
  for (UChar32 c = 0; c <= 0x10FFFF; ++c) {
    if (U_IS_SURROGATE(c)) continue;
    std::string text;
    icu::UnicodeString(c).toUTF8String(text);
    const bool ignorable = u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT);
    const bool python_space = c >= 0x1C && c <= 0x1F;
    ASSERT_EQ(is_blank(text), ignorable || u_isUWhiteSpace(c) || python_space) << std::hex << c;
  }
}

TEST(TokenizerTest, DecodeSkipsSpecialIdsWhereverTheyStand) {
  const Tokenizer tokenizer = sample_tokenizer();
  const std::string text = "The old man reads the newspaper";
  Ids ids;
  for (const std::int32_t id : tokenizer.encode(text)) ids.insert(ids.end(), {0, 1, 2, id, 0});
  EXPECT_EQ(tokenizer.decode(ids), text);
  EXPECT_EQ(tokenizer.decode(Ids{}), "");
  EXPECT_EQ(tokenizer.decode(Ids{1, 2, 0, 0}), "");
}

// A translation may end in the middle of a character that is spelled in bytes.
TEST(TokenizerTest, DecodedTextIsAlwaysValidUtf8) {
  const Tokenizer tokenizer = sample_tokenizer(true);
  const Ids ids = tokenizer.encode("The 猫😀");
  for (std::size_t count = 0; count <= ids.size(); ++count) {
    EXPECT_EQ(find_invalid_utf8(tokenizer.decode(std::span(ids).first(count))), std::nullopt) << count;
  }
}

TEST(TokenizerTest, EncodesAnyBytes) {
  const Tokenizer tokenizer = sample_tokenizer();
  EXPECT_THAT(tokenizer.encode(""), IsEmpty());
  EXPECT_THAT(tokenizer.encode(" \t "), IsEmpty());
  using namespace std::string_view_literals;
  for (const auto bytes : {"\0"sv, "a\0b"sv, "\xFF\xFE"sv, "gr\xFC\xDF"sv, "\xED\xA0\x80"sv, "\xF0\x9F"sv}) {
    const Ids ids = tokenizer.encode(bytes);
    EXPECT_EQ(find_invalid_utf8(tokenizer.decode(ids)), std::nullopt);
  }
  std::string words, letters(1'000'000, 'a');
  for (int i = 0; i < 100'000; ++i) words += "man ";
  EXPECT_GE(tokenizer.encode(words).size(), 100'000u);
  EXPECT_THAT(tokenizer.encode(letters), ::testing::Not(IsEmpty()));
}

TEST(TokenizerTest, ManyLinesAtOnceEqualOneByOne) {
  const Tokenizer tokenizer = sample_tokenizer();
  auto lines = sample_lines(1000);
  lines[17].clear();
  for (const int threads : {1, 2, 5}) {
    const auto encoded = tokenizer.encode(lines, in_threads(threads));
    ASSERT_EQ(encoded.size(), lines.size());
    for (std::size_t i = 0; i < lines.size(); ++i) ASSERT_EQ(encoded[i], tokenizer.encode(lines[i])) << i;
  }
}

TEST(TokenizerTest, ItsBytesMakeTheSameTokenizer) {
  const Tokenizer tokenizer = sample_tokenizer();
  const std::string path = ::testing::TempDir() + "tokenizer_test.model";
  write_file_atomically(path, tokenizer.files().front().bytes);
  const Tokenizer loaded = Tokenizer::load(path);
  EXPECT_EQ(loaded.files(), tokenizer.files());
  EXPECT_EQ(loaded.vocabulary_size(), tokenizer.vocabulary_size());
  for (const auto& line : sample_lines(20)) EXPECT_EQ(loaded.encode(line), tokenizer.encode(line));
}

TEST(TokenizerTest, PiecesSpellTheText) {
  const Tokenizer tokenizer = sample_tokenizer();
  std::string spelled;
  for (const std::int32_t id : tokenizer.encode("My neighbour paints")) spelled += tokenizer.piece(id);
  EXPECT_EQ(spelled, "▁My▁neighbour▁paints");
  std::set<std::string> pieces;
  for (std::int32_t id = 0; id < tokenizer.vocabulary_size(); ++id) pieces.insert(tokenizer.piece(id));
  EXPECT_EQ(pieces.size(), static_cast<std::size_t>(tokenizer.vocabulary_size()));
}

TEST(TokenizerTest, RefusesIdsOutsideTheVocabulary) {
  const Tokenizer tokenizer = Tokenizer::load(fixture("foreign_default.model"));
  for (const std::int32_t id : {-1, 81, 1 << 30}) {
    EXPECT_THROW(tokenizer.decode(Ids{5, id}), std::out_of_range);
    EXPECT_THROW(tokenizer.piece(id), std::out_of_range);
  }
}

TEST(TokenizerTest, RefusesWhatIsNoModel) {
  auto refused = [](const std::string& bytes) {
    EXPECT_THAT([&] { Tokenizer::from_bytes(bytes, "some/file.spm"); },
                ThrowsMessage<std::runtime_error>(HasSubstr("some/file.spm: not a SentencePiece model")))
        << bytes.size();
  };
  refused("");
  refused("This is text.\n");
  refused(std::string(1000, '\0'));
  const std::string model = Tokenizer::load(fixture("foreign_default.model")).files().front().bytes;
  // Cut anywhere in its pieces or its training settings; what follows is 30 bytes about normalisation.
  for (std::size_t size = 1; size < model.size() - 30; ++size) refused(model.substr(0, size));
  EXPECT_THAT([] { Tokenizer::load("/nonexistent/x.spm"); },
              ThrowsMessage<std::runtime_error>(AllOf(HasSubstr("/nonexistent/x.spm"), HasSubstr("No such file"))));
}

std::vector<std::string> parts_of(const std::string& text, const std::vector<TextRange>& ranges) {
  std::vector<std::string> parts;
  for (const auto& [begin, end] : ranges) parts.push_back(text.substr(begin, end - begin));
  return parts;
}

TEST(TokenizerTest, KnowsWhereTokensStandInATextAsItWasGiven) {
  const Tokenizer tokenizer = sample_tokenizer();
  // Normalisation makes one space of three, the no-break space a space, and two letters of the ligature.
  const std::string text = "  the   hou\uFB01se\u00A0the ";
  const std::vector<TextRange> ranges = tokenizer.encoded_ranges(text);
  ASSERT_EQ(ranges.size(), tokenizer.encode(text).size());
  std::string together;
  for (const std::string& part : parts_of(text, ranges)) together += part;
  for (const std::string part : {"the", "hou", "\uFB01", "se"}) EXPECT_THAT(together, HasSubstr(part));
  for (std::size_t i = 1; i < ranges.size(); ++i) EXPECT_GE(ranges[i].begin, ranges[i - 1].begin);
  EXPECT_LE(ranges.back().end, text.size());
  EXPECT_THAT(tokenizer.encoded_ranges(""), IsEmpty());
}

TEST(TokenizerTest, KnowsWhereTokensStandInWhatTheyAreDecodedTo) {
  const Tokenizer tokenizer = sample_tokenizer();
  Ids ids = tokenizer.encode("the house stands");
  const SpecialIds special = tokenizer.special_ids();
  ids.insert(ids.begin() + 1, special.bos);
  ids.push_back(special.eos);
  const std::string text = tokenizer.decode(ids);
  const std::vector<TextRange> ranges = tokenizer.decoded_ranges(ids);
  ASSERT_EQ(ranges.size(), ids.size());
  std::string together;
  for (const std::string& part : parts_of(text, ranges)) together += part;
  EXPECT_EQ(together, text);
  EXPECT_EQ(ranges[1].begin, ranges[1].end);
  EXPECT_EQ(ranges.back(), (TextRange{text.size(), text.size()}));
}

// Each codec, and bytes and unknown characters among the text.
TEST(TokenizerTest, TokensComeInEitherOrder) {
  const Tokenizer words = Tokenizer::from_bytes("<unk>\nThe\n</s>\nyoung\n<pad>\nman\n", "words");
  const std::string text = "The young man ünd 猫.";
  for (const Tokenizer& tokenizer : {sample_tokenizer(true), Tokenizer::load(fixture("foreign_marian.model")), words}) {
    const Tokenizer other = tokenizer.in_order(TokenOrder::right_to_left);
    EXPECT_EQ(other.order(), TokenOrder::right_to_left);
    EXPECT_TRUE(other.has_files_of(tokenizer));
    EXPECT_EQ(other.checksum(), tokenizer.checksum());
    EXPECT_EQ(other.in_order(TokenOrder::left_to_right).encode(text), tokenizer.encode(text));
    const auto reversed = [](auto tokens) {
      std::ranges::reverse(tokens);
      return tokens;
    };
    Ids ids = other.encode(text);
    EXPECT_GT(ids.size(), 4u);
    EXPECT_EQ(ids, reversed(tokenizer.encode(text)));
    EXPECT_EQ(other.encode(std::vector{text}, in_threads(1)).front(), ids);
    EXPECT_EQ(other.encode_as_pieces(text), reversed(tokenizer.encode_as_pieces(text)));
    EXPECT_EQ(other.encoded_ranges(text), reversed(tokenizer.encoded_ranges(text)));
    ids.push_back(other.special_ids().eos);
    EXPECT_EQ(other.decode(ids), tokenizer.decode(tokenizer.encode(text)));
    EXPECT_EQ(other.decoded_ranges(ids), reversed(tokenizer.decoded_ranges(reversed(ids))));
    EXPECT_EQ(other.count_instructions(text), 0u);
    EXPECT_THAT(other.encode(" "), IsEmpty());
  }
}

}  // namespace
}  // namespace dragoman
