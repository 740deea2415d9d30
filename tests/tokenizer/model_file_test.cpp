#include "tokenizer/model_file.h"

#include "base/atomic_file.h"
#include "base/counter_random.h"
#include "tokenizer/tokenizer.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

std::string varint(std::uint64_t value) {
  std::string bytes;
  for (; value >= 0x80; value >>= 7) bytes += static_cast<char>(value | 0x80);
  return bytes + static_cast<char>(value);
}

// A field of protocol buffers that holds bytes.
std::string field(std::uint64_t number, const std::string& contents) {
  return varint(number << 3 | 2) + varint(contents.size()) + contents;
}

TEST(ModelFile, FindsTheTrainersSpecification) {
  const std::string piece = field(1, field(1, "▁the"));
  EXPECT_FALSE(read_model_file("").complete);
  EXPECT_FALSE(read_model_file(piece + piece).complete);
  const std::pair<std::uint64_t, Segmentation> types[] = {
      {1, Segmentation::unigram}, {2, Segmentation::bpe}, {3, Segmentation::other}, {77, Segmentation::other}};
  for (const auto& [type, segmentation] : types) {
    const ModelFileFacts facts = read_model_file(piece + field(2, varint(3 << 3) + varint(type)) + piece);
    EXPECT_TRUE(facts.complete);
    EXPECT_EQ(facts.segmentation, segmentation) << type;
  }
  EXPECT_EQ(read_model_file(field(2, "")).segmentation, Segmentation::unigram) << "the default";
}

TEST(ModelFile, HasItsPiecesInTheOrderOfTheirIds) {
  const std::string score = varint(2 << 3 | 5) + std::string(4, '\0');
  const std::string two = field(1, field(1, "▁the")) + field(2, "") + field(1, score + field(1, "</s>"));
  EXPECT_EQ(pieces_in(two), (std::vector<std::string>{"▁the", "</s>"}));
  EXPECT_EQ(pieces_in(two + "\x0a\x7f").size(), 2U) << "cut";
  const std::string file = DRAGOMAN_FIXTURES "/foreign_default.model";
  const Tokenizer tokenizer = Tokenizer::load(file);
  const std::vector<std::string> pieces = pieces_in(read_file(file));
  EXPECT_EQ(pieces.size(), 80U);
  for (std::size_t id = 0; id < pieces.size(); ++id)
    EXPECT_EQ(pieces[id], tokenizer.piece(static_cast<std::int32_t>(id)));
}

// Nothing of these tells it where to read but what is there: a sanitizer would say so.
TEST(ModelFile, SurvivesAnyBytes) {
  const std::string whole = read_file(DRAGOMAN_FIXTURES "/foreign_default.model");
  ASSERT_TRUE(read_model_file(whole).complete);
  CounterRandom random(1, RandomPurpose::sampling, 0);
  const auto place = [&](std::size_t size) { return random.below(static_cast<std::uint32_t>(size)); };
  for (int i = 0; i < 2000; ++i) {
    std::string bytes = whole;
    for (std::uint32_t count = 1 + random.below(4); count > 0; --count)
      bytes[place(bytes.size())] = static_cast<char>(random.below(256));
    read_model_file(bytes);
    pieces_in(bytes);
    read_model_file(std::string_view(whole).substr(0, place(whole.size())));
    std::string noise(place(64), '\0');
    for (char& c : noise) c = static_cast<char>(random.below(256));
    read_model_file(noise);
    pieces_in(noise);
  }
  for (const std::uint64_t size : {std::uint64_t{3}, std::uint64_t{1} << 32, std::numeric_limits<std::uint64_t>::max()})
    EXPECT_FALSE(read_model_file(varint(1 << 3 | 2) + varint(size) + "ab").complete);
  for (int length = 0; length < 30; ++length) EXPECT_FALSE(read_model_file(std::string(length, '\xff')).complete);
}

}  // namespace
}  // namespace dragoman
