#include "tests/end_to_end/server_fixture.h"

#include <csignal>
#include <filesystem>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <thread>
#include <vector>

namespace dragoman {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::json;

TEST(ServeLife, LetsPagesOfOtherOriginsAskOnlyIfItIsTold) {
  EXPECT_THAT(Server({"--model", served_model()}).ask(get("/languages", {"Origin: https://a.example"})).head,
              Not(HasSubstr("Access-Control")));
  Server some({"--model", served_model(), "--cors", "https://a.example", "https://b.example", "--body-limit", "1"});
  EXPECT_THAT(some.ask(get("/languages", {"Origin: https://b.example"})).head,
              HasSubstr("Access-Control-Allow-Origin: https://b.example"));
  const Answer refusal = some.post("/translate", std::string(2 << 20, 'x'), {"Origin: https://b.example"});
  EXPECT_EQ(refusal.status, 413);
  EXPECT_THAT(refusal.head, HasSubstr("Access-Control-Allow-Origin: https://b.example"));
  EXPECT_THAT(some.ask(get("/languages", {"Origin: https://c.example"})).head, Not(HasSubstr("Access-Control-Allow")));
  Server libre({"--model", served_model(), "--libretranslate"});
  const Answer preflight = libre.ask("OPTIONS /translate HTTP/1.1\r\nHost: x\r\nOrigin: https://c.example\r\n\r\n");
  EXPECT_EQ(preflight.status, 204);
  EXPECT_THAT(preflight.head, AllOf(HasSubstr("Access-Control-Allow-Origin: *"),
                                    HasSubstr("Access-Control-Allow-Headers: Authorization, Content-Type")));
  EXPECT_EQ(libre.json("/frontend/settings")["charLimit"], -1);
}

TEST(ServeLife, AsksForKeys) {
  const TemporaryFolder folder;
  // Of "secret" and "other".
  const std::string keys =
      folder.file("keys",
                  "# who may ask\n2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b somebody\n\n"
                  "d9298a10d1b0735837dc4bd85dac641b0f3cef27a47e5d53a54f2f3f5b2fcffa\n");
  Server server({"--model", served_model(), "--api-keys", keys});
  expect_failure(server.post("/translate", "q=a&source=en&target=de"), 400,
                 "Please contact the server operator to get an API key");
  expect_failure(server.post("/translate", "q=a&source=en&target=de&api_key=Secret"), 403, "Invalid API key");
  EXPECT_EQ(server.post("/translate", "q=a&source=en&target=de&api_key=secret").status, 200);
  EXPECT_EQ(server.post("/v1/translate", R"({"text": "a"})", {"Authorization: Bearer secret"}).status, 200);
  EXPECT_EQ(server.post("/v1/translate", R"({"text": "a"})").status, 400);
  EXPECT_EQ(server.post("/v2/translate", "text=a&target_lang=DE", {"Authorization: DeepL-Auth-Key secret"}).status,
            200);
  EXPECT_EQ(server.post("/v2/translate", "text=a&target_lang=DE").status, 403);
  EXPECT_EQ(server.post("/detect", "q=a").status, 400);
  EXPECT_EQ(server.post("/", "q=a&source=en&target=de").status, 403);
  EXPECT_EQ(server.json("/frontend/settings")["keyRequired"], true);
  EXPECT_EQ(server.json("/languages").size(), 1U);
}

// The client is Python's, which the tests do without.
TEST(ServeLife, AnswersLibreTranslatesOwnClient) {
  const TemporaryFolder folder;
  const std::string keys =
      folder.file("keys", "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b somebody\n");
  Server server({"--model", served_model(), "--libretranslate", "--api-keys", keys});
  const Ended ended = shell(fmt::format("${{PEERS_PYTHON:-python3}} {} http://127.0.0.1:{} secret 'old dog'",
                                        DRAGOMAN_LIBRETRANSLATE_CLIENT, server.port()));
  if (ended.exit_code == 77) GTEST_SKIP() << "libretranslatepy is not installed";
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  const Json found = Json::parse(ended.out);
  EXPECT_EQ(found["translate"], translated_lines({"old dog"}).front());
  EXPECT_EQ(found["detect"][0]["language"], "en");
  EXPECT_EQ(found["languages"][0]["code"], "en");
}

TEST(ServeLife, WritesALogWithoutTextUnlessItIsAsked) {
  const TemporaryFolder folder;
  const std::string log = folder.path() / "access", with_text = folder.path() / "with-text";
  {
    Server server({"--model", served_model(), "--access-log", log});
    server.post("/translate", "q=old+dog&source=en&target=de");
    Server telling({"--model", served_model(), "--access-log", with_text, "--log-text"});
    telling.post("/translate", "q=old+dog&source=en&target=de");
    EXPECT_EQ(server.end(SIGTERM).exit_code, 0);
    EXPECT_EQ(telling.end(SIGTERM).exit_code, 0);
  }
  const Json line = Json::parse(read_text(log));
  EXPECT_EQ(line["path"], "/translate");
  EXPECT_EQ(line["status"], 200);
  EXPECT_EQ(line["characters"], 7);
  EXPECT_EQ(line["source"], "en");
  EXPECT_THAT(read_text(log), Not(HasSubstr("old dog")));
  EXPECT_EQ(Json::parse(read_text(with_text))["text"], Json::array({"old dog"}));
}

// Texts with tags and texts without are translated apart.
TEST(ServeLife, TakesAFileForOneRequest) {
  const TemporaryFolder folder;
  const std::string log = folder.path() / "access";
  Server server({"--model", served_model(), "--access-log", log, "--log-text"});
  const std::string film =
      "1\n00:00:01,000 --> 00:00:02,000\nold dog\n\n2\n00:00:03,000 --> 00:00:04,000\n<i>green cat</i>\n";
  const Answer answer = server.ask(post("/translate_file",
                                        "--B\r\nContent-Disposition: form-data; name=source\r\n\r\nen\r\n"
                                        "--B\r\nContent-Disposition: form-data; name=target\r\n\r\nde\r\n"
                                        "--B\r\nContent-Disposition: form-data; name=file; filename=a.srt\r\n\r\n" +
                                            film + "\r\n--B--\r\n",
                                        "multipart/form-data; boundary=B"));
  ASSERT_EQ(answer.status, 200) << answer.body;
  const std::vector<std::string> texts = {"old dog", "<i>green cat</i>"};
  EXPECT_EQ(server.json("/v2/usage")["character_count"], texts[0].size() + texts[1].size());
  EXPECT_EQ(server.end(SIGTERM).exit_code, 0);
  // Of two requests on two connections the second may be the first that is written.
  Json line;
  for (const std::string& written : lines_of(read_text(log))) {
    if (Json::parse(written)["path"] == "/translate_file") line = Json::parse(written);
  }
  EXPECT_EQ(line["texts"], 2);
  EXPECT_EQ(line["characters"], texts[0].size() + texts[1].size());
  EXPECT_EQ(line["text"], Json(texts));
}

TEST(ServeLife, AnswersAClientThatSendsNoMoreAndDropsWhatOneLeavesThatIsGone) {
  Server server({"--model", served_model(), "--char-limit", "0"});
  const auto document = [](int lines) {
    return post("/v1/translate", Json{{"text", join_lines(tiny_source_lines(lines, 6))}}.dump(), "application/json");
  };
  const auto waiting = [&] {
    return server.ask(get("/metrics")).body.find("\ndragoman_lines_waiting 0\n") == std::string::npos;
  };
  Connection half(server.port());
  half.send(document(300));
  half.close_own_side();
  EXPECT_EQ(half.read().status, 200);
  for (const bool resets : {false, true}) {
    Connection client(server.port());
    client.send(document(50000));
    for (int i = 0; i < 1000 && !waiting(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    ASSERT_TRUE(waiting());
    resets ? client.reset() : client.close();
    for (int i = 0; i < 600 && waiting(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    EXPECT_FALSE(waiting()) << resets;
  }
}

TEST(ServeLife, AnswersWhatIsThereBeforeItEnds) {
  Server server({"--model", served_model()});
  Connection client(server.port());
  const std::vector<std::string> lines = tiny_source_lines(3000, 8);
  client.send(post("/v1/translate", Json{{"text", join_lines(lines)}, {"stream", true}}.dump(), "application/json"));
  ASSERT_THAT(client.read_some(), HasSubstr("200 OK"));
  server.program().send(SIGTERM);
  std::string rest, some;
  while (!(some = client.read_some()).empty()) rest += some;
  EXPECT_THAT(rest, HasSubstr("event: done"));
  EXPECT_EQ(server.program().wait().exit_code, 0);
}

TEST(ServeLife, GivesUpWhatTakesTooLongWhenItEnds) {
  Server server({"--model", served_model(), "--drain-time", "1", "--char-limit", "0"});
  Connection client(server.port()), half(server.port());
  client.send(
      post("/v1/translate", Json{{"text", join_lines(tiny_source_lines(60000, 8))}}.dump(), "application/json"));
  half.send("POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\na");
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  server.program().send(SIGTERM);
  const Answer answer = client.read();
  EXPECT_EQ(answer.status, 503);
  EXPECT_THAT(answer.body, HasSubstr("the server is ending"));
  EXPECT_EQ(server.program().wait().exit_code, 0);
}

TEST(ServeLife, LeavesAtOnceBehindASecondSignal) {
  Server server({"--model", served_model()});
  Connection client(server.port());
  client.send("POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\n");
  client.send("a");
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  server.program().send(SIGTERM);
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  EXPECT_EQ(server.end(SIGINT).exit_code, 130);
}

TEST(ServeLife, ReadsItsModelsAndConfigurationAgain) {
  const TemporaryFolder folder;
  const std::string config = folder.file("serve.yaml", "model: [\"" + served_model() + "\"]\nchar-limit: 5\n");
  Server server({"-c", config});
  EXPECT_EQ(server.post("/translate", "q=old+dog&source=en&target=de").status, 400);
  folder.file("serve.yaml", "model: [\"" + served_model() + "\", \"de:fr=" + shared_model() + "\"]\n");
  server.program().send(SIGHUP);
  ASSERT_TRUE(server.program().wait_for("read models and configuration again"));
  EXPECT_EQ(server.post("/translate", "q=old+dog&source=en&target=de").status, 200);
  EXPECT_EQ(server.json("/languages").size(), 2U);
  folder.file("serve.yaml", "nonsense: 1\n");
  server.program().send(SIGHUP);
  ASSERT_TRUE(server.program().wait_for("nothing has changed"));
  EXPECT_EQ(server.json("/languages").size(), 2U);
}

TEST(ServeLife, LosesNoRequestWhenItReadsAgain) {
  Server server({"--model", served_model()});
  const std::vector<std::string> lines = tiny_source_lines(2000, 8), expected = translated_lines(lines);
  const std::string document =
      post("/translate", Json{{"q", lines}, {"source", "en"}, {"target", "de"}}.dump(), "application/json");
  std::vector<Connection> clients;
  for (int i = 0; i < 3; ++i) {
    clients.emplace_back(server.port());
    clients.back().send(document);
    server.program().send(SIGHUP);
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  for (Connection& client : clients) {
    const Answer answer = client.read();
    ASSERT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(Json::parse(answer.body)["translatedText"], expected);
  }
  EXPECT_THAT(server.end(SIGTERM).err, HasSubstr("read models and configuration again"));
}

TEST(ServeLife, GoesThroughAThirdLanguageAndDropsWhatIsNotUsed) {
  const TemporaryFolder folder;
  const std::string second = copy_of_model(folder, "second");
  // Of the two only one has room.
  Server server({"--model", served_model(), "de:fr=" + second, "--memory", "0.000001"});
  const std::string between = translated_lines({"old dog"}).front();
  const Json found =
      server.json("/v1/translate", R"({"text": "old dog", "source_lang": "en", "target_lang": "fr", "details": true})");
  EXPECT_EQ(found["translations"][0]["lines"][0]["via"], between);
  EXPECT_EQ(found["translations"][0]["text"], translated_lines({between}).front());
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(server.json("/translate", "q=old+dog&source=en&target=de")["translatedText"], between);
    EXPECT_EQ(server.json("/translate", "q=old+dog&source=de&target=fr")["translatedText"], between);
  }
  const std::string metrics = server.ask(get("/metrics")).body;
  EXPECT_THAT(metrics, AllOf(HasSubstr("{model=\"second\"} 1"), HasSubstr("} 0\n")));
}

TEST(ServeLife, SaysSoIfAModelIsGone) {
  const TemporaryFolder folder;
  const std::string model = copy_of_model(folder, "model");
  Server server({"--model", "en:de=" + model});
  std::filesystem::remove_all(model);
  const Answer answer = server.post("/translate", "q=old+dog&source=en&target=de");
  EXPECT_EQ(answer.status, 500);
  EXPECT_THAT(answer.body, AllOf(HasSubstr("cannot be loaded"), Not(HasSubstr(model))));
  EXPECT_TRUE(server.program().wait_for(model)) << "stderr says why";
}

}  // namespace
}  // namespace dragoman
