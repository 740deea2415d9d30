#include "tests/end_to_end/program.h"
#include "tests/end_to_end/tiny_model.h"

#include <algorithm>
#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <numeric>
#include <sstream>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

// Weights as the page's script unpacks them.
std::vector<double> unpacked(const std::string& packed) {
  const std::string levels =
      " !#$%&'()*+,-./0123456789:;=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}";
  std::vector<double> weights;
  for (std::size_t i = 0; i < packed.size(); ++i) {
    if (packed[i] == '~') {
      weights.resize(weights.size() + levels.find(packed.at(++i)));
    } else {
      weights.push_back(
          std::pow(static_cast<double>(levels.find(packed[i])) / static_cast<double>(levels.size() - 1), 2));
    }
  }
  return weights;
}

class Attention : public ::testing::Test {
 protected:
  Ended attention(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"attention", "--model", model_, "--threads", "1"});
    return dragoman(arguments);
  }

  Ended translate(std::vector<std::string> arguments, const std::string& input) const {
    arguments.insert(arguments.begin(), {"translate", "--quiet", "--model", model_, "--threads", "1"});
    ProgramOptions options;
    options.input = input;
    return dragoman(arguments, options);
  }

  // Word i of the source becomes word i + 1 of the target, the last one the first.
  static std::string true_links(const std::string& source) {
    const int words = static_cast<int>(std::ranges::count(source, ' ')) + 1;
    std::string links = std::to_string(words - 1) + "-0";
    for (int i = 1; i < words; ++i) links += " " + std::to_string(i - 1) + "-" + std::to_string(i);
    return links;
  }

  const std::string model_ = shared_model();
  const TemporaryFolder folder_;
  const std::vector<std::string> lines_ = tiny_source_lines(30, 7);
  const std::string source_ = folder_.file("source", join_lines(lines_));
  const std::string target_ = [this] {
    std::vector<std::string> targets;
    for (const std::string& line : lines_) targets.push_back(tiny_target_line(line));
    return folder_.file("target", join_lines(targets));
  }();
};

// Of [H][T][S] numbers of one attention.
void expect_weights(const json& attention, std::size_t queries, std::size_t keys) {
  ASSERT_EQ(attention["heads"].size(), 2U);
  for (const json& head : attention["heads"]) {
    EXPECT_GE(head["entropy_bits"], 0.0);
    ASSERT_EQ(head["weights"].size(), queries);
    for (const json& row : head["weights"]) {
      ASSERT_EQ(row.size(), keys);
      double sum = 0;
      for (const double weight : row) sum += weight;
      EXPECT_NEAR(sum, 1, 1e-4);
    }
  }
}

TEST_F(Attention, JsonHasAllWeightsOfEachLine) {
  const Ended ended = attention({"--source", source_, "--target", target_, "--lines", "2", "5", "--json", "-"});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  const auto printed = lines_of(ended.out);
  ASSERT_EQ(printed.size(), 2U);
  const json object = json::parse(printed[1]);
  EXPECT_EQ(object["line"], 5);
  EXPECT_EQ(object["source"], lines_[4]);
  EXPECT_EQ(object["target"], tiny_target_line(lines_[4]));
  EXPECT_EQ(object["source_tokens"].back(), "</s>");
  EXPECT_EQ(object["target_tokens"].back(), "</s>");
  EXPECT_EQ(object["read_tokens"].front(), "<s>");
  const std::size_t source = object["source_tokens"].size(), target = object["target_tokens"].size();
  ASSERT_EQ(object["attention"].size(), 3U);
  EXPECT_EQ(object["attention"][0]["kind"], "encoder-self");
  expect_weights(object["attention"][0], source, source);
  EXPECT_EQ(object["attention"][1]["kind"], "decoder-self");
  expect_weights(object["attention"][1], target, target);
  EXPECT_EQ(object["attention"][1]["heads"][0]["weights"][0][1], 0.0);  // nobody looks ahead
  EXPECT_EQ(object["attention"][2]["kind"], "cross");
  expect_weights(object["attention"][2], target, source);
}

TEST_F(Attention, PageHoldsWhateverTheTextsAre) {
  const std::string source = folder_.file("odd", "house </script><script>alert(1)</script> & \"q\" @DATA@\n");
  const Ended ended = attention({"--source", source, "--html", folder_ / "page.html"});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(ended.out, "");
  const std::string page = read_text(folder_ / "page.html");
  EXPECT_EQ(page.find("</script>"), page.rfind("</script>"));
  for (const char* link : {"src=", "href=", "@import", "<script>alert"}) EXPECT_THAT(page, Not(HasSubstr(link)));
  const std::string before = "const data = ";
  const std::size_t begin = page.find(before) + before.size();
  const json data = json::parse(page.substr(begin, page.find(";\n", begin) - begin));
  EXPECT_EQ(data["pairs"][0]["source"], "house </script><script>alert(1)</script> & \"q\" @DATA@");
  EXPECT_EQ(data["pairs"][0]["source_words"].size(), 5U);
  EXPECT_EQ(data["view"]["kind"], "cross");
  const std::vector<double> cross = unpacked(data["pairs"][0]["maps"][2]["heads"][0]["weights"]);
  const std::size_t keys = data["pairs"][0]["source_tokens"].size();
  ASSERT_EQ(cross.size(), keys * data["pairs"][0]["target_tokens"].size());
  for (std::size_t begin = 0; begin < cross.size(); begin += keys) {
    const double sum = std::accumulate(cross.begin() + begin, cross.begin() + begin + keys, 0.0);
    EXPECT_NEAR(sum, 1, 0.1) << "row " << begin / keys;
  }
}

