#include "base/word_links.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>

namespace dragoman {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::ThrowsMessage;

TEST(WordLinks, InPharaohForm) {
  EXPECT_EQ(format_pharaoh(WordLinks{}), "");
  EXPECT_EQ(format_pharaoh(WordLinks{{0, 0}, {12, 3}}), "0-0 12-3");
}

TEST(ReferenceAlignment, HasSureAndPossibleLinks) {
  const ReferenceAlignment reference = parse_reference_alignment(" 2p1 0-0\t10-3 0-0 ");
  EXPECT_THAT(reference.sure, ElementsAre(WordLink{0, 0}, WordLink{10, 3}));
  EXPECT_THAT(reference.possible, ElementsAre(WordLink{0, 0}, WordLink{2, 1}, WordLink{10, 3}));
  EXPECT_THAT(parse_reference_alignment("").possible, IsEmpty());
}

TEST(ReferenceAlignment, RefusesWhatIsNoLink) {
  for (const std::string link : {"1", "1-", "-1", "1-2-3", "a-1", "1x2", "--1", "0--0", "70000-1"}) {
    EXPECT_THAT([&] { parse_reference_alignment("0-0 " + link); },
                ThrowsMessage<std::invalid_argument>(HasSubstr("'" + link + "' is no link")))
        << link;
  }
}

TEST(ReferenceAlignment, IsOfSentencesThatHaveItsWords) {
  const ReferenceAlignment reference = parse_reference_alignment("0-0 1-3 2p1");
  EXPECT_NO_THROW(reference.check_words(3, 4));
  EXPECT_THAT([&] { reference.check_words(3, 3); },
              ThrowsMessage<std::invalid_argument>("links word 1 to word 3, but the sentences have 3 and 3 words"));
  EXPECT_THAT([&] { reference.check_words(2, 4); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("links word 2 to word 1")));
  EXPECT_NO_THROW(parse_reference_alignment("").check_words(0, 0));
}

}  // namespace
}  // namespace dragoman
