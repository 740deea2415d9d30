#include "base/enum_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>

namespace dragoman {

enum class Gender { feminine, masculine, neuter };
enum class Nameless { one };

template <>
inline constexpr auto kEnumNames<Gender> =
    enum_names<Gender>({{Gender::feminine, "feminine"}, {Gender::masculine, "masculine"}, {Gender::neuter, "neuter"}});

namespace {

static_assert(NamedEnum<Gender> && !NamedEnum<Nameless> && !NamedEnum<int>);

TEST(EnumNames, LeadFromValueToNameAndBack) {
  EXPECT_EQ(to_string(Gender::masculine), "masculine");
  for (const auto& [value, name] : kEnumNames<Gender>) {
    EXPECT_EQ(to_string(value), name);
    EXPECT_EQ(enum_named<Gender>(name), value);
  }
}

TEST(EnumNames, OthersAreRefusedNamingTheChoices) {
  EXPECT_THAT([] { enum_named<Gender>("Neuter"); },
              testing::ThrowsMessage<std::invalid_argument>("'Neuter' is none of feminine, masculine, neuter"));
}

}  // namespace
}  // namespace dragoman
