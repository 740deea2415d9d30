#include "app/documents/translated_xml.h"

#include "app/documents/inline_items.h"
#include "app/documents/text_document.h"
#include "base/markup.h"
#include "decoding/markup/decoded_text.h"
#include "decoding/markup/markup_scanner.h"
#include "tokenizer/text_units.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace dragoman {

int TranslatedXml::begin_paragraph(std::string_view source) {
  paragraphs_.push_back({source, open_.empty() ? -1 : open_.back()});
  open_.push_back(static_cast<int>(paragraphs_.size()) - 1);
  return open_.back();
}

void TranslatedXml::end_paragraph(std::string_view opening, std::vector<InlineItem> items, std::string_view closing) {
  Paragraph& paragraph = paragraphs_[static_cast<std::size_t>(open_.back())];
  paragraph.content.push_back({opening});
  items = simplified(std::move(items));
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= items.size(); ++i) {
    if (i < items.size() && items[i].kind != InlineItem::Kind::kBreak) continue;
    add_stretch(std::span(items).subspan(begin, i - begin), paragraph);
    if (i < items.size()) paragraph.content += items[i].written;
    begin = i + 1;
  }
  paragraph.content.push_back({closing});
  open_.pop_back();
}

int TranslatedXml::format(const LetterFormat& letters) {
  const auto [found, is_new] =
      format_numbers_.try_emplace(letters.before + '\0' + letters.behind, static_cast<int>(formats_.size()));
  if (is_new) formats_.push_back(letters);
  return found->second;
}

std::string_view TranslatedXml::kept(std::string bytes) {
  kept_.push_back(std::make_unique<std::string>(std::move(bytes)));
  return *kept_.back();
}

// The text of a stretch with its elements.
class TranslatedXml::StretchText {
 public:
  explicit StretchText(std::span<const InlineItem> items) : items_(items) {
    stretch_.format = most_frequent_format(items);
    usual_.push_back(stretch_.format);
    for (std::size_t i = 0; i < items.size(); ++i) add(i);
    end_format();
    stretch_.written = dragoman::written(items);
  }

  Stretch take() { return std::move(stretch_); }

 private:
  static int most_frequent_format(std::span<const InlineItem> items) {
    std::map<int, std::size_t> sizes;
    for (const InlineItem& item : items) {
      if (item.kind == InlineItem::Kind::kText) sizes[item.format] += item.text.size();
    }
    const auto most = std::ranges::max_element(sizes, {}, [](const auto& one) { return one.second; });
    return most == sizes.end() ? -1 : most->first;
  }

  int first_format(std::size_t begin) const {
    const auto first = std::ranges::find(items_.subspan(begin), InlineItem::Kind::kText, &InlineItem::kind);
    return first->format;  // what surrounds no text is a point
  }

  void add(std::size_t i) {
    using enum InlineItem::Kind;
    const InlineItem& item = items_[i];
    if (item.kind != kText || item.format != format_) end_format();
    if (item.kind == kText) {
      if (item.format != usual_.back() && item.format != format_) {
        begin_element({item.format});
        format_ = item.format;
      }
      stretch_.text += item.text;
    } else if (item.kind == kOpen) {
      usual_.push_back(first_format(i));
      around_.push_back(begin_element({usual_.back(), item.written}));
    } else if (item.kind == kClose) {
      around_.back()->close = item.written;
      around_.pop_back();
      usual_.pop_back();
      stretch_.text += "</g>";
    } else {
      add_mark(fmt::format("<x id=\"{}\"/>", ++count_), {-1, item.written});
    }
  }

  Mark* begin_element(Mark mark) { return add_mark(fmt::format("<g id=\"{}\">", ++count_), std::move(mark)); }

  Mark* add_mark(const std::string& tag, Mark mark) {
    stretch_.text += tag;
    return &stretch_.marks.emplace(tag, std::move(mark)).first->second;
  }

  void end_format() {
    if (format_ == kNone) return;
    stretch_.text += "</g>";
    format_ = kNone;
  }

  static constexpr int kNone = -2;
  std::span<const InlineItem> items_;
  Stretch stretch_;
  std::vector<int> usual_;  // formats, of the stretch and of what is open
  int format_ = kNone;      // of the element that has not ended
  int count_ = 0;
  std::vector<Mark*> around_;
};

void TranslatedXml::add_stretch(std::span<const InlineItem> items, Paragraph& paragraph) {
  const OuterItems rest = outer_items(items);
  const std::span<const InlineItem> inner = items.subspan(rest.begin, rest.end - rest.begin);
  std::string text;
  for (const InlineItem& item : inner) {
    if (item.kind == InlineItem::Kind::kText) text += decode_text(item.text, Markup::xml).text;
  }
  if (!has_letter(text)) {
    paragraph.content += written(items);
    return;
  }
  paragraph.content += written(items.first(rest.begin));
  paragraph.content.push_back({.bytes = {}, .stretch = static_cast<int>(stretches_.size())});
  paragraph.content += written(items.subspan(rest.end));
  paragraph.stretches.push_back(static_cast<int>(stretches_.size()));
  stretches_.push_back(StretchText(inner).take());
}

