#include "base/utf8.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/fuzz_targets.h"

namespace dragoman {

void fuzz_utf8(std::string_view bytes) {
  const auto place = find_invalid_utf8(bytes);
  const std::string replaced = replace_invalid_utf8(bytes);
  check(!find_invalid_utf8(replaced), "what was replaced is valid");
  check(place.has_value() == (replaced != bytes), "text is replaced where it is ill-formed, and there alone");
  if (place) {
    check(*place < bytes.size(), "the place is in the text");
    check(replaced.starts_with(bytes.substr(0, *place)), "what is before the place is kept");
  }
  is_blank(bytes);
}

}  // namespace dragoman
