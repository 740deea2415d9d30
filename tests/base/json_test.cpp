#include "base/json.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <limits>
#include <stdexcept>
#include <string>

namespace dragoman {
namespace {

std::string repeated(const std::string& text, int count) {
  std::string all;
  for (int i = 0; i < count; ++i) all += text;
  return all;
}

TEST(ParseJson, ReadsWhatIsValid) {
  const auto json = parse_json(R"({"b": [1, {"c": "[[{\"]"}], "a": null})");
  ASSERT_TRUE(json);
  EXPECT_EQ(json->dump(), R"({"b":[1,{"c":"[[{\"]"}],"a":null})");
  for (const char* text : {"", "{", "[1,]", "{\"a\": 1} 2", "nul", "\"\xff\"", "1e999", "\"\\"})
    EXPECT_FALSE(parse_json(text)) << text;
}

TEST(ParseJson, SortsTheKeysWhereThatIsAskedFor) {
  EXPECT_EQ(parse_sorted_json(R"({"b": 1, "a": 2})")->dump(), R"({"a":2,"b":1})");
  EXPECT_FALSE(parse_sorted_json("{"));
  EXPECT_FALSE(parse_sorted_json(repeated("[", 65) + repeated("]", 65)));
}

TEST(ParseJson, HasALimitOfDepth) {
  EXPECT_TRUE(parse_json(repeated("[", 64) + repeated("]", 64)));
  EXPECT_FALSE(parse_json(repeated("[", 65) + repeated("]", 65)));
  EXPECT_TRUE(parse_json("[" + repeated("[{}],", 1000) + "0]"));
  EXPECT_TRUE(parse_json("\"" + repeated("[", 1000) + "\""));
  constexpr int kDepth = 200'000;
  EXPECT_FALSE(parse_json(repeated("[", kDepth) + repeated("]", kDepth)));
  EXPECT_FALSE(parse_json(repeated("{\"a\":", kDepth) + "0" + repeated("}", kDepth)));
}

TEST(WholeNumber, IsOneAndInRange) {
  EXPECT_EQ(whole_number<int>(*parse_json("-7")), -7);
  EXPECT_EQ(whole_number<std::uint64_t>(*parse_json("18446744073709551615")),
            std::numeric_limits<std::uint64_t>::max());
  for (const char* text : {"4294967297", "2147483648", "-2147483649", "18446744073709551615", "18446744073709551616",
                           "1.0", "1e2", "true", "\"1\"", "null", "[1]"})
    EXPECT_THROW(whole_number<int>(*parse_json(text)), std::invalid_argument) << text;
  EXPECT_THROW(whole_number<std::uint32_t>(*parse_json("-1")), std::invalid_argument);
}

}  // namespace
}  // namespace dragoman
