#include "app/serve/http/url.h"
#include "app/serve/parameters.h"
#include "app/serve/request_error.h"
#include "base/utf8.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/fuzz_targets.h"

#include <algorithm>
#include <string>

namespace dragoman {

// A first line is the type of the body, a second the query, the rest the body.
void fuzz_request(std::string_view bytes) {
  const auto line = [&bytes] {
    const std::string_view first = bytes.substr(0, bytes.find('\n'));
    bytes.remove_prefix(std::min(first.size() + 1, bytes.size()));
    return std::string(first);
  };
  HttpRequest request;
  request.headers.emplace_back("content-type", line());
  request.query = line();
  request.body = bytes;
  request.path = decode_url(request.query, UrlPart::path);
  try {
    const Parameters parameters(request);
    for (const std::string& name : parameters.names()) {
      check(!find_invalid_utf8(name), "a name is valid text");
      try {
        for (const std::string& text : parameters.texts(name)) check(!find_invalid_utf8(text), "a value is valid text");
        parameters.text(name);
      } catch (const RequestError&) {
      }
      try {
        parameters.number(name, 0, 9, 1);
        parameters.flag(name);
      } catch (const RequestError&) {
      }
    }
    for (const FormPart& part : parameters.files())
      check(request.body.find(part.data) != std::string::npos, "a file is a part of the body");
  } catch (const RequestError&) {
  }
}

}  // namespace dragoman