TEST_F(Attention, PictureOfOneAttention) {
  const std::string source = folder_.file("odd", "house <b> & tree\n");
  const std::string picture = folder_ / "map.svg";
  Ended ended =
      attention({"--source", source, "--svg", picture, "--kind", "encoder-self", "--layer", "0", "--head", "1"});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  const std::string svg = read_text(picture);
  EXPECT_THAT(svg, ::testing::StartsWith("<svg xmlns="));
  EXPECT_THAT(svg, HasSubstr("encoder-self attention, layer 0, head 1"));
  EXPECT_THAT(svg, HasSubstr("&lt;"));
  EXPECT_THAT(svg, HasSubstr("&amp;"));
  EXPECT_THAT(svg, Not(HasSubstr("<b>")));
  expect_refusal(attention({"--source", source_, "--svg", picture}), 2, {"--svg", "--lines"});
  expect_refusal(attention({"--source", source, "--svg", picture, "--head", "2"}), 2, {"head 2 is asked for"});
  expect_refusal(attention({"--source", source, "--svg", picture, "--kind", "encoder-self", "--layer", "1"}), 2,
                 {"layer 1 is asked for"});
  EXPECT_EQ(read_text(picture), svg);
}

TEST_F(Attention, TextNamesTheWordsThatWereLookedAt) {
  const Ended ended = attention({"--source", source_, "--lines", "3"});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  const auto printed = lines_of(ended.out);
  ASSERT_GE(printed.size(), 6U);
  EXPECT_EQ(printed[0], "3: " + lines_[2]);
  EXPECT_THAT(printed[3], MatchesRegex("target +source +weight"));
  EXPECT_THAT(printed[5], MatchesRegex("[^ ]+ +[a-z]+ +[01]\\.[0-9][0-9]"));
}

// The model has learned its small language well enough to look at the right words.
TEST_F(Attention, ErrorRateNamesTheBestHead) {
  std::vector<std::string> links;
  for (const std::string& line : lines_) links.push_back(true_links(line));
  const std::string reference = folder_.file("links", join_lines(links));
  const Ended ended = attention({"--source", source_, "--target", target_, "--reference-alignment", reference});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  const auto printed = lines_of(ended.out);
  ASSERT_EQ(printed.size(), 2U + 6U + 2U);  // the mean and two heads, by two steps each
  EXPECT_THAT(printed[0], MatchesRegex("layer +head +step +AER +precision +recall"));
  ASSERT_THAT(
      printed.back(),
      MatchesRegex("best: AER [0-9.]+ with translate --alignment --alignment-layer 0.* --alignment-step [a-z]+"));
  const double best = std::stod(printed.back().substr(std::string("best: AER ").size()));
  EXPECT_LT(best, 50);

  // The links themselves, counted anew, give the rate that the table has for them.
  const Ended written = attention({"--source", source_, "--target", target_, "--alignment", "-"});
  const auto found = lines_of(written.out);
  ASSERT_EQ(found.size(), links.size());
  double right = 0, all = 0;
  for (std::size_t i = 0; i < links.size(); ++i) {
    std::istringstream mine(found[i]);
    for (std::string link; mine >> link; ++all)
      right += (" " + links[i] + " ").find(" " + link + " ") != std::string::npos;
    all += static_cast<double>(std::ranges::count(links[i], '-'));
  }
  double of_mean = 0;
  std::istringstream row(printed[2]);
  std::string layer, head, step;
  row >> layer >> head >> step >> of_mean;
  EXPECT_EQ(head, "mean");
  EXPECT_EQ(step, "predicting");
  EXPECT_NEAR(of_mean, 100 * (1 - 2 * right / all), 0.06);
}

