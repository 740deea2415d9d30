#include "tests/app/serve/connection.h"
#include "tests/app/serve/http_handlers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(HttpServer, AnswersAndKeepsTheConnection) {
  HttpServer server({}, {answer_with_echo});
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
  HttpServer server({}, {[&](const ExchangePointer& exchange) { mailbox.put(exchange); }});
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
  HttpServer server({}, {answer_with_echo});
  Connection client(server.port());
  for (const char byte : post("/slow", "body")) client.send(std::string(1, byte));
  EXPECT_EQ(client.read().body, "POST /slow? body");
  client.send("POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
  EXPECT_EQ(client.read().body, "POST /c? abcde");
}

TEST(HttpServer, TakesABodyWithGetAndLeavesThatOfHeadOut) {
  HttpServer server({}, {answer_with_echo});
  Connection client(server.port());
  client.send("GET /g HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab");
  EXPECT_EQ(client.read().body, "GET /g? ab");
  client.send("HEAD /h HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.read(true).head, HasSubstr("Content-Length: 9"));
  client.send(get("/behind"));
  EXPECT_EQ(client.read().body, "GET /behind? ");
}

TEST(HttpServer, SaysThatABodyMayComeAndClosesWhereTheClientWantsThat) {
  HttpServer server({}, {answer_with_echo});
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

TEST(HttpServer, EndsAStreamForOldClientsWithTheConnection) {
  HttpServer server({}, {[](const ExchangePointer& exchange) {
                      exchange->begin_stream({.content_type = "text/plain", .body = "a"});
                      exchange->write("b");
                      exchange->end_stream();
                    }});
  Connection client(server.port());
  client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(client.read().body, "ab");
  EXPECT_TRUE(client.is_closed());
}

TEST(HttpServer, WritesAStreamPieceByPiece) {
  Mailbox mailbox;
  HttpServer server({}, {[&](const ExchangePointer& exchange) { mailbox.put(exchange); }});
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
  HttpServer server({}, {[](const ExchangePointer& exchange) {
                      if (exchange->request().path == "/throws") throw std::runtime_error("it went wrong");
                    }});
  const Answer thrown = ask(server.port(), get("/throws")), forgotten = ask(server.port(), get("/forgets"));
  EXPECT_EQ(thrown.status, 500);
  EXPECT_THAT(thrown.body, Not(HasSubstr("it went wrong"))) << "which may be about the inside of the server";
  EXPECT_EQ(forgotten.status, 500);
}

TEST(HttpServer, TellsWhatItHasDone) {
  std::mutex mutex;
  std::vector<HttpRecord> records;
  const auto answer = [](const ExchangePointer& exchange) {
    exchange->note("lines", "3");
    answer_with_echo(exchange);
  };
  const auto keep = [&](const HttpRecord& record) {
    const std::lock_guard lock(mutex);
    records.push_back(record);
  };
  HttpServer server({}, {answer, keep});
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

TEST(HttpServer, HasTheSameHeadersOnEveryAnswer) {
  const auto answer = [](const ExchangePointer& exchange) {
    if (exchange->request().path == "/stream") {
      exchange->begin_stream({.body = "a"});
      exchange->end_stream();
    } else if (exchange->request().path == "/echo") {
      exchange->respond({.body = "b", .headers = {{"X-Own", "1"}}});
    }
  };
  HttpServer server({}, {.handle = answer, .headers = [](const HttpRequest& request) {
                           return HttpFields{{"X-Of", request.path + " " + std::string(request.header("origin"))}};
                         }});
  for (const std::string path : {"/stream", "/echo", "/forgets"}) {
    EXPECT_THAT(ask(server.port(), get(path, {"Origin: a"})).head, HasSubstr("\r\nX-Of: " + path + " a\r\n"));
  }
  EXPECT_THAT(ask(server.port(), get("/echo")).head, HasSubstr("\r\nX-Own: 1\r\n"));
}

TEST(HttpServer, WritesBytesThatOthersHaveToo) {
  const auto bytes = std::make_shared<const std::string>(3 << 20, 'x');
  HttpServer server(
      {}, {[bytes](const ExchangePointer& exchange) { exchange->respond({.body = "", .shared_body = bytes}); }});
  EXPECT_EQ(ask(server.port(), get("/")).body, *bytes);
  Connection client(server.port());
  client.send("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.read(true).head, HasSubstr("Content-Length: 3145728"));
}

TEST(HttpServer, NamesAnAddressThatCannotBeHad) {
  HttpServer server({}, {answer_with_echo});
  HttpServerOptions same;
  same.port = server.port();
  try {
    HttpServer other(same, {answer_with_echo});
    FAIL() << "two listen on one port";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("127.0.0.1"), HasSubstr(std::to_string(same.port)), HasSubstr("--port")));
  }
}

TEST(HttpServer, TakesOnlyASocketThatListensToTcp) {
  const int unix_socket = ::socket(AF_UNIX, SOCK_STREAM, 0), idle = ::socket(AF_INET, SOCK_STREAM, 0);
  for (const int socket : {unix_socket, idle, 9999}) {
    HttpServerOptions options;
    options.inherited_socket = socket;
    EXPECT_THROW(HttpServer(options, {answer_with_echo}), std::runtime_error);
  }
  ASSERT_EQ(::listen(idle, 1), 0) << "at a port of the system's choice";
  HttpServerOptions options;
  options.inherited_socket = idle;
  HttpServer server(options, {answer_with_echo});
  EXPECT_EQ(ask(server.port(), get("/")).status, 200);
  ::close(unix_socket);
}

}  // namespace
}  // namespace dragoman
