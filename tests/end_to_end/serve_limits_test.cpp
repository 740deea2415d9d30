#include "tests/end_to_end/server_fixture.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::json;

TEST(ServeLimits, HoldForTexts) {
  Server server({"--model", served_model(), "--char-limit", "10", "--batch-limit", "2", "--alternatives-limit", "3",
                 "--body-limit", "1"});
  EXPECT_EQ(server.post("/translate", "q=%C3%A4123456789&source=en&target=de").status, 200);
  expect_failure(server.post("/translate", "q=%C3%A41234567890&source=en&target=de"), 400,
                 "Invalid request: request (11) exceeds text limit (10)");
  expect_failure(server.post("/translate", "q=a&q=b&q=c&source=en&target=de"), 400,
                 "Invalid request: request (3) exceeds batch limit (2)");
  expect_failure(server.post("/translate", "q=a&source=en&target=de&alternatives=4"), 400,
                 "Invalid request: alternatives parameter must be <= 3");
  EXPECT_EQ(server.post("/translate", "q=" + std::string(2 << 20, 'x')).status, 413);
}

TEST(ServeLimits, TurnAwayWhatThereIsNoRoomFor) {
  Server server({"--model", served_model(), "--waiting-lines", "1"});
  const std::string text = join_lines(tiny_source_lines(3000, 6));
  const std::string document = Json{{"text", text}}.dump();
  std::vector<Connection> clients;
  for (int i = 0; i < 3; ++i) {
    clients.emplace_back(server.port());
    clients.back().send(post("/v1/translate", document, "application/json"));
  }
  std::vector<int> statuses;
  for (Connection& client : clients) {
    const Answer answer = client.read();
    statuses.push_back(answer.status);
    EXPECT_EQ(answer.head.find("Retry-After: ") != std::string::npos, answer.status != 200);
  }
  EXPECT_THAT(statuses, ::testing::Contains(200));
  EXPECT_THAT(statuses, ::testing::Contains(503));
  const auto answered = static_cast<std::size_t>(std::ranges::count(statuses, 200));
  EXPECT_EQ(server.json("/v2/usage")["character_count"], answered * text.size()) << "what is refused does not count";
}

TEST(ServeLimits, EndWhatTakesTooLong) {
  Server server({"--model", served_model(), "--request-time", "1", "--char-limit", "0"});
  const Json document{{"text", join_lines(tiny_source_lines(50000, 6))}};
  expect_failure(server.post("/v1/translate", document.dump()), 504,
                 "the translation took longer than requests may take");
  EXPECT_EQ(server.post("/translate", "q=a&source=en&target=de").status, 200);
}

}  // namespace
}  // namespace dragoman
