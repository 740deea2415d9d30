// Codecs beside that of a SentencePiece model with its own ids, which tokenizer_test.cpp is about.
#include "tokenizer/tokenizer.h"
#include "tokenizer/vocabulary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;
using Ids = std::vector<std::int32_t>;

constexpr const char* kWords = "<unk>\nhouse\n</s>\nthe\n<pad>\nHaus\n";

Tokenizer words() {
  return Tokenizer::from_bytes(kWords, "words");
}

std::string refusal(const std::string& text) {
  try {
    Vocabulary(text, "list");
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

TEST(Vocabulary, RefusesWhatIsNoListOfTokens) {
  EXPECT_EQ(refusal("<pad>\n</s>\n<unk>\na"), "");
  EXPECT_THAT(refusal("<pad>\n\n</s>\n<unk>\n"), HasSubstr("list, line 2: there is no token"));
  EXPECT_THAT(refusal("<pad>\n</s>\n<unk>\na b\n"), HasSubstr("list, line 4: there is white space"));
  EXPECT_THAT(refusal("<pad>\na\n</s>\n<unk>\na\n"), HasSubstr("list, line 5: 'a' is there already, in line 2"));
  EXPECT_THAT(refusal("<pad>\n</s>\na\n"), HasSubstr("lacks <unk>"));
  EXPECT_THAT(refusal("<pad>\n<unk>\n"), HasSubstr("lacks </s>"));
  EXPECT_THAT(refusal(""), HasSubstr("lacks </s>"));
  EXPECT_EQ(refusal("</s>\n<unk>\n"), "") << "<pad> is not demanded";
}

TEST(Vocabulary, EndsOfLinesMayBeThoseOfWindows) {
  const Vocabulary list("<pad>\r\n</s>\r\n<unk>\r\na\r\n", "list");
  EXPECT_EQ(list.size(), 4);
  EXPECT_EQ(list.id_of("a"), 3);
}

TEST(WordCodec, TakesItsIdsFromTheListAndItsTokensFromWhiteSpace) {
  const Tokenizer tokenizer = words();
  EXPECT_EQ(tokenizer.vocabulary_size(), 6);
  EXPECT_EQ(tokenizer.special_ids(), (SpecialIds{4, SpecialIds::kNone, 2, 0}));
  EXPECT_EQ(tokenizer.special_ids().start(), 2);
  EXPECT_EQ(tokenizer.encode(" the  house\tThe"), (Ids{3, 1, 0}));
  EXPECT_EQ(tokenizer.encode(" \t"), Ids{});
  EXPECT_THAT(tokenizer.encode_as_pieces("the  The"), ElementsAre("the", "The"));
  EXPECT_EQ(tokenizer.piece(5), "Haus");
  EXPECT_EQ(tokenizer.surface(5), "▁Haus") << "each begins a word";
  EXPECT_TRUE(tokenizer.is_text(5));
  EXPECT_FALSE(tokenizer.is_text(0));
  EXPECT_FALSE(tokenizer.is_text(4));
  EXPECT_THROW(tokenizer.piece(6), std::out_of_range);
  EXPECT_THROW(tokenizer.decode(Ids{-1}), std::out_of_range);
  EXPECT_EQ(tokenizer.segmentation(), Segmentation::other);
}

TEST(WordCodec, WritesOneSpaceBetweenTokens) {
  const Tokenizer tokenizer = words();
  EXPECT_EQ(tokenizer.decode(Ids{3, 1, 0, 2, 4}), "the house <unk>");
  EXPECT_THAT(tokenizer.decoded_ranges(Ids{3, 1, 2, 0}),
              ElementsAre(TextRange{0, 3}, TextRange{3, 9}, TextRange{9, 9}, TextRange{9, 15}));
  EXPECT_THAT(tokenizer.encoded_ranges("the  x"), ElementsAre(TextRange{0, 3}, TextRange{3, 6}));
}

TEST(WordCodec, CountsTheCharactersOfUnknownTokens) {
  const CharacterCounts counts = words().count_characters("the fünf");
  EXPECT_EQ(counts.visible, 7U);
  EXPECT_EQ(counts.unknown, 4U);
}

// A SentencePiece model whose pieces stand in another order, one of them missing, as MarianMT's do.
struct Reordered {
  Tokenizer plain = Tokenizer::load(DRAGOMAN_FIXTURES "/foreign_default.model");
  std::string vocabulary;
  std::string missing;

  Reordered() {
    missing = plain.piece(plain.encode(kText).front());
    vocabulary = "</s>\n<unk>\n";
    for (std::int32_t id = plain.vocabulary_size() - 1; id >= 0; --id) {
      if (plain.is_text(id) && plain.piece(id) != missing) vocabulary += plain.piece(id) + "\n";
    }
    vocabulary += "<pad>\n";
  }

  static constexpr const char* kText = "a small house and another house";

  Tokenizer tokenizer() const {
    return Tokenizer::from_files({plain.files().front(), {std::string(kVocabularyFile), vocabulary}}, "both");
  }
};

TEST(TableCodec, HasThePiecesOfTheModelUnderTheIdsOfTheList) {
  const Reordered reordered;
  const Tokenizer table = reordered.tokenizer();
  EXPECT_EQ(table.special_ids().eos, 0);
  EXPECT_EQ(table.special_ids().unk, 1);
  EXPECT_EQ(table.special_ids().bos, SpecialIds::kNone);
  EXPECT_EQ(table.special_ids().pad, table.vocabulary_size() - 1);
  const Ids ids = table.encode(Reordered::kText), own = reordered.plain.encode(Reordered::kText);
  ASSERT_EQ(ids.size(), own.size());
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const std::string piece = reordered.plain.piece(own[i]);
    EXPECT_EQ(table.piece(ids[i]), piece == reordered.missing ? "<unk>" : piece);
    if (ids[i] == 1) continue;
    EXPECT_EQ(table.score(ids[i]), reordered.plain.score(own[i]));
  }
  EXPECT_EQ(table.encoded_ranges(Reordered::kText), reordered.plain.encoded_ranges(Reordered::kText));
  EXPECT_GT(table.count_characters(Reordered::kText).unknown, 0U);
}

TEST(TableCodec, WritesTextAsTheModelDoes) {
  const Reordered reordered;
  const Tokenizer table = reordered.tokenizer();
  const Ids ids = table.encode(Reordered::kText);
  Ids own;
  for (const std::int32_t id : reordered.plain.encode(Reordered::kText))
    own.push_back(reordered.plain.piece(id) == reordered.missing ? reordered.plain.special_ids().unk : id);
  // It begins with " ⁇ ", whose first space is left out.
  EXPECT_EQ(" " + table.decode(ids), reordered.plain.decode(own));
  std::vector<TextRange> ranges = table.decoded_ranges(ids);
  for (TextRange& range : ranges) range = {range.begin + (range.begin > 0 ? 1 : 0), range.end + 1};
  EXPECT_EQ(ranges, reordered.plain.decoded_ranges(own));
}

TEST(TableCodec, KnowsWhatTheVocabularyHasThoughTheModelHasNot) {
  const Reordered reordered;
  ASSERT_EQ(reordered.plain.encode("Ж").back(), reordered.plain.special_ids().unk);
  EXPECT_EQ(reordered.tokenizer().encode("small Ж").back(), 1);
  EXPECT_EQ(reordered.tokenizer().count_characters("small Ж").unknown, 1U);
  Reordered wider;
  wider.vocabulary += "Ж\n";
  const Tokenizer table = wider.tokenizer();
  EXPECT_EQ(table.encode("small Ж").back(), table.vocabulary_size() - 1);
  EXPECT_EQ(table.count_characters("small Ж").unknown, 0U);
}

TEST(TableCodec, ReadsTheLanguageThatATextBeginsWith) {
  Reordered with_languages;
  with_languages.vocabulary = ">>fra<<\n" + with_languages.vocabulary;
  const Tokenizer table = with_languages.tokenizer();
  const std::string text = ">>fra<< a small house";
  Ids expected = table.encode("a small house");
  expected.insert(expected.begin(), 0);
  EXPECT_EQ(table.encode(text), expected);
  EXPECT_EQ(table.count_instructions(text), 1U);
  EXPECT_EQ(table.encode_as_pieces(text).front(), ">>fra<<");
  const auto ranges = table.encoded_ranges(text);
  ASSERT_EQ(ranges.size(), expected.size());
  EXPECT_EQ(ranges[0], (TextRange{0, 7}));
  EXPECT_EQ(ranges[1].begin, 8U);
  EXPECT_EQ(ranges.back().end, text.size());
  EXPECT_EQ(table.encode(">>xyz<< a").front(), table.special_ids().unk);
  EXPECT_EQ(table.count_characters(">>xyz<< small").unknown, 7U);
  EXPECT_EQ(table.count_instructions("a >>fra<<"), 0U);
  EXPECT_EQ(table.count_instructions(">>fra"), 0U);
  EXPECT_EQ(Reordered().tokenizer().count_instructions(text), 0U) << "there are no languages";
}

TEST(TableCodec, WritesNoSpacesAtTheEndsOfText) {
  const Tokenizer table = Reordered().tokenizer();
  Ids ids = table.encode("another house");
  const std::string text = table.decode(ids);
  const auto ranges = table.decoded_ranges(ids);
  for (std::int32_t id = 0; id < table.vocabulary_size(); ++id) {
    if (table.piece(id) != "▁") continue;
    ids.insert(ids.begin(), 2, id);
    ids.push_back(id);
    EXPECT_EQ(table.decode(ids), text);
    EXPECT_EQ(table.decoded_ranges(ids).back(), (TextRange{text.size(), text.size()}));
    EXPECT_EQ(table.decoded_ranges(ids).at(2).end, ranges.front().end);
    return;
  }
  FAIL() << "the model has no piece of a space";
}

TEST(Tokenizer, IsMadeOfItsFilesAgain) {
  const Reordered reordered;
  for (const Tokenizer& tokenizer : {words(), reordered.plain, reordered.tokenizer()}) {
    const Tokenizer again = Tokenizer::from_files(tokenizer.files(), "again");
    EXPECT_EQ(again.files(), tokenizer.files());
    EXPECT_TRUE(again.has_files_of(tokenizer) && tokenizer.has_files_of(tokenizer));
    EXPECT_EQ(again.checksum(), tokenizer.checksum());
    EXPECT_EQ(again.encode("the small house"), tokenizer.encode("the small house"));
  }
  EXPECT_NE(reordered.tokenizer().checksum(), reordered.plain.checksum());
  EXPECT_FALSE(reordered.tokenizer().has_files_of(reordered.plain));
  EXPECT_THAT([] { Tokenizer::from_bytes("no model\n", "notes"); },
              ThrowsMessage<std::runtime_error>(HasSubstr("notes: not a SentencePiece model")));
}

}  // namespace
}  // namespace dragoman
