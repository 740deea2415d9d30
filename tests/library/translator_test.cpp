#include "tests/end_to_end/program.h"
#include "tests/end_to_end/tiny_model.h"

#include <cmath>
#include <csignal>
#include <dragoman/translator.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace dragoman {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<std::string> texts_of(const std::vector<api::Translation>& translations) {
  std::vector<std::string> texts;
  for (const api::Translation& translation : translations) texts.push_back(translation.outputs.front().text);
  return texts;
}

template <typename Call>
std::string refusal_of(const Call& call) {
  try {
    call();
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "no refusal";
}

class LibraryTranslator : public ::testing::Test {
 protected:
  std::vector<nlohmann::json> by_program(std::vector<std::string> arguments) const {
    ProgramOptions options;
    options.input = join_lines(lines_);
    arguments.insert(arguments.begin(), {"translate", "--model", model_, "--format", "json"});
    std::vector<nlohmann::json> found;
    for (const std::string& line : lines_of(dragoman(arguments, options).out))
      found.push_back(nlohmann::json::parse(line));
    return found;
  }

  const std::string model_ = shared_model();
  const std::vector<std::string> lines_ = tiny_source_lines(40, 7);
  const api::Translator translator_{model_, {{"threads", 2}}};
};

TEST_F(LibraryTranslator, SaysWhatTheProgramSays) {
  const auto expected = by_program({"--n-best", "2", "--beam-size", "3", "--alignment"});
  const auto found = translator_.translate(lines_, {{"n_best", 2}, {"beam_size", 3}, {"alignment", true}});
  ASSERT_THAT(found, SizeIs(expected.size()));
  for (std::size_t i = 0; i < found.size(); ++i) {
    const nlohmann::json& translations = expected[i]["translations"];
    ASSERT_THAT(found[i].outputs, SizeIs(translations.size()));
    for (std::size_t k = 0; k < translations.size(); ++k) {
      const api::Output& output = found[i].outputs[k];
      EXPECT_EQ(output.text, translations[k]["text"]);
      EXPECT_EQ(output.score, translations[k]["score"]);
      EXPECT_EQ(output.log_prob, translations[k]["log_prob"]);
      EXPECT_EQ(output.tokens, translations[k]["tokens"].get<std::vector<std::string>>());
      EXPECT_EQ(output.token_log_probs, translations[k]["token_log_probs"].get<std::vector<float>>());
      EXPECT_EQ(nlohmann::json(output.alignment), translations[k]["alignment"]);
      EXPECT_TRUE(output.complete);
    }
  }
}

TEST_F(LibraryTranslator, ALineIsTranslatedAlike) {
  EXPECT_EQ(translator_.translate(lines_.front()), texts_of(translator_.translate(lines_)).front());
  EXPECT_THAT(texts_of(translator_.translate(std::vector<std::string>{"", "  "})), ElementsAre("", ""));
  EXPECT_THAT(translator_.translate(std::vector<std::string>()), IsEmpty());
}

TEST_F(LibraryTranslator, StreamsInOrder) {
  const std::size_t count = translator_.lines_at_once() + 3;
  std::size_t read = 0;
  std::vector<std::string> found, expected;
  translator_.stream(
      [&](api::Line& line) {
        if (read == count) return false;
        line.text = lines_[read++ % lines_.size()];
        return true;
      },
      [&](api::Translation&& translation) { found.push_back(translation.outputs.front().text); }, {{"beam-size", 1}});
  const auto texts = texts_of(translator_.translate(lines_, {{"beam-size", 1}}));
  for (std::size_t i = 0; i < count; ++i) expected.push_back(texts[i % texts.size()]);
  EXPECT_EQ(found, expected);
}

TEST_F(LibraryTranslator, LinesHavePrefixesAndTerms) {
  const std::vector<api::Line> lines = {{"green dog", "hund"}, {"green dog", "", {{"dog", {"katze"}}}}};
  const auto found = translator_.translate(lines);
  EXPECT_TRUE(found[0].outputs.front().text.starts_with("hund"));
  EXPECT_THAT(found[1].outputs.front().text, HasSubstr("katze"));
  ASSERT_THAT(found[1].terms, SizeIs(1));
  EXPECT_EQ(found[1].terms.front().source, "dog");
  EXPECT_TRUE(found[1].terms.front().found);
  EXPECT_THAT(refusal_of([&] {
                translator_.translate(std::vector<api::Line>{{"a dog", "", {{"dog", {" "}}}}});
              }),
              HasSubstr("line 1: the translation of the term \"dog\" is blank"));
}

TEST_F(LibraryTranslator, ReplacesWhatIsNoUtf8) {
  EXPECT_EQ(translator_.translate("green \xff dog"), translator_.translate("green \xef\xbf\xbd dog"));
}

TEST_F(LibraryTranslator, ScoresWhatIsGiven) {
  const auto found = translator_.translate(lines_, {{"beam-size", 1}});
  const auto scores = translator_.score(lines_, texts_of(found));
  ASSERT_THAT(scores, SizeIs(lines_.size()));
  int compared = 0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const api::Output& output = found[i].outputs.front();
    if (scores[i].tokens != output.tokens) continue;
    ++compared;
    EXPECT_NEAR(scores[i].score, output.score, 1e-3);
  }
  EXPECT_GE(compared, 20);
  EXPECT_THAT(refusal_of([&] { translator_.score(lines_, {}); }), HasSubstr("40 sources, but 0 targets"));
}

