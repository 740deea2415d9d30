#include "app/serve/http/server.h"
#include "tests/app/serve/connection.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::Not;

// Hands requests to a test, which answers them when it likes.
class Mailbox {
 public:
  void put(ExchangePointer exchange) {
    const std::lock_guard lock(mutex_);
    exchanges_.push_back(std::move(exchange));
    changed_.notify_all();
  }
  ExchangePointer take() {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, 10s, [this] { return !exchanges_.empty(); })) return nullptr;
    ExchangePointer first = std::move(exchanges_.front());
    exchanges_.erase(exchanges_.begin());
    return first;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<ExchangePointer> exchanges_;
};

// "METHOD PATH?QUERY BODY" of the request.
HttpResponse echo(const HttpRequest& request) {
  return {.content_type = "text/plain",
          .body = request.method + " " + request.path + "?" + request.query + " " + request.body};
}

void answer_with_echo(const ExchangePointer& exchange) {
  exchange->respond(echo(exchange->request()));
}

HttpServerOptions with_limits(const HttpLimits& limits) {
  HttpServerOptions options;
  options.limits = limits;
  return options;
}

// True as soon as `condition` is, false after ten seconds.
template <typename Condition>
bool comes_true(const Condition& condition) {
  for (int i = 0; i < 1000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(10ms);
  }
  return false;
}

TEST(HttpServer, AnswersAndKeepsTheConnection) {
  HttpServer server({}, answer_with_echo);
  Connection client(server.port());
  client.send(post("/a%20b?x=1", "text"));
  EXPECT_EQ(client.read().body, "POST /a b?x=1 text");
  client.send(get("/again"));
  const Answer answer = client.read();
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "GET /again? ");
  EXPECT_EQ(server.connections(), 1U);
}

TEST(HttpServer, AnswersPipelinedRequestsInTheirOrder) {
  Mailbox mailbox;
  HttpServer server({}, [&](const ExchangePointer& exchange) { mailbox.put(exchange); });
  Connection client(server.port());
  client.send(post("/1", "one") + get("/2") + post("/3", "three"));
  for (int i = 0; i < 3; ++i) {
    const ExchangePointer exchange = mailbox.take();
    ASSERT_TRUE(exchange);
    answer_with_echo(exchange);
  }
  EXPECT_EQ(client.read().body, "POST /1? one");
  EXPECT_EQ(client.read().body, "GET /2? ");
  EXPECT_EQ(client.read().body, "POST /3? three");
}

