#include "tokenizer/placeholder_finder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> found(const std::string& text, const PlaceholderFinder& finder = PlaceholderFinder()) {
  std::vector<std::string> all;
  for (const TextRange& range : finder.find(text)) all.push_back(text.substr(range.begin, range.end - range.begin));
  return all;
}

TEST(PlaceholderFinder, FindsWhatUsuallyStaysAsItIs) {
  EXPECT_THAT(found("See https://a.b/c?d=e&f#g, (http://x.y/z) or www.a-b.de."),
              ElementsAre("https://a.b/c?d=e&f#g", "http://x.y/z", "www.a-b.de"));
  EXPECT_THAT(found("to jürgen.x+y@mail.example.org."), ElementsAre("jürgen.x+y@mail.example.org"));
  EXPECT_THAT(found("{0} {name} ${home} #{x} {{ a}} {{user.name}} {} %{x} %(n)s"),
              ElementsAre("{0}", "{name}", "${home}", "#{x}", "{{user.name}}", "{}", "%{x}", "%(n)s"));
  EXPECT_THAT(found("%s %d, %1$s %.2f%% %-5d %lu %@"), ElementsAre("%s", "%d", "%1$s", "%.2f", "%-5d", "%lu", "%@"));
  EXPECT_THAT(found("__NAME__ __a_b__ __ ____ a__b"), ElementsAre("__NAME__", "__a_b__"));
  EXPECT_THAT(found("I ❤️ it 👩‍👩‍👧‍👦 👍🏽 ™ © 🇩🇪!"),
              ElementsAre("❤️", "👩‍👩‍👧‍👦", "👍🏽", "™", "©", "🇩🇪"));
}

TEST(PlaceholderFinder, LeavesLanguageAlone) {
  for (const char* text : {"100% of it", "a 50%discount", "20 °C, 3 + 4 = 7 €", "a@b", "{a b}", "1/2 # *", "“x” – y…"})
    EXPECT_THAT(found(text), IsEmpty()) << text;
}

TEST(PlaceholderFinder, TakesAnyExpression) {
  const PlaceholderFinder finder("[0-9]+|x*");
  EXPECT_THAT(found("a 12 ü3 xx", finder), ElementsAre("12", "3", "xx"));
  EXPECT_THROW(PlaceholderFinder("(a"), std::invalid_argument);
  EXPECT_THAT(found("\xFF 1 \xC3", finder), ElementsAre("1"));
}

TEST(PlaceholderFinder, TakesLongLines) {
  const std::string word(60000, 'a');
  std::string text;
  while (text.size() < 60000) text += "the old dog ";
  EXPECT_THAT(found(text + word + " {0}"), ElementsAre("{0}"));
  EXPECT_THAT(found("{" + word + " __" + word + " {{" + word + " %(" + word + " @" + word), IsEmpty());
  EXPECT_THAT(found("a@" + word), IsEmpty());
  EXPECT_THAT(found("www." + word), ElementsAre("www." + word));
  std::string dots = "a@a";
  for (int i = 0; i < 20000; ++i) dots += ".a";
  EXPECT_EQ(found(dots).size(), 1u);
}

TEST(PlaceholderFinder, SaysThatAnExpressionTakesTooLong) {
  const PlaceholderFinder finder("(a+)+b");
  try {
    finder.find(std::string(60, 'a'));
    FAIL() << "it should take years";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr("'(a+)+b'"));
  }
}

}  // namespace
}  // namespace dragoman
