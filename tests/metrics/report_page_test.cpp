#include "metrics/report_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Texts = std::vector<std::string>;

class ReportPageOfTwo : public ::testing::Test {
 protected:
  // What the script of the page works on.
  nlohmann::json data_of(const std::string& html) const {
    const std::string before = "const data = ";
    const std::size_t begin = html.find(before) + before.size();
    return nlohmann::json::parse(html.substr(begin, html.find(";\n", begin) - begin));
  }

  const ReferenceStreams references_ = {{"a </script><script>alert(1)</script>", "b @DATA@ \"q\" \\ ü \u2028"}};
  const Texts one_ = {"a", "b"}, other_ = {"", "c"};
  const std::vector<const Texts*> hypotheses_ = {&one_, &other_};
  const ScoredSentences sentences_{{}, references_, hypotheses_, {{{1.005, 2.126}}, {{0, 50}}}};
  const Breakdown breakdown_{{{Bucket{1, 5}, 2, {{10}, {20}}}}, {}};
  const std::vector<SystemReport> systems_ = {{"x", {{"BLEU", 10, {{{"nrefs", "1"}}}, ""}}},
                                              {"y", {{"BLEU", 20, {{{"nrefs", "1"}}}, "", Interval{20, 1}, 0.01}}}};
  const ReportPage page_{systems_, {false}, "some test", 2, breakdown_, sentences_};
};

TEST_F(ReportPageOfTwo, HoldsAllThatItShows) {
  const auto data = data_of(format_report_page(page_));
  EXPECT_EQ(data["systems"], (Texts{"x", "y"}));
  EXPECT_EQ(data["metrics"][0]["signature"], "nrefs:1");
  EXPECT_EQ(data["scores"][0][0]["p_value"], nullptr);
  EXPECT_EQ(data["scores"][1][0]["significant"], true);
  EXPECT_EQ(data["breakdown"]["by_length"][0]["scores"][1]["BLEU"], 20.0);
  EXPECT_EQ(data["lines"][1]["references"][0], references_[0][1]);
  EXPECT_EQ(data["lines"][1]["hypotheses"], (Texts{"b", "c"}));
  EXPECT_EQ(data["lines"][1]["scores"][0][0], 2.13);
  EXPECT_EQ(data["lines"][0]["source"], nullptr);
}

TEST_F(ReportPageOfTwo, TextsCannotEndTheScript) {
  const std::string html = format_report_page(page_);
  EXPECT_EQ(html.find("</script>"), html.rfind("</script>"));
  EXPECT_THAT(html, Not(HasSubstr("<script>alert")));
}

TEST_F(ReportPageOfTwo, NeedsNoNetwork) {
  const std::string html = format_report_page(page_);
  EXPECT_THAT(html, Not(HasSubstr("src=")));
  EXPECT_THAT(html, Not(HasSubstr("href=")));
  EXPECT_THAT(html, Not(HasSubstr("@import")));
}

}  // namespace
}  // namespace dragoman
