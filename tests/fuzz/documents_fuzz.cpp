#include "base/utf8.h"
#include "tests/app/documents/documents.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/fuzz_targets.h"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace dragoman {
namespace {

void read_and_write(const std::string& bytes, DocumentFormat format) {
  constexpr DocumentLimits kLimits{.unpacked = 1 << 20};
  std::unique_ptr<Document> document;
  try {
    document = Document::read(bytes, format, kLimits);
  } catch (const std::invalid_argument&) {
    return;
  }
  std::vector<std::string> reversed, capitals;
  for (const DocumentText& text : document->texts()) {
    check(!is_blank(text.text), "texts have something to translate");
    check(text.text.find('\n') == std::string::npos, "a text is a line");
    check(!find_invalid_utf8(text.text), "texts are UTF-8");
    reversed.push_back(words_reversed(text));
    capitals.push_back(in_capitals(text));
  }
  // A '<' that begins no tag is written as a reference.
  check(format == DocumentFormat::html || document->with_translations(texts_of(*document)) == bytes,
        "what is not translated stays as it is");
  for (const auto& translations : {reversed, capitals, std::vector<std::string>(reversed.size(), "x & <y> </g>")}) {
    const std::string translated = document->with_translations(translations);
    if (format == DocumentFormat::docx || format == DocumentFormat::odt)
      (void)Document::read(translated, format, {.unpacked = 1 << 26});
  }
}

}  // namespace

void fuzz_documents(std::string_view bytes) {
  if (bytes.empty()) return;
  const std::string rest(bytes.substr(1));
  switch (bytes.front()) {
    case 't':
      return read_and_write(rest, DocumentFormat::text);
    case 'h':
      return read_and_write(rest, DocumentFormat::html);
    case 's':
      return read_and_write(rest, DocumentFormat::srt);
    case 'D':
      return read_and_write(rest, DocumentFormat::docx);
    case 'O':
      return read_and_write(rest, DocumentFormat::odt);
    case 'd':
      return read_and_write(word_document(rest), DocumentFormat::docx);
    default:
      return read_and_write(odf_document(rest), DocumentFormat::odt);
  }
}

}  // namespace dragoman
