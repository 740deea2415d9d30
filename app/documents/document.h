#pragma once

#include "base/enum_names.h"
#include "decoding/markup/markup_kind.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

/// Files that are translated whole and keep their form.
enum class DocumentFormat { text, html, srt, docx, odt };

template <>
inline constexpr auto kEnumNames<DocumentFormat> = enum_names<DocumentFormat>({{DocumentFormat::text, "txt"},
                                                                               {DocumentFormat::html, "html"},
                                                                               {DocumentFormat::srt, "srt"},
                                                                               {DocumentFormat::docx, "docx"},
                                                                               {DocumentFormat::odt, "odt"}});

/// The ends of names of files that can be read, ".txt" first.
std::vector<std::string_view> document_extensions();

/// What a file is by the end of its name, in small or capital letters; nothing if it is none of these.
std::optional<DocumentFormat> document_format_of(std::string_view file_name);

/// A part of a document that is translated by itself: a line, a paragraph, a subtitle.
struct DocumentText {
  std::string text;  ///< in UTF-8, without line feeds
  /// Of text with markup the translation must have each tag exactly once, and nested: TranslatorOptions' markup.
  Markup markup = Markup::none;

  bool operator==(const DocumentText&) const = default;
};

struct DocumentLimits {
  std::size_t unpacked = std::size_t{32} << 20;  ///< bytes of the text of an archive (docx, odt)
  std::size_t tags = 1'000'000;                  ///< in a page, or the text of an archive; each takes 200 bytes or so
};

/// A file taken apart into what is translated and what is not. May be read by several threads at once.
class Document {
 public:
  virtual ~Document() = default;

  /// Throws std::invalid_argument with one sentence that says what is wrong with `bytes`: no such file, damaged,
  /// protected, not UTF-8 or too large.
  static std::unique_ptr<Document> read(std::string bytes, DocumentFormat format, const DocumentLimits& limits = {});

  /// Those that have letters, in order.
  const std::vector<DocumentText>& texts() const { return texts_; }

  /// The file with these in place of the texts, one for each. What was not translated, all of it if the translations
  /// are the texts, stays as it was. Throws std::invalid_argument if there are more or fewer than texts.
  std::string with_translations(std::span<const std::string> translations) const;

 protected:
  virtual std::string translated(std::span<const std::string> translations) const = 0;

  std::vector<DocumentText> texts_;
};

}  // namespace dragoman
