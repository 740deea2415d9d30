#include "tests/end_to_end/server_fixture.h"

#include <csignal>
#include <filesystem>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace dragoman {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::json;

// One server for the tests that change nothing in it.
Server& shared_server() {
  static Server server({"--model", served_model()});
  return server;
}

TEST(Serve, TranslatesAsTheTranslateCommandDoes) {
  const std::vector<std::string> lines = tiny_source_lines(40, 3), expected = translated_lines(lines);
  const Json request{{"q", lines}, {"source", "en"}, {"target", "de"}};
  EXPECT_EQ(shared_server().json("/translate", request.dump()), (Json{{"translatedText", expected}}));
  std::string text, translated;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    text += lines[i] + (i % 2 == 0 ? "\r\n\r\n" : "\n");
    translated += expected[i] + (i % 2 == 0 ? "\r\n\r\n" : "\n");
  }
  const Json of_text{{"q", text}, {"source", "en"}, {"target", "de"}};
  EXPECT_EQ(shared_server().json("/translate", of_text.dump())["translatedText"], translated);
}

TEST(Serve, GivesManyClientsTheirOwnTranslations) {
  const std::vector<std::string> lines = tiny_source_lines(200, 4), expected = translated_lines(lines);
  const std::uint16_t port = shared_server().port();
  std::vector<std::string> found(lines.size());
  std::vector<std::jthread> clients;
  for (std::size_t client = 0; client < 8; ++client) {
    clients.emplace_back([&, client] {
      Connection connection(port);
      for (std::size_t i = client; i < lines.size(); i += 8) {
        connection.send(
            post("/translate", Json{{"q", lines[i]}, {"source", "en"}, {"target", "de"}}.dump(), "application/json"));
        found[i] = Json::parse(connection.read().body).value("translatedText", "");
      }
    });
  }
  clients.clear();
  EXPECT_EQ(found, expected);
}

TEST(Serve, AnswersAsLibreTranslateDoes) {
  Server& server = shared_server();
  EXPECT_EQ(server.json("/languages"),
            (Json::array({{{"code", "en"}, {"name", "English"}, {"targets", {"de", "en"}}}})));
  EXPECT_EQ(server.json("/health"), (Json{{"status", "ok"}}));
  const Json settings = server.json("/frontend/settings");
  EXPECT_EQ(settings["language"]["target"], (Json{{"code", "de"}, {"name", "German"}}));
  EXPECT_EQ(settings["keyRequired"], false);
  EXPECT_EQ(server.json("/detect", "q=the+green+house")[0]["language"], "en");
  EXPECT_EQ(server.json("/detect", "q=%F0%9F%98%80"), (Json::array({{{"confidence", 0.0}, {"language", "en"}}})));

  const std::string best = translated_lines({"old dog"}).front();
  EXPECT_EQ(server.json("/translate?q=old+dog&source=en&target=de", "")["translatedText"], best);
  const Json detected = server.json("/translate", R"({"q": ["old dog"], "source": "auto", "target": "de"})");
  EXPECT_EQ(detected["translatedText"], Json::array({best}));
  EXPECT_EQ(detected["detectedLanguage"][0]["language"], "en");
  const Json several = server.json("/translate", "q=old+dog&source=en&target=de&alternatives=2");
  EXPECT_EQ(several["translatedText"], best);
  EXPECT_LE(several["alternatives"].size(), 2U);
  for (const Json& other : several["alternatives"]) EXPECT_NE(other, best);
  EXPECT_EQ(server.json("/translate", "q=old+dog&source=en&target=en")["translatedText"], "old dog");
  EXPECT_EQ(server.ask(get("/translate")).status, 405);
  EXPECT_EQ(server.ask(get("/nothing")).status, 404);
  EXPECT_EQ(server.post("/suggest", "q=a&s=b&source=en&target=de").status, 403);
}

