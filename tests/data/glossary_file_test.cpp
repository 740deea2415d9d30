#include "data/glossary_file.h"

#include "tests/data/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>

namespace dragoman {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

TEST(GlossaryFileTest, HasTermsAndWhatTheyAreTranslatedAs) {
  const TemporaryFolder folder;
  const Glossary glossary = read_glossary(folder.file("terms.tsv", "dog\tHund\tKöter\n\ncat\t\nAcme\nhouse\tHaus\r\n"));
  EXPECT_EQ(glossary.size(), 4u);
  EXPECT_THAT(glossary.matches("dog").front().forms, ElementsAre("Hund", "Köter"));
  EXPECT_THAT(glossary.matches("cat").front().forms, ElementsAre("cat"));
  EXPECT_THAT(glossary.matches("Acme").front().forms, ElementsAre("Acme"));
  EXPECT_THAT(glossary.matches("house").front().forms, ElementsAre("Haus"));
}

TEST(GlossaryFileTest, NamesTheLineWithoutATerm) {
  const TemporaryFolder folder;
  EXPECT_THAT([&] { read_glossary(folder.file("bad.tsv", "dog\tHund\n\tKatze\n")); },
              ThrowsMessage<std::runtime_error>(AllOf(HasSubstr("bad.tsv:2: "), HasSubstr("term, tab, translation"))));
  EXPECT_THAT([&] { read_glossary("/no/such/file"); }, ThrowsMessage<std::runtime_error>(HasSubstr("/no/such/file")));
}

}  // namespace
}  // namespace dragoman
