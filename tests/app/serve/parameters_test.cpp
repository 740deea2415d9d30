#include "app/serve/parameters.h"

#include "app/serve/request_error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>

namespace dragoman {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Parameters parameters_of(const std::string& body, const std::string& type = "application/x-www-form-urlencoded",
                         const std::string& query = "") {
  HttpRequest request;
  request.query = query;
  request.headers = {{"content-type", type}};
  request.body = body;
  return Parameters(request);
}

int status_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const RequestError& error) {
    return error.status();
  }
  return 200;
}

TEST(Parameters, AreTheSameInEveryForm) {
  const std::string multipart =
      "--B\r\nContent-Disposition: form-data; name=q\r\n\r\nTwo dogs\r\n"
      "--B\r\nContent-Disposition: form-data; name=n\r\n\r\n3\r\n--B--";
  for (const Parameters& parameters :
       {parameters_of("q=Two+dogs&n=3"),
        parameters_of(R"({"q": "Two dogs", "n": 3})", "application/json; charset=utf-8"),
        parameters_of(multipart, "multipart/form-data; boundary=B"), parameters_of("", "", "q=Two%20dogs&n=3")}) {
    EXPECT_EQ(parameters.text("q"), "Two dogs");
    EXPECT_EQ(parameters.number("n", 0, 5, 1), 3);
    EXPECT_EQ(parameters.number("other", 0, 5, 1), 1);
    EXPECT_FALSE(parameters.has("other"));
    EXPECT_THAT(parameters.names(), ElementsAre("q", "n"));
  }
}

TEST(Parameters, AreListsWhereANameComesOftener) {
  EXPECT_THAT(parameters_of("q=a&q=b&q=c").texts("q"), ElementsAre("a", "b", "c"));
  EXPECT_THAT(parameters_of(R"({"q": ["a", 1, true]})", "application/json").texts("q"), ElementsAre("a", "1", "true"));
  EXPECT_THAT(parameters_of("q=a").texts("q"), ElementsAre("a"));
  EXPECT_THAT(parameters_of("").texts("q"), IsEmpty());
}

TEST(Parameters, OfTheBodyCountBeforeThoseOfTheQuery) {
  const Parameters parameters = parameters_of("q=body", "application/x-www-form-urlencoded", "q=query&source=en");
  EXPECT_EQ(parameters.text("q"), "body");
  EXPECT_EQ(parameters.text("source"), "en");
}

TEST(Parameters, AreValidText) {
  EXPECT_EQ(parameters_of("q=a%FFb").text("q"),
            "a\xEF\xBF\xBD"
            "b");
  EXPECT_EQ(status_of([] { parameters_of("{\"q\": \"a\xFF\"}", "application/json"); }), 400);
}

TEST(Parameters, RefuseWhatTheyAreNot) {
  for (const char* const body : {"{", "[]", "3", "null", "\"q\"", "{\"q\": 1e}"})
    EXPECT_EQ(status_of([&] { parameters_of(body, "application/json"); }), 400) << body;
  EXPECT_EQ(status_of([] { parameters_of("--B", "multipart/form-data; boundary=B"); }), 400);
  const Parameters json =
      parameters_of(R"({"o": {}, "l": [[]], "n": 2.5, "b": "yes", "null": null})", "application/json");
  EXPECT_EQ(status_of([&] { json.text("o"); }), 400);
  EXPECT_EQ(status_of([&] { json.texts("l"); }), 400);
  EXPECT_EQ(status_of([&] { json.number("n", 0, 5, 1); }), 400);
  EXPECT_EQ(status_of([&] { json.flag("b"); }), 400);
  EXPECT_FALSE(json.has("null"));
  EXPECT_EQ(status_of([&] { parameters_of("n=6").number("n", 0, 5, 1); }), 400);
  EXPECT_EQ(status_of([&] { parameters_of("n=-1").number("n", 0, 5, 1); }), 400);
  EXPECT_EQ(status_of([&] { parameters_of("n=99999999999").number("n", 0, 5, 1); }), 400);
  std::string form, object;
  for (int i = 0; i < 100'000; ++i) {
    form += "f" + std::to_string(i) + "=&";
    object += (i == 0 ? "\"" : ", \"") + std::to_string(i) + "\": 1";
  }
  EXPECT_EQ(status_of([&] { parameters_of(form); }), 400);
  EXPECT_EQ(status_of([&] { parameters_of("{" + object + "}", "application/json"); }), 400);
  EXPECT_EQ(status_of([&] { parameters_of("{\"terms\": {" + object + "}}", "application/json"); }), 400);
  EXPECT_EQ(status_of([&] { parameters_of("{\"q\": " + std::string(100'000, '['), "application/json"); }), 400);
}

TEST(Parameters, HaveFilesApart) {
  const Parameters parameters =
      parameters_of("--B\r\nContent-Disposition: form-data; name=file; filename=\"a.txt\"\r\n\r\nbytes\xFF\r\n--B--",
                    "multipart/form-data; boundary=B");
  ASSERT_EQ(parameters.files().size(), 1U);
  EXPECT_EQ(parameters.files()[0].data, "bytes\xFF");
  EXPECT_FALSE(parameters.has("file"));
}

}  // namespace
}  // namespace dragoman
