#include "tests/end_to_end/server_fixture.h"

#include <csignal>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>

namespace dragoman {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(ServeFailures, AreForTheOperatorWhereTheyAreTheServersOwn) {
  // It takes time that is exponential in the length of the text.
  Server server({"--model", served_model(), "--placeholders", "(a|aa)+b"});
  const Answer answer = server.post("/translate", "source=en&target=de&q=" + std::string(5000, 'a'));
  EXPECT_EQ(answer.status, 500);
  EXPECT_THAT(answer.body, AllOf(HasSubstr("X-Request-Id"), Not(HasSubstr("(a|aa)+b"))));
  EXPECT_EQ(server.post("/translate", "source=en&target=de&q=old+dog").status, 200);
  const std::string id = answer.head.substr(answer.head.find("X-Request-Id: ") + 14, 10);
  EXPECT_THAT(server.end(SIGTERM).err, AllOf(HasSubstr("request " + id), HasSubstr("(a|aa)+b")));
}

TEST(ServeFailures, SayThatTwoModelsTakeNoTerms) {
  Server server({"--model", served_model(), "de:fr=" + shared_model()});
  expect_failure(server.post("/v1/translate",
                             R"({"text": "old dog", "source_lang": "en", "target_lang": "fr", "terms": {"dog": "x"}})"),
                 400, "from en to fr there are two models, one behind the other, which take no \"terms\"");
}

}  // namespace
}  // namespace dragoman
