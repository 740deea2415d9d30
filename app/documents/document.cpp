#include "app/documents/document.h"

#include "app/documents/html_document.h"
#include "app/documents/office_document.h"
#include "app/documents/subtitle_document.h"
#include "app/documents/text_document.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <stdexcept>
#include <utility>

namespace dragoman {
namespace {

constexpr auto kExtensions =
    std::to_array<std::pair<std::string_view, DocumentFormat>>({{".txt", DocumentFormat::text},
                                                                {".md", DocumentFormat::text},
                                                                {".html", DocumentFormat::html},
                                                                {".htm", DocumentFormat::html},
                                                                {".xhtml", DocumentFormat::html},
                                                                {".srt", DocumentFormat::srt},
                                                                {".docx", DocumentFormat::docx},
                                                                {".odt", DocumentFormat::odt}});

}  // namespace

std::vector<std::string_view> document_extensions() {
  std::vector<std::string_view> extensions;
  for (const auto& [extension, format] : kExtensions) extensions.push_back(extension);
  return extensions;
}

std::optional<DocumentFormat> document_format_of(std::string_view file_name) {
  std::string name(file_name);
  for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  for (const auto& [extension, format] : kExtensions) {
    if (name.ends_with(extension)) return format;
  }
  return std::nullopt;
}

std::unique_ptr<Document> Document::read(std::string bytes, DocumentFormat format, const DocumentLimits& limits) {
  switch (format) {
    case DocumentFormat::html:
      return std::make_unique<HtmlDocument>(bytes, limits);
    case DocumentFormat::srt:
      return std::make_unique<SubtitleDocument>(std::move(bytes));
    case DocumentFormat::docx:
    case DocumentFormat::odt:
      return std::make_unique<OfficeDocument>(std::move(bytes), format, limits);
    case DocumentFormat::text:
      break;
  }
  return std::make_unique<TextDocument>(std::move(bytes));
}

std::string Document::with_translations(std::span<const std::string> translations) const {
  if (translations.size() != texts_.size())
    throw std::invalid_argument(
        fmt::format("a document of {} texts is given {} translations", texts_.size(), translations.size()));
  return translated(translations);
}

}  // namespace dragoman
