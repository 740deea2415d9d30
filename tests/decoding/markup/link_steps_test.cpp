#include "decoding/markup/link_steps.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace dragoman {

void PrintTo(const TextLink& link, std::ostream* out) {
  *out << link.source.begin << '-' << link.source.end << ":" << link.target.begin << '-' << link.target.end;
}

namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(LinkSteps, MeetInTheTextBetween) {
  const std::vector<TextLink> first = {{{0, 2}, {0, 3}}, {{3, 5}, {4, 6}}, {{6, 7}, {6, 7}}};
  const std::vector<TextLink> second = {{{4, 7}, {0, 1}}, {{0, 3}, {2, 3}}, {{8, 9}, {4, 5}}};
  EXPECT_THAT(chained_links(first, second),
              ElementsAre(TextLink{{3, 5}, {0, 1}}, TextLink{{6, 7}, {0, 1}}, TextLink{{0, 2}, {2, 3}}));
  EXPECT_THAT(chained_links({}, second), IsEmpty());
}

TEST(LinkSteps, AreOfWhatIsLeft) {
  EXPECT_THAT(links_behind(3, {{{0, 2}, {0, 1}}, {{3, 5}, {2, 4}}}), ElementsAre(TextLink{{0, 2}, {2, 4}}));
}

TEST(LinkSteps, GoThroughChangesOfPunctuation) {
  const std::string text = "“A” – b ,c…", changed = "\"A\" - b, c...";
  std::vector<TextLink> links;
  for (std::size_t i = 0; i < changed.size(); ++i) {
    if (changed[i] != ' ') links.push_back({{i, i + 1}, {i, i + 1}});
  }
  std::vector<std::string> found;
  for (const TextLink& link : links_from_changed(text, changed, links)) {
    found.push_back(changed.substr(link.target.begin, 1) +
                    text.substr(link.source.begin, link.source.end - link.source.begin));
  }
  EXPECT_THAT(found, ElementsAre("\"“", "AA", "\"”", "-–", "bb", ",,", "cc", ".…"));
}

}  // namespace
}  // namespace dragoman
