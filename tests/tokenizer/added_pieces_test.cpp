#include "tokenizer/added_pieces.h"

#include "tests/tokenizer/sample_text.h"
#include "tokenizer/tokenizer_trainer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::ThrowsMessage;

using Pieces = std::vector<std::string>;

Tokenizer learnt(TokenizerOptions::Algorithm algorithm) {
  const auto lines = sample_lines();
  const std::vector<std::string>* texts[] = {&lines};
  TokenizerOptions options;
  options.algorithm = algorithm;
  options.vocabulary_size = 140;
  return train_tokenizer(texts, options, 1, {});
}

std::string vocabulary_of(const Tokenizer& tokenizer) {
  std::string text;
  for (std::int32_t id = 0; id < tokenizer.vocabulary_size(); ++id) text += tokenizer.piece(id) + "\n";
  return text;
}

TEST(AddedPieces, AreOneTokenWhereverTheyStand) {
  for (const auto algorithm : {TokenizerOptions::Algorithm::unigram, TokenizerOptions::Algorithm::bpe}) {
    const Tokenizer before = learnt(algorithm);
    const Tokenizer after = with_added_pieces(before, Pieces{"COVID-19", "\u2318", "the old"});
    const std::int32_t first = before.vocabulary_size();
    ASSERT_EQ(after.vocabulary_size(), first + 3);
    EXPECT_EQ(after.special_ids(), before.special_ids());
    for (std::int32_t id = 0; id < first; ++id) ASSERT_EQ(after.piece(id), before.piece(id));
    EXPECT_EQ(after.piece(first), "COVID-19");
    for (const char* text : {"COVID-19", "old COVID-19 dog", "xCOVID-19x", "\u2318\u2318"}) {
      EXPECT_THAT(after.encode(text), Contains(testing::AnyOf(first, first + 1))) << text;
    }
    EXPECT_EQ(after.decode(after.encode("\u2318 COVID-19")), "\u2318 COVID-19");
    EXPECT_THAT(after.encode("see the old dog"), Contains(first + 2));
    EXPECT_EQ(after.encode("an old dog"), before.encode("an old dog"));
  }
}

TEST(AddedPieces, OfLanguagesAreNoText) {
  const Tokenizer before = learnt(TokenizerOptions::Algorithm::unigram);
  const Tokenizer after = with_added_pieces(before, Pieces{"<2de>"}, true);
  EXPECT_EQ(after.piece(before.vocabulary_size()), "<2de>");
  EXPECT_THAT(after.encode("<2de> old"), Not(Contains(before.vocabulary_size())));
  EXPECT_THAT(with_added_pieces(before, Pieces{"<2de>"}).encode("<2de> old"), Contains(before.vocabulary_size()))
      << "where a model has no languages it is as any other";
}

TEST(AddedPieces, GoIntoTheVocabularyOfWords) {
  const Tokenizer before = Tokenizer::from_bytes("<unk>\n</s>\nold\n", "words");
  const Tokenizer after = with_added_pieces(before, Pieces{"dog"});
  EXPECT_THAT(after.encode("old dog cat"), ElementsAre(2, 3, 0));
  EXPECT_THAT([&] { with_added_pieces(before, Pieces{"old dog"}); },
              ThrowsMessage<UnfitPiece>(HasSubstr("'old dog' holds white space")));
}

TEST(AddedPieces, GoIntoTheIdsOfAVocabularyBesideAModel) {
  const Tokenizer model = learnt(TokenizerOptions::Algorithm::bpe);
  const Tokenizer before =
      Tokenizer::from_files({model.files().front(), {std::string(kVocabularyFile), vocabulary_of(model)}}, "tokenizer");
  const Tokenizer after = with_added_pieces(before, Pieces{"COVID-19"});
  EXPECT_THAT(after.encode("COVID-19 dog"), Contains(before.vocabulary_size()));
  EXPECT_EQ(after.decode(after.encode("the COVID-19")), "the COVID-19");
}

TEST(AddedPieces, RefuseWhatCannotBeOne) {
  const Tokenizer before = learnt(TokenizerOptions::Algorithm::bpe);
  const auto index_of = [&](const Pieces& pieces) {
    try {
      with_added_pieces(before, pieces);
    } catch (const UnfitPiece& error) {
      return static_cast<int>(error.index);
    }
    return -1;
  };
  EXPECT_EQ(index_of({"new", ""}), 1);
  EXPECT_EQ(index_of({"new", "newer", "new"}), 2);
  EXPECT_EQ(index_of({"<unk>"}), 0);
}

}  // namespace
}  // namespace dragoman
