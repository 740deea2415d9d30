#include "app/cli/option.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dragoman {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

template <typename Action>
std::string message_of(Action action) {
  try {
    action();
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "(nothing thrown)";
}

TEST(ParseValue, ReadsWholeNumbers) {
  EXPECT_EQ(parse_value<int>("-7"), -7);
  EXPECT_EQ(parse_value<int>("+7"), 7);
  EXPECT_EQ(parse_value<std::int64_t>("9223372036854775807"), INT64_MAX);
  EXPECT_EQ(parse_value<std::uint64_t>("18446744073709551615"), UINT64_MAX);
}

TEST(ParseValue, RefusesWhatIsNoWholeNumber) {
  for (const char* text : {"", "five", "5x", "5.0", " 5", "5 ", "0x5", "--5", "+-5"}) {
    EXPECT_THAT(message_of([&] { parse_value<int>(text); }), HasSubstr("is not a whole number")) << text;
  }
  EXPECT_EQ(message_of([] { parse_value<std::size_t>("-1"); }), "'-1' is not a whole number of at least 0");
  EXPECT_EQ(message_of([] { parse_value<int>("2147483648"); }),
            "'2147483648' is out of range (-2147483648 to 2147483647)");
  EXPECT_THAT(message_of([] { parse_value<std::int64_t>("99999999999999999999"); }), HasSubstr("is out of range"));
}

TEST(ParseValue, ReadsAndRefusesRealNumbers) {
  EXPECT_DOUBLE_EQ(parse_value<double>("-0.5"), -0.5);
  EXPECT_DOUBLE_EQ(parse_value<double>("1e-3"), 1e-3);
  EXPECT_DOUBLE_EQ(parse_value<double>("3"), 3.0);
  for (const char* text : {"", "x", "1,5", "nan", "inf", "1.0.0"}) {
    EXPECT_THAT(message_of([&] { parse_value<double>(text); }), HasSubstr("is not a number")) << text;
  }
  EXPECT_EQ(message_of([] { parse_value<double>("1e999"); }), "'1e999' is out of range");
}

TEST(ParseValue, ReadsTruthValues) {
  EXPECT_TRUE(parse_value<bool>("yes"));
  EXPECT_FALSE(parse_value<bool>("off"));
  EXPECT_TRUE(parse_value<bool>("True"));
  EXPECT_FALSE(parse_value<bool>("FALSE"));
  EXPECT_EQ(message_of([] { parse_value<bool>("maybe"); }), "'maybe' is neither true nor false");
}

TEST(BindField, SetsAndReadsEachKind) {
  double rate = 0.0005;
  Option real = bind_field(rate);
  EXPECT_THAT(real.get(), ElementsAre("0.0005"));
  real.set({"0.25"});
  EXPECT_EQ(rate, 0.25);

  std::optional<int> limit;
  Option optional = bind_field(limit);
  EXPECT_THAT(optional.get(), IsEmpty());
  optional.set({"3"});
  EXPECT_EQ(limit, 3);

  std::vector<std::filesystem::path> files;
  Option list = bind_field(files);
  EXPECT_EQ(list.kind, Option::Kind::list);
  list.set({"a b", "c"});
  EXPECT_THAT(list.get(), ElementsAre("a b", "c"));

  bool lowercase = false;
  Option flag = bind_field(lowercase);
  EXPECT_EQ(flag.kind, Option::Kind::flag);
  flag.set({"true"});
  EXPECT_TRUE(lowercase);

  std::string name = "kept";
  Option text = bind_field(name);
  EXPECT_EQ(message_of([&] { text.set({""}); }), "the value is empty");
  EXPECT_EQ(name, "kept");
}

TEST(BindChoice, KnowsItsNames) {
  enum class Norm { pre, post };
  Norm norm = Norm::pre;
  Option option = bind_choice<Norm>(norm, {{"pre", Norm::pre}, {"post", Norm::post}});
  EXPECT_EQ(option.value_name, "pre|post");
  option.set({"post"});
  EXPECT_EQ(norm, Norm::post);
  EXPECT_THAT(option.get(), ElementsAre("post"));
  EXPECT_EQ(message_of([&] { option.set({"both"}); }), "'both' is none of pre, post");
}

}  // namespace
}  // namespace dragoman