TEST(Serve, SaysWhatIsWrongAsLibreTranslateDoes) {
  Server& server = shared_server();
  expect_failure(server.post("/translate", "source=en&target=de"), 400, "Invalid request: missing q parameter");
  expect_failure(server.post("/translate", "q=&source=en&target=de"), 400, "Invalid request: missing q parameter");
  expect_failure(server.post("/translate", "q=a&target=de"), 400, "Invalid request: missing source parameter");
  expect_failure(server.post("/translate", "q=a&source=en"), 400, "Invalid request: missing target parameter");
  expect_failure(server.post("/translate", "q=a&source=zz&target=de"), 400, "zz is not supported");
  expect_failure(server.post("/translate", "q=a&source=en&target=zz"), 400, "zz is not supported");
  for (const std::string format : {"pdf", "xml"}) {
    expect_failure(server.post("/translate", "q=a&source=en&target=de&format=" + format), 400,
                   format + " format is not supported");
  }
  expect_failure(server.post("/translate", "q=a&source=en&target=de&alternatives=x"), 400,
                 "Invalid request: alternatives parameter is not a number");
  expect_failure(server.post("/translate", "{\"q\": "), 400, "Invalid JSON format");
  expect_failure(server.post("/translate", R"({"q": {}, "source": "en", "target": "de"})"), 400,
                 "\"q\" must be a text");
}

TEST(Serve, AnswersAsDeeplDoes) {
  Server& server = shared_server();
  const std::vector<std::string> expected = translated_lines({"old dog", "green cat"});
  const Json found = server.json("/v2/translate", "text=old+dog&text=green+cat&target_lang=DE&source_lang=EN");
  EXPECT_EQ(found, (Json{{"translations",
                          {{{"detected_source_language", "EN"}, {"text", expected[0]}},
                           {{"detected_source_language", "EN"}, {"text", expected[1]}}}}}));
  EXPECT_EQ(server.json("/v2/languages?type=target")[0]["language"], "DE");
  EXPECT_EQ(server.json("/v2/languages"), (Json::array({{{"language", "EN"}, {"name", "English"}}})));
  EXPECT_GT(server.json("/v2/usage")["character_count"], 0);
  EXPECT_EQ(server.post("/v2/translate", "text=a").status, 400);
  EXPECT_EQ(server.post("/v2/translate", "text=a&target_lang=XX").status, 400);
  EXPECT_EQ(server.post("/v2/translate", "text=a&target_lang=DE&tag_handling=xml").status, 200);
  EXPECT_EQ(server.post("/v2/translate", "text=a&target_lang=DE&tag_handling=text").status, 400);
}

TEST(Serve, TellsEverythingOfALineThatItsJsonHas) {
  Server& server = shared_server();
  const std::vector<std::string> lines = {"old dog", "the green house"};
  const Json request{{"text", lines[0] + "\n" + lines[1]},
                     {"source_lang", "en"},
                     {"target_lang", "de"},
                     {"alignment", true},
                     {"n_best", 2}};
  const Json found = server.json("/v1/translate", request.dump());
  ASSERT_EQ(found["translations"].size(), 1U);
  const std::vector<std::string> json =
      translated_lines(lines, {"--format", "json", "--alignment", "--n-best", "2", "--distinct"});
  EXPECT_EQ(found["translations"][0]["lines"], Json::array({Json::parse(json[0]), Json::parse(json[1])}));
  EXPECT_EQ(found["quality"], false);
  EXPECT_EQ(found["alternatives"], true);
  const std::vector<std::string> best = translated_lines(lines);
  EXPECT_EQ(found["translations"][0]["text"], best[0] + "\n" + best[1]);

  const Json plain = server.json("/v1/translate", R"({"text": ["old dog", ""]})");
  EXPECT_EQ(plain["translations"], Json::array({{{"text", best[0]}}, {{"text", ""}}}));
  EXPECT_EQ(plain["detected"]["language"], "en");
}

TEST(Serve, HasPrefixesTermsAndMarkup) {
  Server& server = shared_server();
  const auto text_of = [&](const Json& request) {
    return server.json("/v1/translate", request.dump())["translations"][0]["text"].get<std::string>();
  };
  EXPECT_THAT(text_of({{"text", "old dog"}, {"prefix", "katze"}}), ::testing::StartsWith("katze"));
  const Json request{{"text", "old dog"}, {"terms", {{"dog", "wasser"}}}};
  EXPECT_THAT(text_of(request), HasSubstr("wasser"));
  const Json report = server.json("/v1/translate", request.dump())["translations"][0]["lines"][0]["terms"];
  EXPECT_EQ(report, Json::array({{{"source", "dog"}, {"forms", {"wasser", "Wasser"}}, {"found", true}}}));
  std::string dogs;
  for (int i = 0; i < 60; ++i) dogs += "dog ";
  const Json many{{"text", dogs}, {"terms", {{"dog", "wasser"}}}};
  EXPECT_EQ(server.json("/v1/translate", many.dump())["translations"][0]["lines"][0]["terms"].size(), 40U);
  const std::string html = "<p>old <b>dog</b>\n</p><p class=\"x\">green cat</p>";
  const std::string translated = text_of({{"text", html}, {"format", "html"}});
  EXPECT_THAT(translated, AllOf(::testing::StartsWith("<p>"), HasSubstr("<b>"), HasSubstr("\n</p><p class=\"x\">")));
  EXPECT_EQ(
      server.json("/translate",
                  Json{{"q", html}, {"source", "en"}, {"target", "de"}, {"format", "html"}}.dump())["translatedText"],
      translated);
}