TEST_F(Attention, RefusesWhatDoesNotFit) {
  const std::string empty = folder_.file("empty", "a\n\nb\n"), none = folder_.file("none", "");
  expect_refusal(attention({"--source", none}), 1, {none, "no line"});
  expect_refusal(attention({"--source", source_, "--target", empty}), 1, {source_ + " has 30 lines", empty + " has 3"});
  expect_refusal(attention({"--source", source_, "--lines", "31"}), 2, {"--lines 31", "1 to 30"});
  expect_refusal(attention({"--source", source_, "--reference-alignment", source_}), 2, {"--target"});
  expect_refusal(attention({"--source", source_, "--html", "-", "--json", "-"}), 2, {"stdout"});
  expect_refusal(attention({"--source", source_, "--max-source-length", "1"}), 1, {"line 1", "--max-source-length"});
  expect_refusal(attention({"--source", source_, "--html", folder_ / "none/page.html"}), 1, {"none/page.html"});
  expect_refusal(dragoman({"attention", "--model", folder_ / "nothing", "--source", source_}), 1,
                 {"no such model directory"});
  const std::string one = folder_.file("one", lines_[0] + "\n"), other = folder_.file("other", "haus\n");
  for (const auto& [links, complaint] : std::vector<std::pair<std::string, std::string>>{
           {"0-9\n", "links word 0 to word 9"}, {"0_0\n", "'0_0' is no link"}}) {
    const std::string file = folder_.file("links", links);
    expect_refusal(attention({"--source", one, "--target", other, "--reference-alignment", file}), 1,
                   {file + ":1: " + complaint});
  }
}

TEST_F(Attention, ABlankPairIsAnEmptyLine) {
  const std::string source = folder_.file("with_blank", lines_[0] + "\n\u00ad\n" + lines_[1] + "\n" + lines_[2] + "\n");
  const std::string target = folder_.file("with_blank_too", "haus\nhaus\nhaus\n  \n");
  const auto links = lines_of(attention({"--source", source, "--target", target, "--alignment", "-"}).out);
  ASSERT_EQ(links.size(), 4U);
  for (const std::size_t i : {0, 2}) EXPECT_NE(links[i], "");
  for (const std::size_t i : {1, 3}) EXPECT_EQ(links[i], "");

  const auto objects = lines_of(attention({"--source", source, "--target", target, "--json", "-"}).out);
  ASSERT_EQ(objects.size(), 4U);
  EXPECT_EQ(json::parse(objects[1])["line"], 2);
  EXPECT_EQ(json::parse(objects[3])["target"], "  ");
  EXPECT_EQ(json::parse(objects[3])["attention"].size(), 0U);
  EXPECT_EQ(attention({"--source", source, "--html", folder_ / "page.html"}).exit_code, 0);
  const std::string none = folder_.file("blank", "\n \n");
  expect_refusal(attention({"--source", none, "--html", folder_ / "none.html"}), 1, {"all lines are blank"});
  expect_refusal(attention({"--source", none, "--lines", "1", "--svg", folder_ / "none.svg"}), 1, {"line 1 is blank"});
}

TEST_F(Attention, TranslateWritesAlignments) {
  const std::string input = "house tree\n\n" + lines_[1] + "\n";
  const std::string plain = translate({}, input).out;
  const Ended aligned = translate({"--alignment"}, input);
  EXPECT_EQ(aligned.exit_code, 0) << aligned.err;
  const auto with = lines_of(aligned.out), without = lines_of(plain);
  ASSERT_EQ(with.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_THAT(with[i], ::testing::StartsWith(without[i] + " ||| "));
  EXPECT_EQ(with[1], " ||| ");
  EXPECT_THAT(with[0], MatchesRegex(".* \\|\\|\\| [0-9]+-[0-9]+( [0-9]+-[0-9]+)*"));

  const std::string links = with[0].substr(with[0].rfind(" ||| ") + 5);
  const auto nbest = lines_of(translate({"--alignment", "--n-best", "2"}, "house tree\n").out);
  ASSERT_EQ(nbest.size(), 2U);
  EXPECT_THAT(nbest[0], ::testing::EndsWith(" ||| " + links));
  const json object = json::parse(translate({"--alignment", "--format", "json"}, "house tree\n").out);
  std::string pairs;
  for (const json& pair : object["translations"][0]["alignment"])
    pairs += (pairs.empty() ? "" : " ") + pair[0].dump() + "-" + pair[1].dump();
  EXPECT_EQ(pairs, links);
  EXPECT_FALSE(json::parse(translate({"--format", "json"}, "house\n").out)["translations"][0].contains("alignment"));
  EXPECT_THAT(translate({"--alignment", "--scores"}, "house tree\n").out, HasSubstr(" ||| " + links + "\t-"));
}

TEST_F(Attention, TranslateRefusesOptionsWithoutAlignment) {
  expect_refusal(translate({"--alignment-head", "1"}, "a\n"), 2, {"--alignment-head", "--alignment"});
  expect_refusal(translate({"--alignment", "--alignment-head", "2"}, "a\n"), 2, {"head 2 is asked for"});
  expect_refusal(translate({"--alignment", "--alignment-layer", "1"}, "a\n"), 2, {"decoder layer 1 is asked for"});
}

}  // namespace
}  // namespace dragoman
