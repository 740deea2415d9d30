#include "tests/end_to_end/translate_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::HasSubstr;

class TranslateMarkup : public Translate {
 protected:
  std::string translation_of(const std::string& text, const std::vector<std::string>& arguments = {}) const {
    const Ended ended = translate_text(text + "\n", arguments);
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    EXPECT_TRUE(ended.out.ends_with('\n')) << ended.out;
    return ended.out.substr(0, ended.out.find('\n'));
  }

  // What the tiny model makes of it is not always right.
  const std::string plain_ = translation_of("dog sees water");
};

// Without `part`, which is in it once.
std::string without(std::string text, const std::string& part) {
  const std::size_t at = text.find(part);
  EXPECT_NE(at, std::string::npos) << part << " in " << text;
  if (at != std::string::npos) text.erase(at, part.size());
  EXPECT_EQ(text.find(part), std::string::npos) << part << " in " << text;
  return text;
}

TEST_F(TranslateMarkup, KeepsTagsFromTheModel) {
  const std::vector<std::string> html = {"--markup", "html"};
  EXPECT_EQ(translation_of(" <p class='x'><b>dog sees water</b></p><!-- dog -->", html),
            " <p class='x'><b>" + plain_ + "</b></p><!-- dog -->");
  EXPECT_EQ(translation_of("<td>dog sees water</td>  <td>dog sees water</td>", html),
            "<td>" + plain_ + "</td>  <td>" + plain_ + "</td>");
  EXPECT_EQ(translate_text("<br>\n \n\n", html).out, "<br>\n \n\n");
  for (const char* kind : {"html", "xml"}) {
    const std::string marked = translation_of("dog sees <b id='1'>water</b>", {"--markup", kind});
    EXPECT_LT(marked.find("<b id='1'>"), marked.find("</b>"));
    // What is around nothing still has the blank before it.
    EXPECT_THAT(without(without(marked, "<b id='1'>"), "</b>"), ::testing::StartsWith(plain_));
  }
}

TEST_F(TranslateMarkup, KeepsPlaceholders) {
  const std::vector<std::string> keeping = {"--placeholders", "usual"};
  EXPECT_EQ(translation_of("{0} dog sees water https://a.b/c?d", keeping), "{0} " + plain_ + " https://a.b/c?d");
  EXPECT_EQ(translation_of("%s", keeping), "%s");
  EXPECT_EQ(without(translation_of("dog sees 12 water", {"--placeholders", "[0-9]+"}), " 12"), plain_);
  expect_refusal(translate_text("a\n", {"--placeholders", "(a"}), 2, {"--placeholders", "'(a'"});
}

TEST_F(TranslateMarkup, CopiesWhatTheModelDoesNotKnow) {
  const std::vector<std::string> copying = {"--unknown", "copy"};
  EXPECT_EQ(translation_of("12 – 3,5", copying), "12 – 3,5");
  EXPECT_EQ(translation_of("☕ dog sees water", copying), "☕ " + plain_);
  EXPECT_EQ(translate_text("☕ dog sees water\n", copying).err.find("does not know"), std::string::npos);
}

TEST_F(TranslateMarkup, IsInAllThatIsWritten) {
  const std::string source = "<b>dog sees water</b><br>dog";
  const std::vector<std::string> html = {"--markup", "html"};
  const auto with = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), html.begin(), html.end());
    return translation_of(source, arguments);
  };
  const auto json = nlohmann::json::parse(with({"--format", "json", "--n-best", "2", "--alignment"}));
  EXPECT_EQ(json["source"], source);
  EXPECT_THAT(json["translations"][0]["text"].get<std::string>(), ::testing::StartsWith("<b>" + plain_ + "</b><br>"));
  EXPECT_EQ(json["translations"].size(), 2u);
  // Words are counted through all texts.
  EXPECT_GE(json["translations"][0]["alignment"].back()[0].get<int>(), 3);
  EXPECT_THAT(with({"--n-best", "2"}), HasSubstr("||| <b>" + plain_));
  EXPECT_THAT(with({"--temperature", "1", "--mbr", "chrf"}), HasSubstr("</b><br>"));
  EXPECT_THAT(with({"--via", model_, "--normalise", "moses"}), HasSubstr("</b><br>"));
}

TEST_F(TranslateMarkup, ReportsLinesNotTheirParts) {
  const Ended ended =
      translate_text("dog\n<p>dog dog dog</p><p>dog dog</p>\n", {"--markup", "html", "--max-source-length", "1"});
  EXPECT_THAT(ended.err, HasSubstr("line 2: longer than"));
}

}  // namespace
}  // namespace dragoman