TEST(Serve, ShowsTheWaysToGoOnBehindAPrefix) {
  const Json request{{"text", "old dog\ngreen cat"}, {"prefix", "hund "}, {"alternatives", 3}};
  const Json found = shared_server().json("/v1/translate", request.dump())["translations"][0];
  const Json& ways = found["lines"][0]["translations"];
  ASSERT_EQ(ways.size(), 3U);
  std::set<std::string> next;
  for (const Json& way : ways) {
    const std::string text = way["text"];
    EXPECT_THAT(text, ::testing::StartsWith("hund "));
    next.insert(text.substr(5, text.find(' ', 5)));
  }
  EXPECT_EQ(next.size(), 3U);
  EXPECT_EQ(found["lines"][1]["translations"].size(), 1U);
}

TEST(Serve, RefusesWhatItsOwnInterfaceDoesNotKnow) {
  Server& server = shared_server();
  for (const char* const request :
       {R"({})", R"({"text": "a", "beam": 3})", R"({"text": "a", "format": "pdf"})", R"({"text": "a", "n_best": 0})",
        R"({"text": "a", "n_best": 1000})", R"({"text": "a", "terms": 3})", R"({"text": "a", "alignment": "perhaps"})",
        R"({"text": "a", "n_best": 2, "alternatives": 2})", R"({"text": {"a": 1}})", R"([1, 2])", R"({"text": "a")"}) {
    const Answer answer = server.post("/v1/translate", request);
    EXPECT_EQ(answer.status, 400) << request;
    EXPECT_THAT(Json::parse(answer.body).value("error", ""), Not("")) << request;
  }
}

TEST(Serve, StreamsLineByLine) {
  Server& server = shared_server();
  const std::vector<std::string> lines = tiny_source_lines(150, 5), expected = translated_lines(lines);
  const Json request{{"text", join_lines(lines)}, {"stream", true}};
  const Answer answer = server.post("/v1/translate", request.dump());
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.head, HasSubstr("Content-Type: text/event-stream"));
  std::vector<std::string> found;
  std::size_t at = 0;
  while ((at = answer.body.find("event: line\ndata: ", at)) != std::string::npos) {
    at += std::string("event: line\ndata: ").size();
    const Json line = Json::parse(answer.body.substr(at, answer.body.find('\n', at) - at));
    found.push_back(line["translations"][0]["text"]);
    EXPECT_EQ(line["line"], found.size());
  }
  ASSERT_EQ(found.size(), expected.size() + 1) << "the text ends with a line end, behind which is one more";
  found.pop_back();
  EXPECT_EQ(found, expected);
  EXPECT_THAT(answer.body, ::testing::EndsWith("event: done\ndata: " +
                                               std::string(R"({"source_lang":"en","target_lang":"de","detected":)") +
                                               answer.body.substr(answer.body.rfind("{\"language\""))));
  const Answer detailed =
      server.post("/v1/translate", R"({"text": "old dog", "source_lang": "en", "stream": true, "details": true})");
  EXPECT_THAT(detailed.body,
              ::testing::EndsWith(R"({"source_lang":"en","target_lang":"de","quality":false,"alternatives":true})"
                                  "\n\n"));
}

