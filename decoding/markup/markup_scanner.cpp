#include "decoding/markup/markup_scanner.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace dragoman {
namespace {

using Names = std::initializer_list<std::string_view>;

bool is_among(Names names, std::string_view name) {
  return std::ranges::count(names, name) > 0;
}

// HTML Living Standard, section 13.1.2, and what once was there.
bool is_void(std::string_view name) {
  return is_among({"area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "img", "input", "keygen",
                   "link", "meta", "param", "source", "track", "wbr"},
                  name);
}

// Their content is no markup, and no text for a reader.
bool is_raw(std::string_view name) {
  return is_among({"iframe", "noembed", "noframes", "script", "style", "template", "xmp"}, name);
}

// What they have is to be typed or computed, not read in a language.
bool is_verbatim(std::string_view name) {
  return is_among({"code", "kbd", "math", "samp", "svg", "tt", "var"}, name);
}

bool is_markup_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

bool begins_name(char c, Markup markup) {
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return letter || (markup == Markup::xml && (c == '_' || c == ':' || static_cast<unsigned char>(c) >= 0x80));
}

std::string in_small_letters(std::string_view text) {
  std::string small(text);
  for (char& c : small) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return small;
}

struct TagAttributes {
  std::size_t end = 0;  // behind the '>'
  bool closes_itself = false, translated = true;
};

bool has_word(std::string_view text, std::string_view word) {
  for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || is_markup_space(text[at - 1])) && (end == text.size() || is_markup_space(text[end]))) return true;
  }
  return false;
}

void note_attribute(std::string_view name, std::string_view value, TagAttributes& attributes) {
  const std::string small = in_small_letters(name);
  if (small == "translate" || small == "its:translate") attributes.translated = in_small_letters(value) != "no";
  if (small == "class" && has_word(value, "notranslate")) attributes.translated = false;
}

// Reads on from `at`, behind a tag's name, to its end; none if it has none.
std::optional<TagAttributes> attributes_at(std::string_view text, std::size_t at) {
  TagAttributes attributes;
  while (true) {
    while (at < text.size() && (is_markup_space(text[at]) || text[at] == '/')) ++at;
    if (at >= text.size()) return std::nullopt;
    if (text[at] == '>') {
      attributes.end = at + 1;
      attributes.closes_itself = text[at - 1] == '/';
      return attributes;
    }
    const std::size_t name = at++;
    while (at < text.size() && !is_markup_space(text[at]) && text[at] != '/' && text[at] != '>' && text[at] != '=')
      ++at;
    const std::size_t name_end = at;
    while (at < text.size() && is_markup_space(text[at])) ++at;
    if (at >= text.size() || text[at] != '=') continue;
    ++at;
    while (at < text.size() && is_markup_space(text[at])) ++at;
    if (at >= text.size()) return std::nullopt;
    std::size_t value = at;
    if (text[at] == '"' || text[at] == '\'') {
      value = at + 1;
      at = text.find(text[at], value);
      if (at == std::string_view::npos) return std::nullopt;
      note_attribute(text.substr(name, name_end - name), text.substr(value, at - value), attributes);
      ++at;
    } else {
      while (at < text.size() && !is_markup_space(text[at]) && text[at] != '>') ++at;
      note_attribute(text.substr(name, name_end - name), text.substr(value, at - value), attributes);
      if (at < text.size() && text[at] == '>' && text[at - 1] == '/') --at;  // <x a=b/>
    }
  }
}

class MarkupScanner {
 public:
  MarkupScanner(std::string_view text, Markup markup) : text_(text), markup_(markup) {}

  std::vector<MarkupToken> scan() {
    while (at_ < text_.size()) {
      if (!read_markup()) ++at_;
    }
    end_text();
    return std::move(tokens_);
  }

 private:
  void end_text() {
    if (text_begin_ < at_) tokens_.push_back({MarkupToken::Kind::kText, text_.substr(text_begin_, at_ - text_begin_)});
    text_begin_ = at_;
  }

  void add(MarkupToken::Kind kind, std::size_t end, std::string name = {}, bool translated = true) {
    end_text();
    tokens_.push_back({kind, text_.substr(at_, end - at_), std::move(name), translated});
    at_ = text_begin_ = end;
  }

  bool read_until(std::string_view begin, std::string_view end) {
    if (!text_.substr(at_).starts_with(begin)) return false;
    const std::size_t found = text_.find(end, at_ + begin.size());
    add(MarkupToken::Kind::kOpaque, found == std::string_view::npos ? text_.size() : found + end.size());
    return true;
  }

