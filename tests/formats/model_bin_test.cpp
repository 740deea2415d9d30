#include "formats/ctranslate2/model_bin.h"

#include "tests/formats/model_bin_bytes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>

namespace dragoman {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

BinFile two_variables() {
  BinFile file;
  file.variables["a"] = {0, {2, 1}, std::string(8, '\1')};
  file.variables["a_scale"] = number_of(3);
  return file;
}

std::string refusal_of(const std::string& bytes) {
  try {
    ModelBin(bytes, "model.bin");
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

// What stands in place of the four zero bytes that say that there are no aliases.
std::string with_aliases(const std::vector<std::pair<std::string, std::string>>& aliases) {
  const std::string whole = bytes_of(two_variables());
  std::string bytes = whole.substr(0, whole.size() - 4) + bytes_of_number(static_cast<std::uint32_t>(aliases.size()));
  for (const auto& [name, target] : aliases) bytes += bytes_of_name(name) + bytes_of_name(target);
  return bytes;
}

TEST(ModelBin, GivesViewsOfItsVariables) {
  const std::string bytes = with_aliases({{"b", "a"}, {"c", "b"}});
  const ModelBin file(bytes, "model.bin");
  EXPECT_EQ(file.version(), 6U);
  EXPECT_EQ(file.spec(), "TransformerSpec");
  EXPECT_EQ(file.revision(), 7U);
  ASSERT_EQ(file.variables().size(), 6U) << "two, and two more names for both";
  const ModelBin::Variable &a = file.variables().at("a"), &c = file.variables().at("c");
  EXPECT_THAT(a.shape, ElementsAre(2, 1));
  EXPECT_EQ(a.type, ModelBin::Type::fp32);
  EXPECT_EQ(a.data.data(), c.data.data());
  EXPECT_GE(a.data.data(), bytes.data());
  EXPECT_EQ(file.variables().at("c_scale").data, file.variables().at("a_scale").data);
}

TEST(ModelBin, CutShortAnywhereIsRefused) {
  const std::string whole = with_aliases({{"b", "a"}});
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_THAT(refusal_of(whole.substr(0, size)), HasSubstr("model.bin: it is cut short")) << size;
  EXPECT_THAT(refusal_of(whole + "x"), HasSubstr("something behind its end"));
}

TEST(ModelBin, RefusesWhatItsSizesDoNotSay) {
  const auto with = [](const BinVariable& variable) {
    BinFile file = two_variables();
    file.variables["a"] = variable;
    return refusal_of(bytes_of(file));
  };
  EXPECT_EQ(with({0, {0, 5}, ""}), "");
  EXPECT_THAT(with({0, {3}, std::string(8, 'x')}), HasSubstr("'a' has 8 bytes, which is not what its shape takes"));
  EXPECT_THAT(with({0, {1u << 31, 1u << 31, 4}, std::string(8, 'x')}), HasSubstr("not what its shape takes"));
  EXPECT_THAT(with({6, {}, "xxxx"}), HasSubstr("'a' has an unknown type, 6"));
  EXPECT_EQ(with({5, {1}, "xx"}), "");
}

TEST(ModelBin, RefusesNamesThatAreNone) {
  EXPECT_THAT(refusal_of(with_aliases({{"b", "z"}})), HasSubstr("'b' is a name for 'z', which is not there"));
  EXPECT_THAT(refusal_of(with_aliases({{"a_scale", "a"}})), HasSubstr("'a_scale' is there twice"));
  EXPECT_EQ(refusal_of(with_aliases({{"b", "a"}, {"b_scale", "a_scale"}})), "") << "which the first alias says already";
  BinFile file = two_variables();
  file.variables[""] = number_of(1);
  EXPECT_THAT(refusal_of(bytes_of(file)), HasSubstr("a variable lacks its name"));
  file.variables.erase("");
  file.variables[std::string("x\0y", 3)] = number_of(1);
  EXPECT_THAT(refusal_of(bytes_of(file)), HasSubstr("a name does not end where it should"));
}

TEST(ModelBin, RefusesVersionsThatAreNotKnown) {
  EXPECT_THAT(refusal_of(bytes_of_number(std::uint32_t{7})),
              HasSubstr("has the binary version 7, of which Dragoman knows 1 to 6"));
  EXPECT_THAT(refusal_of(bytes_of_number(std::uint32_t{0})), HasSubstr("has the binary version 0"));
  EXPECT_THAT(refusal_of(bytes_of_number(std::uint32_t{1}) + bytes_of_number(std::uint32_t{0xffffffff})),
              HasSubstr("cut short"));
}

}  // namespace
}  // namespace dragoman
