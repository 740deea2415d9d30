#include "tests/app/serve/connection.h"
#include "tests/app/serve/http_handlers.h"

#include <chrono>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
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

TEST(HttpEndings, AnswersAClientThatSendsNoMore) {
  Mailbox mailbox;
  HttpServer server({}, {[&](const ExchangePointer& exchange) { mailbox.put(exchange); }});
  for (const bool streams : {false, true}) {
    Connection client(server.port());
    client.send(get("/1") + get("/2"));
    client.close_own_side();
    for (const char* const path : {"/1", "/2"}) {
      const ExchangePointer exchange = mailbox.take();
      ASSERT_TRUE(exchange);
      EXPECT_EQ(client.read_some(), "HTTP/1.1 100 Continue\r\n\r\n") << "it is asked whether it is there";
      std::this_thread::sleep_for(500ms);
      EXPECT_FALSE(exchange->gone().stop_requested());
      if (streams) {
        exchange->begin_stream(echo(exchange->request()));
        exchange->end_stream();
      } else {
        answer_with_echo(exchange);
      }
      EXPECT_EQ(client.read().body, std::string("GET ") + path + "? ");
    }
    EXPECT_TRUE(client.is_closed());
  }
}

// The interim response may still be on its way when the answer comes.
TEST(HttpEndings, AnswersManyClientsThatSendNoMore) {
  constexpr int kClients = 300;
  Mailbox mailbox;
  HttpServer server({}, {[&](const ExchangePointer& exchange) { mailbox.put(exchange); }});
  const std::jthread answering([&] {
    for (int i = 0; i < kClients; ++i) {
      if (const ExchangePointer exchange = mailbox.take()) answer_with_echo(exchange);
    }
  });
  for (int i = 0; i < kClients; ++i) {
    Connection client(server.port());
    client.send(get("/"));
    client.close_own_side();
    EXPECT_EQ(client.read().body, "GET /? ");
    EXPECT_TRUE(client.is_closed());
  }
}

// It would take an interim response for its answer.
TEST(HttpEndings, DoesNotAskAClientOfAnEarlierVersionWhetherItIsThere) {
  Mailbox mailbox;
  HttpServer server({}, {[&](const ExchangePointer& exchange) { mailbox.put(exchange); }});
  Connection client(server.port());
  client.send("GET /old HTTP/1.0\r\n\r\n");
  client.close_own_side();
  const ExchangePointer exchange = mailbox.take();
  ASSERT_TRUE(exchange);
  std::this_thread::sleep_for(500ms);
  EXPECT_FALSE(exchange->gone().stop_requested());
  answer_with_echo(exchange);
  const Answer answer = client.read();
  EXPECT_THAT(answer.head, HasSubstr("HTTP/1.0 200"));
  EXPECT_EQ(answer.body, "GET /old? ");
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