std::vector<DocumentText> TranslatedXml::texts() const {
  std::vector<DocumentText> texts;
  for (const Stretch& stretch : stretches_) texts.push_back({stretch.text, Markup::xml});
  return texts;
}

class TranslatedXml::Writer {
 public:
  Writer(const TranslatedXml& xml, std::span<const std::string> translations)
      : xml_(xml), translations_(translations), is_changed_(xml.paragraphs_.size()) {
    // A paragraph is behind the one that it is in.
    for (std::size_t i = xml.paragraphs_.size(); i-- > 0;) {
      const Paragraph& paragraph = xml.paragraphs_[i];
      is_changed_[i] = is_changed_[i] || std::ranges::any_of(paragraph.stretches, [&](int stretch) {
                         return text_of(stretch) != xml_.stretches_[static_cast<std::size_t>(stretch)].text;
                       });
      if (is_changed_[i] && paragraph.parent >= 0) is_changed_[static_cast<std::size_t>(paragraph.parent)] = true;
    }
  }

  std::string operator()() {
    write(xml_.whole_);
    return std::move(out_);
  }

 private:
  const std::string& text_of(int stretch) const { return translations_[static_cast<std::size_t>(stretch)]; }

  void write(const XmlFragment& fragment) {
    for (const XmlChunk& chunk : fragment) {
      if (chunk.paragraph >= 0) {
        const auto number = static_cast<std::size_t>(chunk.paragraph);
        if (is_changed_[number])
          write(xml_.paragraphs_[number].content);
        else
          out_ += xml_.paragraphs_[number].source;
      } else if (chunk.stretch >= 0) {
        write_stretch(chunk.stretch);
      } else {
        out_ += chunk.bytes;
      }
    }
  }

  void write_stretch(int number) {
    const Stretch& stretch = xml_.stretches_[static_cast<std::size_t>(number)];
    const std::string& text = text_of(number);
    if (text == stretch.text) return write(stretch.written);
    const std::vector<MarkupToken> tokens = scan_markup(text, Markup::xml);
    if (has_all_marks(tokens, stretch))
      write_marked(tokens, stretch);
    else
      write_without_marks(tokens, stretch);
  }

  static bool has_all_marks(const std::vector<MarkupToken>& tokens, const Stretch& stretch) {
    using enum MarkupToken::Kind;
    std::set<std::string_view> found;
    std::size_t depth = 0;
    for (const MarkupToken& token : tokens) {
      if (token.kind == kText) continue;
      if (token.kind == kClose) {
        if (token.bytes != "</g>" || depth == 0) return false;
        --depth;
        continue;
      }
      if (!stretch.marks.contains(token.bytes) || !found.insert(token.bytes).second) return false;
      if (token.kind == kOpen) ++depth;
    }
    return depth == 0 && found.size() == stretch.marks.size();
  }

  void write_marked(const std::vector<MarkupToken>& tokens, const Stretch& stretch) {
    using enum MarkupToken::Kind;
    std::vector<const Mark*> open;
    std::vector<int> formats{stretch.format};
    for (const MarkupToken& token : tokens) {
      if (token.kind == kText) {
        write_text(token.bytes, formats.back());
      } else if (token.kind == kClose) {
        formats.pop_back();
        write(open.back()->close);
        open.pop_back();
      } else {
        const Mark& mark = stretch.marks.find(token.bytes)->second;
        write(mark.open);
        if (token.kind != kOpen) continue;
        open.push_back(&mark);
        formats.push_back(mark.format);
      }
    }
  }

  void write_without_marks(const std::vector<MarkupToken>& tokens, const Stretch& stretch) {
    std::string text;
    for (const MarkupToken& token : tokens) {
      if (token.kind == MarkupToken::Kind::kText) text += token.bytes;
    }
    write_text(text, stretch.format);
    for (const auto& [tag, mark] : stretch.marks) {
      write(mark.open);
      write(mark.close);
    }
  }

  void write_text(std::string_view bytes, int format) {
    const std::string text = escape_xml(in_one_line(decode_text(bytes, Markup::xml).text));
    if (text.empty()) return;
    if (format < 0) {
      out_ += text;
      return;
    }
    const LetterFormat& letters = xml_.formats_[static_cast<std::size_t>(format)];
    out_ += letters.before;
    out_ += text;
    out_ += letters.behind;
  }

  const TranslatedXml& xml_;
  std::span<const std::string> translations_;
  std::vector<bool> is_changed_;
  std::string out_;
};

std::string TranslatedXml::with_translations(std::span<const std::string> translations) const {
  return Writer(*this, translations)();
}

}  // namespace dragoman
