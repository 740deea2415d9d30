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

TEST(ServeLimits, LetAClientAskOnlySoOften) {
  const TemporaryFolder folder;
  // Of "secret" and "other".
  const std::string keys = folder.file("keys",
                                       "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b\n"
                                       "d9298a10d1b0735837dc4bd85dac641b0f3cef27a47e5d53a54f2f3f5b2fcffa\n");
  Server by_address({"--model", served_model(), "--req-limit", "2"});
  EXPECT_EQ(by_address.post("/translate", "q=old+dog&source=en&target=de").status, 200);
  EXPECT_EQ(by_address.post("/v2/translate", "text=old+dog&target_lang=DE").status, 200);
  for (const char* const path : {"/translate", "/v1/translate", "/v2/translate", "/detect", "/translate_file"}) {
    const Answer refusal = by_address.post(path, "q=old+dog&source=en&target=de");
    expect_failure(refusal, 429, "Slowdown: 2 per 1 minute");
    EXPECT_THAT(refusal.head, HasSubstr("\r\nRetry-After: "));
  }
  EXPECT_EQ(by_address.post("/", "q=a&source=en&target=de").status, 429);
  EXPECT_EQ(by_address.ask(get("/")).status, 200) << "what costs little is not counted";

  Server by_key({"--model", served_model(), "--req-limit", "1", "--api-keys", keys});
  const std::string request = "q=old+dog&source=en&target=de&api_key=";
  EXPECT_EQ(by_key.post("/translate", request + "wrong").status, 403);
  EXPECT_EQ(by_key.post("/translate", request + "secret").status, 200);
  EXPECT_EQ(by_key.post("/translate", request + "other").status, 200);
  EXPECT_EQ(by_key.post("/translate", request + "secret").status, 429);
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
