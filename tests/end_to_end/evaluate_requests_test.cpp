// What `evaluate --model` translates as `translate` does: lines that ask for something, and lines with markup.
#include "tests/end_to_end/translate_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class EvaluateRequests : public Translate {
 protected:
  Ended evaluate(const std::string& source, std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"evaluate", "--model", model_, "--threads", "1", "--source", source,
                                         "--reference", reference_, "--write-hypotheses", written_});
    return dragoman(arguments);
  }

  // Both commands with these arguments make the same of the source.
  void expect_as_translated(const std::string& source, std::vector<std::string> arguments) const {
    const Ended ended = evaluate(source, arguments);
    ASSERT_EQ(ended.exit_code, 0) << ended.err;
    EXPECT_THAT(ended.out, ::testing::StartsWith("BLEU"));
    arguments.insert(arguments.end(), {"--input", source});
    EXPECT_EQ(read_text(written_), translate(arguments).out);
    EXPECT_NE(read_text(written_), translate({"--input", source}).out) << "it makes no difference";
  }

  const std::string written_ = folder_ / "written";
  const std::string reference_ = folder_.file("reference", "katze alt hund\nhier\nhaus nie\n");
  const std::string source_ = folder_.file("source", "old dog sees\ngreen tree here\nhouse never\n");
};

TEST_F(EvaluateRequests, PrefixesOfLines) {
  const std::string prefixes = folder_.file("prefixes", "katze\n\nbro\n");
  expect_as_translated(source_, {"--prefix", prefixes});
  expect_as_translated(source_, {"--prefix", prefixes, "--prefix-bonus", "50"});
  expect_refusal(evaluate(source_, {"--prefix", folder_.file("few", "katze\n")}), 1, {"few has 1 line"});
  expect_refusal(evaluate(source_, {"--prefix", folder_.file("many", "a\nb\nc\nd\n")}), 1, {"many"});
  expect_refusal(evaluate(source_, {"--prefix", "-"}), 2, {"--prefix", "stdin"});
  expect_refusal(evaluate(source_, {"--prefix-bonus", "2"}), 2, {"--prefix-bonus", "give that, too"});
  expect_refusal(evaluate(source_, {"--glossary-bonus", "2"}), 2, {"--glossary-bonus", "give that, too"});
}

TEST_F(EvaluateRequests, ObjectsAsLines) {
  const std::string lines = R"({"text": "old dog sees", "prefix": "katze"}
{"text": "green tree here", "terms": {"tree": ["brot"]}}
{"text": "house never"}
)";
  const std::string source = folder_.file("json", lines);
  expect_as_translated(source, {"--input-format", "json"});
  EXPECT_THAT(read_text(written_), HasSubstr("brot"));
  const Ended shown = evaluate(source, {"--input-format", "json", "--worst", "3"});
  EXPECT_THAT(shown.out, HasSubstr("old dog sees"));
  EXPECT_THAT(shown.out, Not(HasSubstr("prefix")));
  const std::string damaged = folder_.file("damaged", lines.substr(0, lines.find('\n') + 1) + "tree\nhouse\n");
  expect_refusal(evaluate(damaged, {"--input-format", "json"}), 1, {"damaged:2: this is no JSON"});
}

TEST_F(EvaluateRequests, MarkupOfLines) {
  const std::string source = folder_.file("html", "<b>old dog</b> sees\ngreen <i>tree</i> {0}\n<p>house never</p>\n");
  expect_as_translated(source, {"--markup", "html", "--placeholders", "usual"});
  EXPECT_THAT(read_text(written_), HasSubstr("<i>"));
  expect_refusal(evaluate(source, {"--placeholders", "(a"}), 2, {"--placeholders", "'(a'"});
}

TEST_F(EvaluateRequests, AreOfAModelAlone) {
  for (const auto& [option, value] : std::vector<std::pair<std::string, std::string>>{{"--prefix", source_},
                                                                                      {"--prefix-bonus", "1"},
                                                                                      {"--input-format", "json"},
                                                                                      {"--markup", "html"},
                                                                                      {"--placeholders", "usual"},
                                                                                      {"--unknown", "copy"}}) {
    expect_refusal(dragoman({"evaluate", "--hypothesis", reference_, "--reference", reference_, option, value}), 2,
                   {option + " needs --model"});
  }
}

}  // namespace
}  // namespace dragoman
