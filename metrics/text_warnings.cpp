#include "metrics/text_warnings.h"

#include "metrics/segment_text.h"

#include <algorithm>
#include <cstddef>
#include <fmt/format.h>
#include <stdexcept>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>

namespace dragoman {
namespace {

constexpr std::ptrdiff_t kTokenisedLines = 100;

struct OtherForm {
  std::size_t lines = 0;
  std::size_t first = 0;  // counted from 1
};

// The lines that are not in NFC. A line that is no UTF-8, or too long for ICU, is in no form and not counted.
OtherForm lines_in_another_form(std::span<const std::string> lines) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* nfc = icu::Normalizer2::getNFCInstance(status);
  if (U_FAILURE(status)) throw std::runtime_error(fmt::format("ICU lacks its table of NFC: {}", u_errorName(status)));
  OtherForm found;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string& line = lines[i];
    if (std::ranges::all_of(line, [](char c) { return static_cast<unsigned char>(c) < 0x80; })) continue;
    status = U_ZERO_ERROR;
    if (nfc->isNormalizedUTF8(icu::StringPiece(line), status) || U_FAILURE(status)) continue;
    if (found.lines++ == 0) found.first = i + 1;
  }
  return found;
}

std::string describe(const OtherForm& form, const char* these, const char* others) {
  return fmt::format(
      "{} of the {} {} not in Unicode's normal form C ({}{}), but all of the {} are: equal letters count "
      "as different; convert both with uconv -x any-nfc",
      form.lines, these, form.lines == 1 ? "is" : "are", form.lines == 1 ? "line " : "the first is line ", form.first,
      others);
}

}  // namespace

std::optional<std::string> tokenised_text_warning(std::span<const std::string> hypotheses) {
  const auto lines = std::ranges::count_if(
      hypotheses, [](const std::string& line) { return strip_trailing_space(line).ends_with(" ."); });
  if (lines < kTokenisedLines) return std::nullopt;
  return fmt::format(
      "{} lines end in ' .', as tokenised text does, for which BLEU is not comparable; detokenise it first", lines);
}

std::optional<std::string> normal_form_warning(std::span<const std::string> hypotheses,
                                               const ReferenceStreams& references) {
  const OtherForm ours = lines_in_another_form(hypotheses);
  OtherForm theirs;
  for (const auto& stream : references) {
    if (theirs.lines == 0) theirs = lines_in_another_form(stream);
  }
  if (ours.lines > 0 && theirs.lines == 0) return describe(ours, "hypotheses", "references");
  if (theirs.lines > 0 && ours.lines == 0) return describe(theirs, "references", "hypotheses");
  return std::nullopt;
}

std::optional<std::string> unseen_script_warning(const ReferenceStreams& references) {
  std::size_t letters = 0, seen = 0;
  for (const auto& stream : references) {
    for (const std::string& line : stream) {
      for (std::size_t at = 0; at < line.size();) {
        const Character character = character_at(line, at);
        at += character.length;
        if (character.code > UCHAR_MAX_VALUE || !u_isalnum(static_cast<UChar32>(character.code))) continue;
        ++letters;
        seen += character.code < 0x80;
      }
    }
  }
  if (2 * seen >= letters) return std::nullopt;
  return fmt::format(
      "ROUGE sees the ASCII letters and digits alone, which are {} of the references' {}: its scores say "
      "little about this script; chrF sees all",
      seen, letters);
}

}  // namespace dragoman
