#include "tokenizer/placeholder_finder.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <stdexcept>
#include <unicode/regex.h>
#include <unicode/unistr.h>
#include <unicode/utext.h>
#include <utility>

namespace dragoman {
namespace {

// A full stop or bracket behind a URL is not its own. Where a per cent sign stands behind a number, it is one.
constexpr const char* kUsual =
    R"((?:\b(?:https?|ftps?|file)://|\bwww\.)[^\s<>"]*[^\s<>"'.,;:!?()\[\]{}…»”])"
    R"(|(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+){1,20})"
    R"(|\{\{[^{}\s]*\}\}|[$#]?\{[\p{L}\p{N}_.:,\-]*\}|%\{\w{1,64}\}|%\(\w{1,64}\)[a-zA-Z])"
    R"(|(?<![\p{N}\p{L}%])%(?:\d+\$)?[-+#0]*(?:\d+|\*)?(?:\.\d+)?(?:hh|h|ll|l|j|z|t|L)?[diouxXeEfFgGaAcspn@](?!\p{L}))"
    R"(|__[A-Za-z0-9](?:[A-Za-z0-9_]*[A-Za-z0-9])?__)"
    R"(|[[\p{So}\p{Extended_Pictographic}]&&[^°]][\p{M}\p{So}\p{Emoji_Modifier}\u200D\uFE0F\uFE0E]*)";

// ICU's steps, of which a thousand take a tenth of a second. The usual expression takes fewer than one for 100 bytes.
constexpr std::size_t kMostSteps = 2000, kBytesOfStep = 50, kStepsAtAll = 1000000;

struct OpenText {
  UText* text;

  explicit OpenText(std::string_view bytes) {
    UErrorCode status = U_ZERO_ERROR;
    text = utext_openUTF8(nullptr, bytes.data(), static_cast<std::int64_t>(bytes.size()), &status);
    if (U_FAILURE(status)) throw std::runtime_error(fmt::format("ICU cannot read a text: {}", u_errorName(status)));
  }
  ~OpenText() { utext_close(text); }
  OpenText(const OpenText&) = delete;
  OpenText& operator=(const OpenText&) = delete;
};

}  // namespace

struct PlaceholderFinder::Pattern {
  std::unique_ptr<icu::RegexPattern> regex;
  std::string text;
};

const std::string& PlaceholderFinder::usual() {
  static const std::string text = kUsual;
  return text;
}

PlaceholderFinder::PlaceholderFinder(const std::string& regex) {
  UErrorCode status = U_ZERO_ERROR;
  UParseError where;
  std::unique_ptr<icu::RegexPattern> pattern(
      icu::RegexPattern::compile(icu::UnicodeString::fromUTF8(regex), where, status));
  if (U_FAILURE(status)) {
    throw std::invalid_argument(
        fmt::format("'{}' is no regular expression: {} at character {}", regex, u_errorName(status), where.offset));
  }
  pattern_ = std::make_unique<const Pattern>(Pattern{std::move(pattern), regex});
}

PlaceholderFinder::~PlaceholderFinder() = default;
PlaceholderFinder::PlaceholderFinder(PlaceholderFinder&&) noexcept = default;
PlaceholderFinder& PlaceholderFinder::operator=(PlaceholderFinder&&) noexcept = default;

std::vector<TextRange> PlaceholderFinder::find(std::string_view text) const {
  UErrorCode status = U_ZERO_ERROR;
  const OpenText open(text);
  const std::unique_ptr<icu::RegexMatcher> matcher(pattern_->regex->matcher(status));
  if (U_SUCCESS(status)) {
    const std::size_t steps = std::min(kMostSteps + text.size() / kBytesOfStep, kStepsAtAll);
    matcher->setTimeLimit(static_cast<std::int32_t>(steps), status);
    matcher->reset(open.text);
  }
  std::vector<TextRange> found;
  while (U_SUCCESS(status) && matcher->find(status)) {
    const TextRange range{static_cast<std::size_t>(matcher->start64(status)),
                          static_cast<std::size_t>(matcher->end64(status))};
    if (range.begin < range.end) found.push_back(range);
  }
  if (U_FAILURE(status)) {
    throw std::runtime_error(
        fmt::format("the regular expression '{}' fails on a line of {} bytes: {}; write a simpler one", pattern_->text,
                    text.size(), u_errorName(status)));
  }
  return found;
}

}  // namespace dragoman