TEST(Serve, ShowsAPageThatWorksWithoutScripts) {
  Server& server = shared_server();
  const Answer page = server.ask(get("/"));
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.head, AllOf(HasSubstr("text/html"), HasSubstr("default-src 'none'")));
  EXPECT_THAT(page.body, AllOf(HasSubstr("<option value=\"de\" selected>German</option>"), Not(HasSubstr("{{"))));
  const Answer script = server.ask(get("/page.js"));
  EXPECT_THAT(script.head, HasSubstr("text/javascript"));
  const Answer filled = server.post("/", "q=old+dog+%3C%7B%7Btranslation%7D%7D&source=en&target=de");
  EXPECT_THAT(filled.body, HasSubstr("old dog &lt;{{translation}}"));
  const Answer translated = server.post("/", "q=old+dog&source=en&target=de");
  EXPECT_THAT(translated.body, HasSubstr(">" + translated_lines({"old dog"}).front() + "</output>"));
  EXPECT_EQ(server.post("/", "q=old+dog&source=xx&target=de").status, 400);
}

// A form with a file, as a browser sends it.
std::string file_form(const std::string& name, const std::string& bytes, const std::string& target = "de") {
  const auto field = [](const std::string& key, const std::string& value) {
    return "--B\r\nContent-Disposition: form-data; name=\"" + key + "\"\r\n\r\n" + value + "\r\n";
  };
  return field("source", "en") + field("target", target) +
         "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + name + "\"\r\n\r\n" + bytes +
         "\r\n--B--\r\n";
}

TEST(Serve, TranslatesFiles) {
  Server& server = shared_server();
  const auto send = [&](const std::string& form) {
    return server.ask(post("/translate_file", form, "multipart/form-data; boundary=B"));
  };
  const std::vector<std::string> expected = translated_lines({"old dog", "green cat"});
  const std::string srt = "1\r\n00:00:01,000 --> 00:00:02,000\r\nold dog\r\n\r\n2\r\n00:00:03,000 --> 00:00:04,000\r\n";
  const Answer made = send(file_form("film 1.srt", srt + "green cat\r\n"));
  ASSERT_EQ(made.status, 200) << made.body;
  const std::string url = Json::parse(made.body)["translatedFileUrl"];
  EXPECT_THAT(url, AllOf(::testing::StartsWith("http://test/download_file/"), ::testing::EndsWith("/film%201.de.srt")));
  const Answer file = server.ask(get(url.substr(std::string("http://test").size())));
  EXPECT_THAT(file.head, AllOf(HasSubstr("attachment; filename*=UTF-8''film%201.de.srt"), HasSubstr("octet-stream")));
  std::string translated = srt + expected[1] + "\r\n";
  translated.replace(translated.find("old dog"), 7, expected[0]);
  EXPECT_EQ(file.body, translated);

  EXPECT_EQ(server.ask(get("/download_file/0123")).status, 404);
  EXPECT_EQ(send(file_form("a.pdf", "x")).status, 400);
  EXPECT_EQ(send(file_form("a.docx", "no archive")).status, 400);
  EXPECT_EQ(send(file_form("a.txt", "bytes \xFF")).status, 400);
  EXPECT_EQ(send(file_form("a.txt", "old dog", "zz")).status, 400);
  EXPECT_EQ(send("--B--").status, 400);
  EXPECT_EQ(send(file_form("empty.txt", "")).status, 200);
}

TEST(Serve, TellsOfItself) {
  Server& server = shared_server();
  // On one connection, since a request counts when its answer is out.
  Connection client(server.port());
  client.send(get("/languages"));
  client.read();
  client.send(get("/metrics"));
  const Answer metrics = client.read();
  EXPECT_THAT(metrics.head, HasSubstr("text/plain"));
  EXPECT_THAT(metrics.body,
              AllOf(HasSubstr("dragoman_http_requests_total{endpoint=\"/languages\",status=\"200\"}"),
                    HasSubstr("dragoman_http_request_duration_seconds_bucket{endpoint=\"/languages\",le=\"+Inf\"}"),
                    HasSubstr("\ndragoman_lines_waiting 0\n"), HasSubstr("dragoman_model_loaded{model=")));
  const Json spec = server.json("/spec");
  EXPECT_EQ(spec["openapi"], "3.0.3");
  for (const auto& [path, methods] : spec["paths"].items()) {
    for (const auto& [method, unused] : methods.items()) {
      const Answer answer = method == "get" ? server.ask(get(path)) : server.post(path, "");
      const auto expected = path == "/suggest" ? 403 : path.starts_with("/download_file/") ? 404 : 400;
      EXPECT_THAT(answer.status, ::testing::AnyOf(200, expected)) << method << " " << path;
    }
  }
}

}  // namespace
}  // namespace dragoman