  bool read_markup() {
    if (text_[at_] != '<' || markup_ == Markup::none) return false;
    if (read_until("<!--", "-->") || read_until("<![CDATA[", "]]>")) return true;
    if (read_until("<?", markup_ == Markup::xml ? "?>" : ">")) return true;
    const char next = at_ + 1 < text_.size() ? text_[at_ + 1] : ' ';
    if (next == '!') {
      const char behind = at_ + 2 < text_.size() ? text_[at_ + 2] : ' ';
      return begins_name(behind, Markup::html) && text_.find('>', at_) != std::string_view::npos &&
             read_until("<!", ">");
    }
    return read_tag();
  }

  bool read_tag() {
    const bool closes = text_.substr(at_).starts_with("</");
    const std::size_t begin = at_ + (closes ? 2 : 1);
    if (begin >= text_.size() || !begins_name(text_[begin], markup_)) return false;
    if (no_tag_ends_) return false;
    std::size_t end = begin;
    while (end < text_.size() && !is_markup_space(text_[end]) && text_[end] != '/' && text_[end] != '>') ++end;
    const std::optional<TagAttributes> attributes = attributes_at(text_, end);
    if (!attributes) {
      read_in_vain_ += text_.size() - end;
      no_tag_ends_ = read_in_vain_ > kMostReadings * text_.size();
      return false;
    }
    const std::string_view written = text_.substr(begin, end - begin);
    add_tag(closes, markup_ == Markup::html ? in_small_letters(written) : std::string(written), *attributes);
    return true;
  }

  void add_tag(bool closes, std::string name, const TagAttributes& attributes) {
    using enum MarkupToken::Kind;
    const bool html = markup_ == Markup::html;
    if (closes) return add(kClose, attributes.end, std::move(name));
    if (attributes.closes_itself || (html && is_void(name))) return add(kEmpty, attributes.end, std::move(name));
    if (html && is_raw(name)) {
      const std::size_t end = end_of_raw(name, attributes.end);
      return add(kOpaque, end, std::move(name));
    }
    const bool translated = attributes.translated && !(html && is_verbatim(name));
    add(kOpen, attributes.end, std::move(name), translated);
  }

  // Behind the end tag of an element that has no others.
  std::size_t end_of_raw(const std::string& name, std::size_t from) const {
    for (std::size_t at = text_.find("</", from); at != std::string_view::npos; at = text_.find("</", at + 2)) {
      const std::size_t behind = at + 2 + name.size();
      if (behind >= text_.size() || in_small_letters(text_.substr(at + 2, name.size())) != name) continue;
      if (begins_name(text_[behind], Markup::html)) continue;
      const std::size_t end = text_.find('>', behind);
      if (end != std::string_view::npos) return end + 1;
    }
    return text_.size();
  }

  std::string_view text_;
  Markup markup_;
  std::vector<MarkupToken> tokens_;
  std::size_t at_ = 0, text_begin_ = 0;
  // Each tag without an end is read to the end of the text. A text that is full of them is no markup.
  static constexpr std::size_t kMostReadings = 64;
  std::size_t read_in_vain_ = 0;
  bool no_tag_ends_ = false;
};

}  // namespace

std::vector<MarkupToken> scan_markup(std::string_view text, Markup markup) {
  return MarkupScanner(text, markup).scan();
}

// HTML Living Standard, section 15.3: what is displayed as a block, as a part of a table or list, or breaks a line.
bool separates_texts(std::string_view name) {
  return is_among(
      {"address",  "article",    "aside",    "blockquote", "body",    "br",        "button",   "caption", "center",
       "col",      "colgroup",   "dd",       "details",    "dialog",  "dir",       "div",      "dl",      "dt",
       "fieldset", "figcaption", "figure",   "footer",     "form",    "frame",     "frameset", "h1",      "h2",
       "h3",       "h4",         "h5",       "h6",         "head",    "header",    "hgroup",   "hr",      "html",
       "iframe",   "legend",     "li",       "link",       "listing", "main",      "menu",     "meta",    "nav",
       "noframes", "ol",         "optgroup", "option",     "p",       "plaintext", "pre",      "search",  "section",
       "select",   "summary",    "table",    "tbody",      "td",      "textarea",  "tfoot",    "th",      "thead",
       "title",    "tr",         "ul",       "xmp"},
      name);
}

}  // namespace dragoman
