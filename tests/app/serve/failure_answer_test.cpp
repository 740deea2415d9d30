#include "app/serve/request_error.h"
#include "app/serve/translation_call.h"

#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <new>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

namespace dragoman {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// What is answered to a request that failed so, and what the operator hears.
class FailureAnswer : public ::testing::Test {
 protected:
  template <typename Error>
  HttpResponse answer(const Error& error) {
    HttpRequest request;
    request.id = "run-7";
    return failure_answer(std::make_exception_ptr(error), request,
                          [this](const std::string& line) { heard_.push_back(line); });
  }

  std::vector<std::string> heard_;
};

TEST_F(FailureAnswer, TellsAClientWhatItsRequestHasWrong) {
  const HttpResponse own = answer(RequestError(403, "Invalid API key", {{"X-Own", "1"}}));
  EXPECT_EQ(own.status, 403);
  EXPECT_THAT(own.body, HasSubstr("Invalid API key"));
  EXPECT_EQ(own.headers.size(), 1U);
  const HttpResponse argument = answer(std::invalid_argument("a term is blank"));
  EXPECT_EQ(argument.status, 400);
  EXPECT_THAT(argument.body, HasSubstr("a term is blank"));
  EXPECT_THAT(heard_, IsEmpty());
}

TEST_F(FailureAnswer, TellsTheOperatorAloneWhatTheServerHasWrong) {
  EXPECT_EQ(answer(std::runtime_error("/models/en-de: is damaged")).status, 500);
  const std::filesystem::filesystem_error of_file("cannot stat", "/secret",
                                                  std::make_error_code(std::errc::no_such_file_or_directory));
  for (const HttpResponse& response :
       {answer(of_file), answer(std::logic_error("/secret")), answer(std::out_of_range("/secret"))}) {
    EXPECT_EQ(response.status, 500);
    EXPECT_THAT(response.body, AllOf(HasSubstr("stderr"), Not(HasSubstr("/secret"))));
  }
  ASSERT_EQ(heard_.size(), 4U);
  EXPECT_EQ(heard_[0], "request run-7 failed: /models/en-de: is damaged");
  EXPECT_THAT(heard_[1], AllOf(HasSubstr("run-7"), HasSubstr("/secret")));
}

TEST_F(FailureAnswer, LetsAClientComeAgainWhereMemoryIsShort) {
  const HttpResponse response = answer(std::bad_alloc());
  EXPECT_EQ(response.status, 503);
  EXPECT_THAT(response.headers, ElementsAre(HttpFields::value_type("Retry-After", "5")));
}

}  // namespace
}  // namespace dragoman
