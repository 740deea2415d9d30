#include "tests/app/serve/connection.h"
#include "tests/app/serve/http_handlers.h"

#include <chrono>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

TEST(HttpLimits, RefusesWhatIsTooLongOrNoRequest) {
  HttpServer server(with_limits({.header_bytes = 1000, .body_bytes = 100}), {answer_with_echo});
  EXPECT_EQ(ask(server.port(), post("/", std::string(100, 'x'))).status, 200);
  const Answer long_body = ask(server.port(), post("/", std::string(101, 'x')));
  EXPECT_EQ(long_body.status, 413);
  EXPECT_THAT(long_body.body, HasSubstr("longer than 100 bytes"));
  EXPECT_EQ(ask(server.port(), "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n" +
                                   std::string(101, 'x') + "\r\n0\r\n\r\n")
                .status,
            413);
  for (const std::size_t length : {1000, 100'000})
    EXPECT_EQ(ask(server.port(), get("/", {"X: " + std::string(length, 'x')})).status, 431) << length;
  for (const char* const nonsense : {"nonsense\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "\x16\x03\x01\x02\r\n\r\n",
                                     "POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
                                     "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"}) {
    EXPECT_EQ(ask(server.port(), nonsense).status, 400) << nonsense;
  }
  EXPECT_EQ(ask(server.port(), get("/")).status, 200);
}

// RFC 9112, 6.3: where both are there, the body would end where two servers see it end differently.
TEST(HttpLimits, DoesNotTakeALengthAndChunksForOneRequest) {
  HttpServer server({}, {answer_with_echo});
  Connection client(server.port());
  client.send(
      "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /b "
      "HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.read().status, 400);
  EXPECT_TRUE(client.is_closed());
}

TEST(HttpLimits, ClosesConnectionsThatTakeTooLong) {
  HttpServer server(with_limits({.idle = 1s, .header = 1s, .body = 1s}), {answer_with_echo});
  Connection idle(server.port()), header(server.port()), body(server.port());
  header.send("GET / HT");
  body.send("POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nab");
  for (Connection* const client : {&header, &body}) {
    const Answer refusal = client->read();
    EXPECT_EQ(refusal.status, 408);
    EXPECT_THAT(refusal.head, HasSubstr("\r\nConnection: close\r\n"));
    EXPECT_TRUE(client->is_closed());
  }
  EXPECT_EQ(idle.read().status, 0) << "nothing was asked";
  EXPECT_TRUE(comes_true([&] { return server.connections() == 0; }));
}

// A byte now and then does not make it last longer.
TEST(HttpLimits, HoldForTheWholeOfAHeaderAndOfABody) {
  HttpServer server(with_limits({.header = 1s, .body = 1s}), {answer_with_echo});
  for (const char* const beginning : {"GET / HTTP/1.1\r\nX: ", "POST / HTTP/1.1\r\nContent-Length: 1000\r\n\r\n"}) {
    Connection dripping(server.port());
    dripping.send(beginning);
    for (int i = 0; i < 40; ++i) {
      dripping.send("a");
      std::this_thread::sleep_for(50ms);
    }
    EXPECT_EQ(dripping.read().status, 408) << beginning;
    EXPECT_TRUE(dripping.is_closed());
  }
  Connection quick(server.port());
  for (int i = 0; i < 3; ++i) {
    quick.send(post("/", "a"));
    EXPECT_EQ(quick.read().status, 200);
    std::this_thread::sleep_for(500ms);
  }
}

TEST(HttpLimits, TurnsAwayOneConnectionTooMany) {
  HttpServer server(with_limits({.connections = 2}), {answer_with_echo});
  std::vector<Connection> clients;
  for (int i = 0; i < 2; ++i) {
    clients.emplace_back(server.port());
    clients.back().send(get("/"));
    EXPECT_EQ(clients.back().read().status, 200);
  }
  Connection third(server.port());
  third.send(get("/"));
  const Answer refusal = third.read();
  EXPECT_EQ(refusal.status, 503);
  EXPECT_THAT(refusal.head, HasSubstr("Retry-After: 1"));
  EXPECT_TRUE(third.is_closed());
  Connection silent(server.port());
  EXPECT_TRUE(silent.is_closed());
  clients.pop_back();
  EXPECT_TRUE(comes_true([&] { return ask(server.port(), get("/")).status == 200; }));
}

std::string chunks(const std::string& path, std::size_t count) {
  std::string request = "POST " + path + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (std::size_t i = 0; i < count; ++i) request += "4000\r\n" + std::string(0x4000, 'x') + "\r\n";
  return request + "0\r\n\r\n";
}

TEST(HttpLimits, HoldForAllBodiesTogether) {
  constexpr std::size_t kLarge = 200 << 10;
  Mailbox mailbox;
  HttpServer server(with_limits({.body_bytes = 1 << 20, .all_body_bytes = 250 << 10}),
                    {[&](const ExchangePointer& exchange) { mailbox.put(exchange); }});
  const auto answer = [&](ExchangePointer exchange) { exchange->respond({.body = ""}); };
  Connection first(server.port());
  first.send(post("/", std::string(kLarge, 'x')));
  ExchangePointer held = mailbox.take();
  ASSERT_TRUE(held);

  Connection second(server.port());
  second.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 204800\r\n\r\n");
  const Answer refusal = second.read();
  EXPECT_EQ(refusal.status, 503) << "before its body";
  EXPECT_THAT(refusal.head, HasSubstr("Retry-After: 1"));
  EXPECT_EQ(ask(server.port(), chunks("/", 13)).status, 503);
  Connection small(server.port());
  small.send(post("/", std::string(60 << 10, 'x')));
  const ExchangePointer of_small = mailbox.take();
  ASSERT_TRUE(of_small) << "small ones always have room";
  answer(of_small);
  EXPECT_EQ(small.read().status, 200);

  answer(std::exchange(held, nullptr));
  EXPECT_EQ(first.read().status, 200);
  for (const std::string& request : {post("/", std::string(kLarge, 'x')), chunks("/", 13)}) {
    Connection later(server.port());
    later.send(request);
    const ExchangePointer exchange = mailbox.take();
    ASSERT_TRUE(exchange);
    answer(exchange);
    EXPECT_EQ(later.read().status, 200);
  }
}

// What is not sent takes nothing from others.
TEST(HttpLimits, CountOfABodyWhatHasCome) {
  HttpServer server(with_limits({.body_bytes = 1 << 20, .all_body_bytes = 1 << 20}), {answer_with_echo});
  std::vector<Connection> slow;
  for (int i = 0; i < 10; ++i) {
    slow.emplace_back(server.port());
    slow.back().send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nabc");
  }
  EXPECT_EQ(ask(server.port(), post("/", std::string(900'000, 'x'))).status, 200);
}

// A browser shows its user nothing of an answer that a page may not read.
TEST(HttpLimits, RefuseWithTheHeadersOfEveryAnswer) {
  std::mutex mutex;
  std::vector<std::string> paths;
  const auto keep = [&](const HttpRecord& record) {
    const std::lock_guard lock(mutex);
    paths.push_back(fmt::format("{} {} {}", record.status, record.method, record.path));
  };
  HttpServer server(with_limits({.connections = 1, .header_bytes = 1000, .body_bytes = 100}),
                    {answer_with_echo, keep, [](const HttpRequest& request) {
                       return HttpFields{{"Access-Control-Allow-Origin", std::string(request.header("origin"))}};
                     }});
  const std::vector<std::string> origin = {"Origin: https://a.example"};
  const auto expect_refusal = [&](const std::string& request, int status) {
    ASSERT_TRUE(comes_true([&] { return server.connections() == 0; }));
    const Answer answer = ask(server.port(), request);
    EXPECT_EQ(answer.status, status);
    EXPECT_THAT(answer.head, HasSubstr("\r\nAccess-Control-Allow-Origin: https://a.example\r\n"));
  };
  expect_refusal(post("/1", std::string(101, 'x'), "text/plain", origin), 413);
  expect_refusal("POST /2 HTTP/1.1\r\n" + origin[0] + "\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n" +
                     std::string(101, 'x') + "\r\n0\r\n\r\n",
                 413);
  expect_refusal(get("/3", {origin[0], "Cookie: " + std::string(1000, 'x')}), 431);
  expect_refusal(get("/long?" + std::string(1000, 'x'), origin), 431);
  expect_refusal(get("/4", {origin[0], "Content-Length: x"}), 400);
  ASSERT_TRUE(comes_true([&] { return server.connections() == 0; }));
  Connection first(server.port());
  first.send(get("/"));
  first.read();
  EXPECT_THAT(ask(server.port(), get("/5", origin)).head, HasSubstr("Allow-Origin: https://a.example"));
  EXPECT_TRUE(comes_true([&] {
    const std::lock_guard lock(mutex);
    return paths.size() == 7;
  }));
  const std::lock_guard lock(mutex);
  EXPECT_THAT(paths, UnorderedElementsAre("413 POST /1", "413 POST /2", "431 GET /3", "431 GET /long", "400 GET /4",
                                          "200 GET /", "503 GET /5"));
}

TEST(HttpLimits, ServesManyAtOnceWithItsTwoThreads) {
  HttpServer server({}, {answer_with_echo});
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
