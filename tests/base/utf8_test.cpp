#include "base/utf8.h"

#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <string_view>

namespace dragoman {
namespace {

using namespace std::string_view_literals;

struct Case {
  std::string_view name;
  std::string_view text;
  std::optional<std::size_t> first_invalid;
  std::string_view replaced;  // R stands for U+FFFD
};

// The borders of every row of Unicode 15, table 3-7, from both sides, and the examples of its tables 3-8 to 3-11.
constexpr Case kCases[] = {
    {"empty", ""sv, {}, ""sv},
    {"ASCII with NUL and DEL", "a\0b\x7F"sv, {}, "a\0b\x7F"sv},
    {"first and last of 2 bytes", "\xC2\x80\xDF\xBF"sv, {}, "\xC2\x80\xDF\xBF"sv},
    {"first and last of E0", "\xE0\xA0\x80\xE0\xBF\xBF"sv, {}, "\xE0\xA0\x80\xE0\xBF\xBF"sv},
    {"E1 to EC", "\xE1\x80\x80\xEC\xBF\xBF"sv, {}, "\xE1\x80\x80\xEC\xBF\xBF"sv},
    {"last before the surrogates", "\xED\x80\x80\xED\x9F\xBF"sv, {}, "\xED\x80\x80\xED\x9F\xBF"sv},
    {"first behind the surrogates, last of 3 bytes", "\xEE\x80\x80\xEF\xBF\xBF"sv, {}, "\xEE\x80\x80\xEF\xBF\xBF"sv},
    {"first and last of F0", "\xF0\x90\x80\x80\xF0\xBF\xBF\xBF"sv, {}, "\xF0\x90\x80\x80\xF0\xBF\xBF\xBF"sv},
    {"F1 to F3", "\xF1\x80\x80\x80\xF3\xBF\xBF\xBF"sv, {}, "\xF1\x80\x80\x80\xF3\xBF\xBF\xBF"sv},
    {"last of all", "\xF4\x8F\xBF\xBF"sv, {}, "\xF4\x8F\xBF\xBF"sv},
    {"lone continuation", "a\x80z"sv, 1, "aRz"sv},
    {"two lone continuations", "\x80\xBF"sv, 0, "RR"sv},
    {"overlong 2 bytes", "\xC0\xAF\xC1\xBF"sv, 0, "RRRR"sv},
    {"overlong 3 bytes", "\xE0\x80\xBF\xE0\x9F\x80"sv, 0, "RRRRRR"sv},
    {"overlong 4 bytes", "\xF0\x80\x80\x80\xF0\x8F\xBF\xBF"sv, 0, "RRRRRRRR"sv},
    {"first and last surrogate", "\xED\xA0\x80\xED\xBF\xBF"sv, 0, "RRRRRR"sv},
    {"above U+10FFFF", "\xF4\x90\x80\x80"sv, 0, "RRRR"sv},
    {"leads that never are", "\xF5\x80\xF8\xFC\xFE\xFF"sv, 0, "RRRRRR"sv},
    {"2 bytes cut at the end", "a\xC3"sv, 1, "aR"sv},
    {"3 bytes cut after 1 and after 2", "\xE2\xE2\x82"sv, 0, "RR"sv},
    {"4 bytes cut after 1, 2 and 3", "\xF0\xF0\x9F\xF0\x9F\x98"sv, 0, "RRR"sv},
    {"3 bytes cut by ASCII", "\xE2\x82z"sv, 0, "Rz"sv},
    {"4 bytes cut by a whole character", "\xF0\x9F\x98\xC3\xA9"sv, 0, "R\xC3\xA9"sv},
    {"third byte bad", "\xE2\x82\xC0"sv, 0, "RR"sv},
    {"fourth byte bad", "\xF0\x9F\x98\xFFz"sv, 0, "RRz"sv},
    {"second byte range ends with the second byte",
     "\xE0\xA0\x80\xF4\x80\xBF\x80"sv,
     {},
     "\xE0\xA0\x80\xF4\x80\xBF\x80"sv},
    {"behind valid text", "gr\xC3\xBC\xC3\x9F\xFC"sv, 6, "gr\xC3\xBC\xC3\x9FR"sv},
    {"Unicode table 3-8", "\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41"sv, 0, "RRRRRRRR\x41"sv},
    {"Unicode table 3-9", "\xED\xA0\x80\xED\xBF\xBF\xED\xAF\x41"sv, 0, "RRRRRRRR\x41"sv},
    {"Unicode table 3-10", "\xF4\x91\x92\x93\xFF\x41\x80\xBF\x42"sv, 0, "RRRRR\x41RR\x42"sv},
    {"Unicode table 3-11", "\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41"sv, 0, "RRRR\x41"sv},
};

std::string with_replacement_characters(std::string_view text) {
  std::string result;
  for (const char c : text) c == 'R' ? result.append("\xEF\xBF\xBD") : result.append(1, c);
  return result;
}

TEST(Utf8Test, FindsAndReplacesIllFormedParts) {
  for (const Case& c : kCases) {
    EXPECT_EQ(find_invalid_utf8(c.text), c.first_invalid) << c.name;
    const std::string replaced = replace_invalid_utf8(c.text);
    EXPECT_EQ(replaced, with_replacement_characters(c.replaced)) << c.name;
    EXPECT_EQ(find_invalid_utf8(replaced), std::nullopt) << c.name;
  }
}

TEST(Utf8Test, BlankIsWhatShowsNothing) {
  for (const auto blank :
       {""sv, " "sv, "\t\n\v\f\r "sv, "\xC2\x85"sv, "\xC2\xA0"sv, "\xE1\x9A\x80"sv, "\xE2\x80\x80"sv, "\xE2\x80\x8A"sv,
        "\xE2\x80\xA8\xE2\x80\xA9"sv, "\xE2\x80\xAF"sv, "\xE2\x81\x9F"sv, " \xE3\x80\x80 "sv,
        // soft hyphens; joiners; direction; byte order; variation selectors; a tag
        "\xC2\xAD\xC2\xAD"sv, "\xE2\x80\x8B\xE2\x80\x8C \xE2\x80\x8D"sv, "\xE2\x80\x8E\xE2\x80\x8F\xE2\x81\xA6"sv,
        "\xEF\xBB\xBF"sv, "\xEF\xB8\x8F\xF3\xA0\x84\x80"sv, "\xF3\xA0\x80\xA0"sv}) {
    EXPECT_TRUE(is_blank(blank)) << ::testing::PrintToString(blank);
    EXPECT_EQ(count_visible(blank), 0u) << ::testing::PrintToString(blank);
  }
  for (const auto text : {"a"sv, " . "sv, "\0"sv, "\xC2\x86"sv, "\xC2\xAE"sv, "\xE2\x80\x90"sv, "\xC3\xA9"sv,
                          "\xE2\x80\x8D!"sv, "\xF0\x9F\x98\x80"sv, " \xFF"sv, "\xC2"sv}) {
    EXPECT_FALSE(is_blank(text)) << ::testing::PrintToString(text);
    EXPECT_EQ(count_visible(text), 1u) << ::testing::PrintToString(text);
  }
}

}  // namespace
}  // namespace dragoman
