#include "app/serve/http/multipart.h"
#include "app/serve/http/url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

TEST(Url, DecodesWhatIsEncodedAndLeavesTheRest) {
  EXPECT_EQ(decode_url("a%20b+c%C3%a9", UrlPart::path), "a b+c\xC3\xA9");
  EXPECT_EQ(decode_url("a%20b+c", UrlPart::form), "a b c");
  EXPECT_EQ(decode_url("100%", UrlPart::form), "100%");
  EXPECT_EQ(decode_url("%4", UrlPart::form), "%4");
  EXPECT_EQ(decode_url("%zz%-1", UrlPart::form), "%zz%-1");
  EXPECT_EQ(decode_url("%00", UrlPart::form), std::string(1, '\0'));
}

TEST(Url, ReadsFieldsInTheirOrder) {
  EXPECT_THAT(
      parse_form("q=Two+dogs&q=%26&empty=&bare&&x=a=b"),
      ElementsAre(Pair("q", "Two dogs"), Pair("q", "&"), Pair("empty", ""), Pair("bare", ""), Pair("x", "a=b")));
  EXPECT_THAT(parse_form(""), IsEmpty());
  EXPECT_THAT(parse_form("&&&"), IsEmpty());
}

TEST(Multipart, FindsTheBoundary) {
  EXPECT_EQ(multipart_boundary("multipart/form-data; boundary=abc"), "abc");
  EXPECT_EQ(multipart_boundary("Multipart/Form-Data; charset=utf-8; Boundary=\"a b;c\""), "a b;c");
  EXPECT_EQ(multipart_boundary("multipart/form-data"), std::nullopt);
  EXPECT_EQ(multipart_boundary("multipart/form-data; boundary="), std::nullopt);
  EXPECT_EQ(multipart_boundary("multipart/form-data; boundary=" + std::string(71, 'x')), std::nullopt);
  EXPECT_EQ(multipart_boundary("application/json; boundary=abc"), std::nullopt);
}

TEST(Multipart, ReadsFieldsAndFiles) {
  const std::vector<FormPart> parts = parse_multipart(
      "preamble\r\n--B\r\nContent-Disposition: form-data; name=\"source\"\r\n\r\nen\r\n--B\r\n"
      "Content-Type: text/plain\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a \\\"b\\\".txt\"\r\n\r\n"
      "line\r\n--Bar\r\n\r\n--B--\r\nbehind",
      "B");
  ASSERT_THAT(parts, SizeIs(2));
  EXPECT_EQ(parts[0].name, "source");
  EXPECT_EQ(parts[0].file_name, "");
  EXPECT_EQ(parts[0].data, "en");
  EXPECT_EQ(parts[1].name, "file");
  EXPECT_EQ(parts[1].file_name, "a \"b\".txt");
}

TEST(Multipart, KeepsDataByteForByte) {
  const std::string data("\0\xFF\r\n--\r\n--C\r\n", 14);
  const std::vector<FormPart> parts =
      parse_multipart("--B\r\nContent-Disposition: form-data; name=x\r\n\r\n" + data + "\r\n--B--", "B");
  ASSERT_THAT(parts, SizeIs(1));
  EXPECT_EQ(parts[0].data, data);
}

TEST(Multipart, ReadsAPartWithoutDataAndNoParts) {
  const std::vector<FormPart> parts =
      parse_multipart("--B\r\nContent-Disposition: form-data; name=x\r\n\r\n\r\n--B--", "B");
  ASSERT_THAT(parts, SizeIs(1));
  EXPECT_EQ(parts[0].data, "");
  EXPECT_THAT(parse_multipart("--B--", "B"), IsEmpty());
}

TEST(Multipart, RefusesWhatDoesNotEnd) {
  for (const char* const body : {"", "--B", "--B\r\n", "--B\r\nContent-Disposition: form-data; name=x\r\n\r\ndata",
                                 "--B\r\nno header\r\n--B--", "nothing", "--C--"}) {
    EXPECT_THROW(parse_multipart(body, "B"), std::invalid_argument) << body;
  }
}

}  // namespace
}  // namespace dragoman
