#include "formats/foreign/yaml_document.h"
#include "formats/marian/marian_binary.h"
#include "formats/marian/marian_shortlist.h"
#include "formats/marian/marian_vocabulary.h"
#include "formats/marian/npy_array.h"
#include "tests/formats/npz_bytes.h"

#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string refusal_of(const std::function<void()>& read) {
  try {
    read();
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

std::string npy_refusal(const std::string& bytes) {
  return refusal_of([&] { (void)read_npy(bytes, "x"); });
}

TEST(ReadNpy, GivesShapeAndNumbers) {
  const std::string matrix = npy_bytes("<f2", {2, 3}, std::string(12, 'x'));
  const NpyArray array = read_npy(matrix, "x");
  EXPECT_EQ(array.type, "<f2");
  EXPECT_THAT(array.shape, ElementsAre(2, 3));
  EXPECT_EQ(array.data, std::string(12, 'x'));
  EXPECT_THAT(read_npy(npy_bytes("|i1", {5}, "12345"), "x").shape, ElementsAre(5));
  EXPECT_THAT(read_npy(npy_bytes("<f4", {}, "1234"), "x").shape, ElementsAre());
  std::string later = matrix;
  later[6] = 2;
  later.insert(10, 2, '\0');
  EXPECT_EQ(read_npy(later, "x").data, array.data) << "the form with a longer header";
}

TEST(ReadNpy, RefusesWhatIsNoTableOfNumbers) {
  const std::string good = npy_bytes("<f4", {2}, std::string(8, 'x'));
  for (std::size_t size = 0; size < good.size(); ++size) EXPECT_NE(npy_refusal(good.substr(0, size)), "") << size;
  EXPECT_THAT(npy_refusal(good + "x"), HasSubstr("another size than it says"));
  EXPECT_THAT(npy_refusal(npy_bytes("|O1", {8}, std::string(8, 'x'))), testing::Not(HasSubstr("NumPy of another")));
  EXPECT_THAT(npy_refusal(npy_bytes(">f4", {2}, std::string(8, 'x'))), HasSubstr("'>f4', which cannot be read"));
  EXPECT_THAT(npy_refusal(npy_bytes("<f4", {1LL << 40, 1LL << 40}, "")), HasSubstr("another size"));
  EXPECT_THAT(npy_refusal(npy_bytes("<f4", {-2}, "")), HasSubstr("x: is no table"));
  std::string columns = good;
  columns.replace(columns.find("False"), 5, "True ");
  EXPECT_THAT(npy_refusal(columns), HasSubstr("column by column"));
}

struct BinaryItem {
  std::string name;
  std::uint64_t type;
  std::vector<std::int32_t> shape;
  std::string data;
};

std::string binary_bytes(const std::vector<BinaryItem>& items, std::uint64_t version = 1) {
  std::string bytes;
  put_number(bytes, version);
  put_number<std::uint64_t>(bytes, items.size());
  for (const BinaryItem& item : items)
    for (const std::uint64_t value : {item.name.size() + 1, item.type, item.shape.size(), item.data.size()})
      put_number<std::uint64_t>(bytes, value);
  for (const BinaryItem& item : items) bytes += item.name + '\0';
  for (const BinaryItem& item : items)
    for (const std::int32_t extent : item.shape) put_number(bytes, extent);
  put_number<std::uint64_t>(bytes, 3);
  bytes += "pad";
  for (const BinaryItem& item : items) bytes += item.data;
  return bytes;
}

std::string binary_refusal(const std::string& bytes) {
  return refusal_of([&] { (void)read_marian_binary(bytes, "x.bin"); });
}

TEST(ReadMarianBinary, GivesEachTable) {
  const std::string bytes = binary_bytes({{"a", 0x404, {1, 2}, "12345678filled up"},
                                          {"h", 0x402, {2}, "1234"},
                                          {"q", 0x4101, {2, 2}, "abcd1234filled"},
                                          {"r", 0x10001, {2, 2}, "efgh5678"},
                                          {"p", 0x5101, {9, 9}, "packed"}});
  const std::vector<MarianItem> items = read_marian_binary(bytes, "x.bin");
  ASSERT_EQ(items.size(), 5u);
  EXPECT_EQ(items[0].name, "a");
  EXPECT_EQ(items[0].data, "12345678");
  EXPECT_THAT(items[0].shape, ElementsAre(1, 2));
  EXPECT_EQ(items[1].type, MarianType::float16);
  EXPECT_EQ(items[2].type, MarianType::intgemm8);
  EXPECT_EQ(items[2].data, "abcd1234") << "with its factor";
  EXPECT_EQ(items[3].type, MarianType::intgemm8);
  EXPECT_EQ(items[4].type, MarianType::other);
  EXPECT_EQ(items[4].type_id, 0x5101u);
}

TEST(ReadMarianBinary, RefusesWhatLeadsOutOfTheFile) {
  const std::string good = binary_bytes({{"a", 0x404, {1, 2}, "12345678"}, {"q", 0x4101, {2, 2}, "abcd1234"}});
  EXPECT_EQ(binary_refusal(good), "");
  for (std::size_t size = 0; size < good.size(); ++size)
    EXPECT_THAT(binary_refusal(good.substr(0, size)), HasSubstr("x.bin: ")) << size;
  EXPECT_THAT(binary_refusal(binary_bytes({{"a", 0x404, {1, 3}, "12345678"}})), HasSubstr("'a' has fewer numbers"));
  EXPECT_THAT(binary_refusal(binary_bytes({{"q", 0x4101, {2, 2}, "abcd123"}})), HasSubstr("'q' has fewer numbers"));
  EXPECT_THAT(binary_refusal(binary_bytes({{"a", 0x404, {-1}, "1234"}})), HasSubstr("the shape of 'a'"));
  EXPECT_THAT(binary_refusal(binary_bytes({{"a", 0x404, {1 << 30, 1 << 30, 1 << 30}, "1234"}})),
              HasSubstr("the shape of 'a'"));
  EXPECT_THAT(binary_refusal(binary_bytes({}, 2)), HasSubstr("is encrypted"));
  EXPECT_THAT(binary_refusal(binary_bytes({}, 7)), HasSubstr("no"));
}

std::string vocabulary_refusal(const std::string& text, const std::string& file = "v.yml") {
  return refusal_of([&] { (void)read_marian_vocabulary(text, 5, file); });
}

TEST(ReadMarianVocabulary, GivesTokensById) {
  const std::string yaml = "</s>: 0\n<unk>: 1\n\"\\\"\": 2\n'': 3\n? \"a: b\"\n: 4\nleft out: 5\n";
  EXPECT_THAT(read_marian_vocabulary(yaml, 5, "v.yml"), ElementsAre("</s>", "<unk>", "\"", "", "a: b"));
  EXPECT_THAT(read_marian_vocabulary("{\"a\": 0, \"\\u00fc\": 2}", 4, "v.json"), ElementsAre("a", "", "ü", ""));
  EXPECT_THAT(read_marian_vocabulary("~: 0\n'~': 1\n12: 2\ntrue: 3\n", 4, "v.yml"),
              ElementsAre("null", "~", "12", "true"));
  EXPECT_THAT(read_marian_vocabulary("x: 0\nx: 1\n", 2, "v.yml"), ElementsAre("x", ""))
      << "a token that is there twice";
}

TEST(ReadMarianVocabulary, GivesLines) {
  EXPECT_THAT(read_marian_vocabulary("</s>\n<unk>\r\na b\n", 4, "v.txt"), ElementsAre("</s>", "<unk>", "a b", ""));
  EXPECT_THAT(read_marian_vocabulary("a\nb\nc", 2, "vocab"), ElementsAre("a", "b"));
}

TEST(ReadMarianVocabulary, RefusesWhatIsNoTable) {
  EXPECT_EQ(vocabulary_refusal("a: 0\n"), "");
  EXPECT_THAT(vocabulary_refusal("- a\n"), HasSubstr("v.yml: is no table of tokens"));
  EXPECT_THAT(vocabulary_refusal("a: x\n"), HasSubstr("'a' has no id"));
  EXPECT_THAT(vocabulary_refusal("a: -1\n"), HasSubstr("'a' has no id"));
  EXPECT_THAT(vocabulary_refusal("a: [1]\n"), HasSubstr("'a' has no id"));
  EXPECT_THAT(vocabulary_refusal("[a]: 1\n"), HasSubstr("has no id"));
  EXPECT_THAT(vocabulary_refusal("a: 1\nb: 1\n"), HasSubstr("'a' and 'b' have the same id, 1"));
  EXPECT_THAT(vocabulary_refusal("a: 1\nb: \"\n"), HasSubstr("v.yml:"));
}

std::string shortlist_bytes(const std::vector<std::uint64_t>& header, const std::vector<std::uint64_t>& offsets,
                            const std::vector<std::uint32_t>& tokens) {
  std::string bytes;
  for (const std::uint64_t value : header) put_number(bytes, value);
  for (const std::uint64_t value : offsets) put_number(bytes, value);
  for (const std::uint32_t value : tokens) put_number(bytes, value);
  return bytes;
}

constexpr std::uint64_t kMagicOfShortlists = 0xF11A48D5013417F5;

TEST(ReadBinaryShortlist, GivesTokensOfEachToken) {
  const std::string bytes = shortlist_bytes({kMagicOfShortlists, 7, 2, 9, 3, 3}, {0, 1, 3}, {4, 0, 3});
  EXPECT_TRUE(is_binary_shortlist(bytes));
  const TokenLists lists = read_binary_shortlist(bytes, {3, 5}, "x");
  EXPECT_THAT(lists.always, ElementsAre(0, 1));
  EXPECT_THAT(lists.starts, ElementsAre(0, 1, 3, 3)) << "the last has none";
  EXPECT_THAT(lists.tokens, ElementsAre(4, 0, 3));
}

TEST(ReadBinaryShortlist, RefusesWhatIsDamagedOrOfAnotherVocabulary) {
  const auto refusal = [](const std::string& bytes) {
    return refusal_of([&] { (void)read_binary_shortlist(bytes, {2, 5}, "x"); });
  };
  const std::string good = shortlist_bytes({kMagicOfShortlists, 7, 2, 9, 3, 3}, {0, 1, 3}, {4, 0, 3});
  EXPECT_EQ(refusal(good), "");
  for (std::size_t size = 0; size < good.size(); ++size) EXPECT_NE(refusal(good.substr(0, size)), "") << size;
  const auto of = [&](const std::vector<std::uint64_t>& offsets, const std::vector<std::uint32_t>& tokens) {
    return refusal(shortlist_bytes({kMagicOfShortlists, 7, 2, 9, offsets.size(), tokens.size()}, offsets, tokens));
  };
  EXPECT_THAT(of({0, 1, 3}, {4, 0, 5}), HasSubstr("another vocabulary"));
  EXPECT_THAT(of({0, 1, 2, 3}, {4, 0, 3}), HasSubstr("another vocabulary"));
  EXPECT_THAT(of({0, 2, 1}, {4, 0}), HasSubstr("over each other"));
  EXPECT_THAT(of({0, 9, 9}, {4, 0}), HasSubstr("over each other"));
  EXPECT_THAT(refusal(shortlist_bytes({kMagicOfShortlists, 7, 2, 9, ~0ull, ~0ull}, {}, {})), HasSubstr("another size"));
}

TEST(ListedTranslations, AreTheMostProbable) {
  const std::vector<Translated> pairs{{0, 1, 0.2F}, {0, 2, 0.5F}, {0, 3, 0.3F}, {1, 1, 0.01F}, {0, 3, 0.1F}};
  const TokenLists lists = listed_translations(pairs, {2, 4}, {3, 2, 0.05});
  EXPECT_THAT(lists.always, ElementsAre(0, 1, 2));
  EXPECT_THAT(lists.starts, ElementsAre(0, 2, 2));
  EXPECT_THAT(lists.tokens, ElementsAre(2, 1)) << "of what is there twice the last counts";
}

TEST(ReadYaml, HasTheTypesOfJson) {
  const std::string text =
      "a: true\nb: 'true'\nc: 12\nd: -0.5\ne: 1e-9\nf: [x, 1]\ng: {h: ~}\ni:\nj: v1.12\nk: \"\"\nl: inf\n";
  EXPECT_EQ(json_of(read_yaml(text, "x"), "x").dump(),
            R"({"a":true,"b":"true","c":12,"d":-0.5,"e":1e-09,"f":["x",1],"g":{"h":null},"i":null,"j":"v1.12","k":"",)"
            R"("l":"inf"})");
  EXPECT_TRUE(json_of(read_yaml("", "x"), "x").is_null());
}

TEST(ReadYaml, RefusesWhatIsNotOnePlainDocument) {
  const auto refusal = [](const std::string& text) {
    return refusal_of([&] { (void)json_of(read_yaml(text, "x.yml"), "x.yml"); });
  };
  EXPECT_THAT(refusal("a: &b [1]\nc: *b\n"), HasSubstr("x.yml:2: an alias"));
  EXPECT_THAT(refusal("a: 1\n---\nb: 2\n"), HasSubstr("a second YAML document"));
  EXPECT_THAT(refusal("a: [1\n"), HasSubstr("not valid YAML"));
  EXPECT_THAT(refusal("a: 1\na: 2\n"), HasSubstr("there twice: 'a'"));
  EXPECT_THAT(refusal("[a]: 1\n"), HasSubstr("a key is no name"));
  EXPECT_THAT(refusal(std::string(100'000, '[')), HasSubstr("not valid YAML"));
}

}  // namespace
}  // namespace dragoman
