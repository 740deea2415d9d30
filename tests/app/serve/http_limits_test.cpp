#include "tests/app/serve/connection.h"
#include "tests/app/serve/http_handlers.h"

#include <chrono>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

TEST(HttpLimits, RefusesWhatIsTooLongOrNoRequest) {
  HttpServer server(with_limits({.header_bytes = 1000, .body_bytes = 100}), answer_with_echo);
  EXPECT_EQ(ask(server.port(), post("/", std::string(100, 'x'))).status, 200);
  const Answer long_body = ask(server.port(), post("/", std::string(101, 'x')));
  EXPECT_EQ(long_body.status, 413);
  EXPECT_THAT(long_body.body, HasSubstr("longer than 100 bytes"));
  EXPECT_EQ(ask(server.port(), "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n" +
                                   std::string(101, 'x') + "\r\n0\r\n\r\n")
                .status,
            413);
  EXPECT_EQ(ask(server.port(), get("/", {"X: " + std::string(1000, 'x')})).status, 431);
  for (const char* const nonsense : {"nonsense\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "\x16\x03\x01\x02\r\n\r\n",
                                     "POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
                                     "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"}) {
    EXPECT_EQ(ask(server.port(), nonsense).status, 400) << nonsense;
  }
  EXPECT_EQ(ask(server.port(), get("/")).status, 200);
}

// RFC 9112, 6.3: where both are there, the body would end where two servers see it end differently.
TEST(HttpLimits, DoesNotTakeALengthAndChunksForOneRequest) {
  HttpServer server({}, answer_with_echo);
  Connection client(server.port());
  client.send(
      "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /b "
      "HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.read().status, 400);
  EXPECT_TRUE(client.is_closed());
}

TEST(HttpLimits, ClosesConnectionsThatTakeTooLong) {
  HttpServer server(with_limits({.idle = 1s, .header = 1s, .body = 1s}), answer_with_echo);
  Connection idle(server.port()), header(server.port()), body(server.port());
  header.send("GET / HT");
  body.send("POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nab");
  for (Connection* const client : {&idle, &header, &body}) EXPECT_TRUE(client->is_closed());
  EXPECT_TRUE(comes_true([&] { return server.connections() == 0; }));
}

TEST(HttpLimits, TurnsAwayOneConnectionTooMany) {
  HttpServer server(with_limits({.connections = 2}), answer_with_echo);
  std::vector<Connection> clients;
  for (int i = 0; i < 2; ++i) {
    clients.emplace_back(server.port());
    clients.back().send(get("/"));
    EXPECT_EQ(clients.back().read().status, 200);
  }
  Connection third(server.port());
  const Answer refusal = third.read();
  EXPECT_EQ(refusal.status, 503);
  EXPECT_THAT(refusal.head, HasSubstr("Retry-After: 1"));
  EXPECT_TRUE(third.is_closed());
  clients.pop_back();
  EXPECT_TRUE(comes_true([&] { return ask(server.port(), get("/")).status == 200; }));
}

TEST(HttpLimits, ServesManyAtOnceWithItsTwoThreads) {
  HttpServer server({}, answer_with_echo);
  std::vector<Connection> slow;
  for (int i = 0; i < 200; ++i) {
    slow.emplace_back(server.port());
    slow.back().send("POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\na");
  }
  EXPECT_EQ(ask(server.port(), get("/quick")).status, 200);
  for (Connection& one : slow) one.send("b");
  for (Connection& one : slow) EXPECT_EQ(one.read().body, "POST /? ab");
}

}  // namespace
}  // namespace dragoman
