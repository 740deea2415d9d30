#include "tests/app/serve/connection.h"
#include "tests/app/serve/http_handlers.h"

#include <chrono>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <optional>
#include <stdexcept>
#include <utility>

namespace dragoman {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

TEST(HttpEndings, TellsThatTheClientHasLeft) {
  Mailbox mailbox;
  HttpServer server({}, {[&](const ExchangePointer& exchange) { mailbox.put(exchange); }});
  std::optional<Connection> client(std::in_place, server.port());
  client->send(get("/"));
  const ExchangePointer exchange = mailbox.take();
  ASSERT_TRUE(exchange);
  EXPECT_FALSE(exchange->gone().stop_requested());
  client.reset();
  EXPECT_TRUE(comes_true([&] { return exchange->gone().stop_requested(); }));
  answer_with_echo(exchange);
}

TEST(HttpEndings, TellsThatAClientHasLeftThatSentMoreOrReset) {
  Mailbox mailbox;
  HttpServer server({}, {[&](const ExchangePointer& exchange) { mailbox.put(exchange); }});
  for (const bool resets : {false, true}) {
    std::optional<Connection> client(std::in_place, server.port());
    client->send(get("/") + (resets ? "" : "\r\n"));
    const ExchangePointer exchange = mailbox.take();
    ASSERT_TRUE(exchange);
    if (resets) client->reset();
    client.reset();
    EXPECT_TRUE(comes_true([&] { return exchange->gone().stop_requested(); })) << resets;
  }
}

TEST(HttpEndings, AnswersWhatIsThereWhenItIsDrained) {
  Mailbox mailbox;
  HttpServer server({}, {[&](const ExchangePointer& exchange) { mailbox.put(exchange); }});
  Connection busy(server.port()), idle(server.port());
  busy.send(get("/busy"));
  const ExchangePointer exchange = mailbox.take();
  ASSERT_TRUE(exchange);
  server.drain();
  EXPECT_TRUE(idle.is_closed());
  EXPECT_FALSE(server.wait_until_drained(50ms));
  EXPECT_THROW(Connection late(server.port()), std::runtime_error);
  answer_with_echo(exchange);
  const Answer last = busy.read();
  EXPECT_EQ(last.body, "GET /busy? ");
  EXPECT_THAT(last.head, HasSubstr("Connection: close"));
  EXPECT_TRUE(busy.is_closed());
  EXPECT_TRUE(server.wait_until_drained(10s));
}

}  // namespace
}  // namespace dragoman