TEST(HttpServer, ReadsWhatComesByteByByteAndInChunks) {
  HttpServer server({}, answer_with_echo);
  Connection client(server.port());
  for (const char byte : post("/slow", "body")) client.send(std::string(1, byte));
  EXPECT_EQ(client.read().body, "POST /slow? body");
  client.send("POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
  EXPECT_EQ(client.read().body, "POST /c? abcde");
}

TEST(HttpServer, TakesABodyWithGetAndLeavesThatOfHeadOut) {
  HttpServer server({}, answer_with_echo);
  Connection client(server.port());
  client.send("GET /g HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab");
  EXPECT_EQ(client.read().body, "GET /g? ab");
  client.send("HEAD /h HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.read(true).head, HasSubstr("Content-Length: 9"));
  client.send(get("/behind"));
  EXPECT_EQ(client.read().body, "GET /behind? ");
}

TEST(HttpServer, SaysThatABodyMayComeAndClosesWhereTheClientWantsThat) {
  HttpServer server({}, answer_with_echo);
  Connection client(server.port());
  client.send("POST /e HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_THAT(client.read_some(), HasSubstr("100 Continue"));
  client.send("ab");
  EXPECT_EQ(client.read().body, "POST /e? ab");
  client.send(get("/last", {"Connection: close"}));
  EXPECT_THAT(client.read().head, HasSubstr("Connection: close"));
  EXPECT_TRUE(client.is_closed());
  Connection old(server.port());
  old.send("GET /old HTTP/1.0\r\n\r\n");
  EXPECT_EQ(old.read().body, "GET /old? ");
  EXPECT_TRUE(old.is_closed());
}

TEST(HttpServer, RefusesWhatIsTooLongOrNoRequest) {
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
TEST(HttpServer, DoesNotTakeALengthAndChunksForOneRequest) {
  HttpServer server({}, answer_with_echo);
  Connection client(server.port());
  client.send(
      "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /b "
      "HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.read().status, 400);
  EXPECT_TRUE(client.is_closed());
}

TEST(HttpServer, ClosesConnectionsThatTakeTooLong) {
  HttpServer server(with_limits({.idle = 1s, .header = 1s, .body = 1s}), answer_with_echo);
  Connection idle(server.port()), header(server.port()), body(server.port());
  header.send("GET / HT");
  body.send("POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nab");
  for (Connection* const client : {&idle, &header, &body}) EXPECT_TRUE(client->is_closed());
  EXPECT_TRUE(comes_true([&] { return server.connections() == 0; }));
}

TEST(HttpServer, TurnsAwayOneConnectionTooMany) {
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

TEST(HttpServer, TellsThatTheClientHasLeft) {
  Mailbox mailbox;
  HttpServer server({}, [&](const ExchangePointer& exchange) { mailbox.put(exchange); });
  std::optional<Connection> client(std::in_place, server.port());
  client->send(get("/"));
  const ExchangePointer exchange = mailbox.take();
  ASSERT_TRUE(exchange);
  EXPECT_FALSE(exchange->gone().stop_requested());
  client.reset();
  EXPECT_TRUE(comes_true([&] { return exchange->gone().stop_requested(); }));
  answer_with_echo(exchange);
}

TEST(HttpServer, TellsThatAClientHasLeftThatSentMoreOrReset) {
  Mailbox mailbox;
  HttpServer server({}, [&](const ExchangePointer& exchange) { mailbox.put(exchange); });
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

TEST(HttpServer, EndsAStreamForOldClientsWithTheConnection) {
  HttpServer server({}, [](const ExchangePointer& exchange) {
    exchange->begin_stream({.content_type = "text/plain", .body = "a"});
    exchange->write("b");
    exchange->end_stream();
  });
  Connection client(server.port());
  client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(client.read().body, "ab");
  EXPECT_TRUE(client.is_closed());
}

TEST(HttpServer, WritesAStreamPieceByPiece) {
  Mailbox mailbox;
  HttpServer server({}, [&](const ExchangePointer& exchange) { mailbox.put(exchange); });
  Connection client(server.port());
  client.send(get("/"));
  const ExchangePointer exchange = mailbox.take();
  ASSERT_TRUE(exchange);
  exchange->begin_stream({.content_type = "text/event-stream", .body = "first "});
  EXPECT_THAT(client.read_some(), HasSubstr("text/event-stream"));
  exchange->write("second ");
  exchange->write("third");
  exchange->end_stream();
  exchange->respond({.status = 500, .body = "ignored"});
  // The head is gone with what was read before.
  std::string rest;
  while (rest.find("\r\n0\r\n\r\n") == std::string::npos) {
    const std::string some = client.read_some();
    ASSERT_FALSE(some.empty());
    rest += some;
  }
  EXPECT_THAT(rest, AllOf(HasSubstr("\r\nsecond \r\n"), HasSubstr("\r\nthird\r\n"), Not(HasSubstr("ignored"))));
  client.send(get("/next"));
  answer_with_echo(mailbox.take());
  EXPECT_EQ(client.read().body, "GET /next? ");
}

TEST(HttpServer, AnswersForAHandlerThatThrowsOrForgets) {
  HttpServer server({}, [](const ExchangePointer& exchange) {
    if (exchange->request().path == "/throws") throw std::runtime_error("it went wrong");
  });
  const Answer thrown = ask(server.port(), get("/throws")), forgotten = ask(server.port(), get("/forgets"));
  EXPECT_EQ(thrown.status, 500);
  EXPECT_THAT(thrown.body, HasSubstr("it went wrong"));
  EXPECT_EQ(forgotten.status, 500);
}

TEST(HttpServer, TellsWhatItHasDone) {
  std::mutex mutex;
  std::vector<HttpRecord> records;
  HttpServer server(
      {},
      [](const ExchangePointer& exchange) {
        exchange->note("lines", "3");
        answer_with_echo(exchange);
      },
      [&](const HttpRecord& record) {
        const std::lock_guard lock(mutex);
        records.push_back(record);
      });
  EXPECT_EQ(ask(server.port(), post("/a?b", "cd")).status, 200);
  ASSERT_TRUE(comes_true([&] {
    const std::lock_guard lock(mutex);
    return records.size() == 1;
  }));
  EXPECT_EQ(records[0].path, "/a");
  EXPECT_EQ(records[0].status, 200);
  EXPECT_EQ(records[0].bytes_in, 2U);
  EXPECT_EQ(records[0].bytes_out, std::string("POST /a?b cd").size());
  EXPECT_EQ(records[0].peer, "127.0.0.1");
  EXPECT_THAT(records[0].notes, ElementsAre(std::pair<std::string, std::string>("lines", "3")));
}

TEST(HttpServer, AnswersWhatIsThereWhenItIsDrained) {
  Mailbox mailbox;
  HttpServer server({}, [&](const ExchangePointer& exchange) { mailbox.put(exchange); });
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

TEST(HttpServer, NamesAnAddressThatCannotBeHad) {
  HttpServer server({}, answer_with_echo);
  HttpServerOptions same;
  same.port = server.port();
  try {
    HttpServer other(same, answer_with_echo);
    FAIL() << "two listen on one port";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("127.0.0.1"), HasSubstr(std::to_string(same.port)), HasSubstr("--port")));
  }
}

TEST(HttpServer, ServesManyAtOnceWithItsTwoThreads) {
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