TEST_F(LibraryTranslator, RefusesWhatCannotBe) {
  const auto refusal = [&](const api::Options& options) {
    return refusal_of([&] { translator_.translate("a dog", options); });
  };
  EXPECT_THAT(refusal({{"beam_size", 0}}), HasSubstr("beam-size"));
  EXPECT_THAT(refusal({{"beam_size", "many"}}), HasSubstr("beam_size: 'many'"));
  EXPECT_THAT(refusal({{"beam", 3}}), HasSubstr("beam is not an option of translate"));
  EXPECT_THAT(refusal({{"precision", "int8"}}), HasSubstr("chosen when the model is loaded"));
  EXPECT_THAT(refusal({{"n-best", std::vector<std::string>()}}), HasSubstr("n-best: has no value"));
  EXPECT_THAT(refusal_of([&] { api::Translator(model_, {{"model", "other"}}); }), HasSubstr("model:"));
  EXPECT_THROW(api::Translator("/nowhere"), std::runtime_error);
  // What was refused has left nothing behind.
  EXPECT_EQ(translator_.translate(lines_[3]), texts_of(translator_.translate(lines_))[3]);
}

TEST_F(LibraryTranslator, ThreadsShareOne) {
  const auto expected = texts_of(translator_.translate(lines_));
  std::vector<std::vector<std::string>> found(4);
  {
    std::vector<std::jthread> threads;
    for (auto& texts : found)
      threads.emplace_back([&] { texts = texts_of(translator_.translate(lines_, {{"beam-size", 5}})); });
  }
  for (const auto& texts : found) EXPECT_EQ(texts, expected);
}

TEST_F(LibraryTranslator, StopsWhenAsked) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW(translator_.translate(lines_, {}, stop.get_token()), api::Interrupted);
}

TEST_F(LibraryTranslator, RefusesToWorkInAFork) {
  const pid_t child = ::fork();
  if (child == 0) {
    int code = 1;
    try {
      translator_.translate("a dog");
    } catch (const std::runtime_error& error) {
      if (std::string(error.what()).find("forked") != std::string::npos) code = 0;
    }
    ::_exit(code);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

TEST_F(LibraryTranslator, TellsWhatIsUnusual) {
  std::vector<std::string> said;
  const api::Translator telling(model_, {{"threads", 1}}, [&](const std::string& text) { said.push_back(text); });
  telling.translate("dog \xe6\x97\xa5\xe6\x9c\xac");
  EXPECT_THAT(said, ElementsAre(HasSubstr("line 1")));
}

}  // namespace
}  // namespace dragoman
