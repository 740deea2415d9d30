#pragma once

#include "app/documents/document.h"
#include "app/documents/inline_item.h"

#include <cstddef>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

/// How letters of a format are written.
struct LetterFormat {
  std::string before, behind;
};

/// The text of a file of XML, in stretches that are translated by themselves, and the file with translations in their
/// place.
///
/// In a stretch, text of another format than most of it, and what surrounds text, is an element `<g id="1">…</g>`, and
/// what stands in it an element `<x id="2"/>`. What stands at its ends is not in it.
class TranslatedXml {
 public:
  /// Begins a paragraph, whose bytes are `source`, in the one that has begun last and not ended. Returns its number.
  int begin_paragraph(std::string_view source);
  /// Ends it. `opening` and `closing`: its tags.
  void end_paragraph(std::string_view opening, std::vector<InlineItem> items, std::string_view closing);

  /// The number of a format, which is the same for equal ones.
  int format(const LetterFormat& letters);
  /// The same bytes, which live as long as this object.
  std::string_view kept(std::string bytes);

  /// Ends the reading. `whole`: all of the file.
  void finish(XmlFragment whole) { whole_ = std::move(whole); }

  std::vector<DocumentText> texts() const;

  /// The file with these in place of texts(). Paragraphs of which none is changed stay byte for byte. A translation
  /// that has not all elements once, nested, is written without them, and what they stand for behind it.
  std::string with_translations(std::span<const std::string> translations) const;

 private:
  struct Mark {
    int format = -1;  // of text in it that is in no other element
    XmlFragment open = {}, close = {};
  };
  struct Stretch {
    std::string text;
    XmlFragment written;
    int format = -1;
    std::map<std::string, Mark, std::less<>> marks = {};  // by their start tags
  };
  struct Paragraph {
    std::string_view source;
    int parent;
    XmlFragment content = {};
    std::vector<int> stretches = {};
  };
  class StretchText;
  class Writer;

  void add_stretch(std::span<const InlineItem> items, Paragraph& paragraph);

  std::vector<Stretch> stretches_;
  std::vector<Paragraph> paragraphs_;
  std::vector<int> open_;  // paragraphs that have not ended
  std::vector<LetterFormat> formats_;
  std::map<std::string, int> format_numbers_;
  std::vector<std::unique_ptr<std::string>> kept_;
  XmlFragment whole_;
};

}  // namespace dragoman
