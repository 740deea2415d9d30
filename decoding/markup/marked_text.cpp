#include "decoding/markup/marked_text.h"

#include "base/utf8.h"
#include "decoding/markup/character_references.h"
#include "decoding/markup/decoded_text.h"
#include "decoding/markup/markup_scanner.h"
#include "decoding/markup/tag_pairs.h"
#include "tokenizer/text_units.h"

#include <algorithm>

namespace dragoman {
namespace {

void overlay(std::vector<std::pair<TextRange, MarkedItem::Kind>>& kept, std::span<const TextRange> more,
             MarkedItem::Kind kind) {
  const std::size_t count = kept.size();
  for (const TextRange& range : more) {
    const auto overlaps = [&](const auto& one) { return one.first.begin < range.end && range.begin < one.first.end; };
    if (std::none_of(kept.begin(), kept.begin() + static_cast<std::ptrdiff_t>(count), overlaps))
      kept.emplace_back(range, kind);
  }
}

}  // namespace

std::string MarkedBlock::bytes() const {
  std::string all;
  for (const MarkedItem& item : items) all += item.bytes;
  return all;
}

class MarkedText::Reader {
 public:
  Reader(std::string_view text, const MarkupRules& rules, MarkedText& result)
      : rules_(rules), result_(result), tokens_(scan_markup(text, rules.markup)), partners_(partners_of(tokens_)) {}

  void read() {
    result_.between_.emplace_back();
    item_of_token_.resize(tokens_.size());
    for (std::size_t i = 0; i < tokens_.size();) i = read_token(i);
    end_block();
  }

 private:
  // Returns the token behind it, or behind the element that it begins.
  std::size_t read_token(std::size_t i) {
    using enum MarkupToken::Kind;
    const MarkupToken& token = tokens_[i];
    if (token.kind == kText) {
      read_text(token.bytes);
      return i + 1;
    }
    // What is last may have no end, and must stay there.
    const bool is_last = token.kind == kOpaque && i + 1 == tokens_.size();
    const bool separates = is_last || (rules_.markup == Markup::html && separates_texts(token.name));
    if (token.kind == kOpen && !token.translated) return read_untranslated(i, separates);
    if (separates) {
      end_block();
      result_.between_.back() += token.bytes;
      if (token.name == "pre" || token.name == "textarea") preformatted_ += token.kind == kOpen ? 1 : -1;
      return i + 1;
    }
    add_tag(i);
    return i + 1;
  }

  void add_tag(std::size_t i) {
    const MarkupToken& token = tokens_[i];
    MarkedItem item{MarkedItem::Kind::kPoint, std::string(token.bytes)};
    if (partners_[i].kind != TagPartner::Kind::kNone)
      item.kind = token.kind == MarkupToken::Kind::kOpen ? MarkedItem::Kind::kOpen : MarkedItem::Kind::kClose;
    if (token.kind == MarkupToken::Kind::kClose && partners_[i].kind == TagPartner::Kind::kToken) {
      const auto [block, index] = item_of_token_[partners_[i].token];
      if (block == block_) {
        item.partner = static_cast<int>(index);
        items_[index].partner = static_cast<int>(items_.size());
      }
    }
    item_of_token_[i] = {block_, items_.size()};
    items_.push_back(std::move(item));
  }

  std::size_t read_untranslated(std::size_t i, bool separates) {
    const bool ends = partners_[i].kind == TagPartner::Kind::kToken;
    const std::size_t end = ends ? partners_[i].token + 1 : tokens_.size();
    MarkedItem item{MarkedItem::Kind::kElement, {}};
    bool has_blocks = separates || !ends;
    for (std::size_t k = i; k < end; ++k) {
      const bool is_text = tokens_[k].kind == MarkupToken::Kind::kText;
      item.bytes += is_text ? without_tags(tokens_[k].bytes) : std::string(tokens_[k].bytes);
      if (is_text) item.text += decode_text(tokens_[k].bytes, rules_.markup).text;
      has_blocks = has_blocks || (rules_.markup == Markup::html && separates_texts(tokens_[k].name));
    }
    if (has_blocks) {
      end_block();
      result_.between_.back() += item.bytes;
    } else {
      if (is_blank(item.text)) item.kind = MarkedItem::Kind::kPoint;
      item.text = with_single_blanks(item.text);
      items_.push_back(std::move(item));
    }
    return end;
  }

  void read_text(std::string_view bytes) {
    while (!bytes.empty()) {
      const DecodedText decoded = decode_until_unknown(bytes, rules_.markup);
      const std::size_t end = decoded.source.back();
      if (!decoded.text.empty()) read_decoded(bytes.substr(0, end), decoded);
      bytes.remove_prefix(end);
      if (bytes.empty()) break;
      const std::size_t length = reference_at(bytes, rules_.markup)->length;
      items_.push_back({MarkedItem::Kind::kPoint, std::string(bytes.substr(0, length))});
      bytes.remove_prefix(length);
    }
  }

  void read_decoded(std::string_view bytes, const DecodedText& decoded) {
    std::vector<std::pair<TextRange, MarkedItem::Kind>> kept;
    if (rules_.placeholders) overlay(kept, rules_.placeholders->find(decoded.text), MarkedItem::Kind::kPlaceholder);
    if (rules_.unknown) overlay(kept, rules_.unknown(decoded.text), MarkedItem::Kind::kHidden);
    std::ranges::sort(kept, {}, [](const auto& one) { return one.first.begin; });
    std::size_t at = 0;
    for (const auto& [range, kind] : kept) {
      if (range.begin < at) continue;
      add_text(bytes, decoded, {at, range.begin});
      add_item(kind, bytes, decoded, range);
      at = range.end;
    }
    add_text(bytes, decoded, {at, decoded.text.size()});
  }

  // Of text that is displayed as it is, what would not stay as it is separates texts: more than a blank.
  void add_text(std::string_view bytes, const DecodedText& decoded, TextRange range) {
    if (preformatted_ <= 0) return add_item(MarkedItem::Kind::kText, bytes, decoded, range);
    std::size_t begin = range.begin;
    for (std::size_t at = range.begin; at < range.end;) {
      const std::size_t spaces = spaces_at_begin(std::string_view(decoded.text).substr(at, range.end - at));
      if (spaces > 1 || (spaces == 1 && decoded.text[at] != ' ')) {
        add_item(MarkedItem::Kind::kText, bytes, decoded, {begin, at});
        end_block();
        begin = at + spaces;
        result_.between_.back() += bytes.substr(decoded.source[at], decoded.source[begin] - decoded.source[at]);
      }
      at += std::max<std::size_t>(spaces, 1);
    }
    add_item(MarkedItem::Kind::kText, bytes, decoded, {begin, range.end});
  }

  // A '<' that begins no tag here might begin one elsewhere.
  std::string without_tags(std::string_view bytes) const {
    std::string escaped;
    for (const char c : bytes) {
      if (c == '<' && rules_.markup != Markup::none)
        escaped += "&lt;";
      else
        escaped += c;
    }
    return escaped;
  }

  void add_item(MarkedItem::Kind kind, std::string_view bytes, const DecodedText& decoded, TextRange range) {
    if (range.begin == range.end) return;
    const std::size_t from = decoded.source[range.begin], to = decoded.source[range.end];
    MarkedItem item{kind, without_tags(bytes.substr(from, to - from)),
                    decoded.text.substr(range.begin, range.end - range.begin)};
    if (kind == MarkedItem::Kind::kText) {
      for (const auto& [at, written] : decoded.references) {
        if (at >= range.begin && at < range.end) item.references.emplace_back(at - range.begin, written);
      }
    }
    items_.push_back(std::move(item));
  }

  // White space at its ends does not belong to a block.
  void end_block() {
    std::string text;
    bool keeps = false;
    for (const MarkedItem& item : items_) {
      if (item.kind == MarkedItem::Kind::kText) text += item.text;
      keeps = keeps || is_kept(item.kind) || item.kind == MarkedItem::Kind::kHidden;
    }
    MarkedBlock block{std::move(items_), rules_.markup};
    items_.clear();
    ++block_;
    if (is_blank(text) && !keeps) {
      if (block.markup == Markup::none) return;
      result_.between_.back() += block.bytes();
      return;
    }
    block.translated = !is_blank(text);
    if (rules_.copies_symbols || keeps) {
      block.translated = rules_.copies_symbols ? has_letter(text) : has_letter_or_digit(text);
    }
    std::string behind;
    if (block.markup != Markup::none && block.translated) {
      result_.between_.back() += cut_begin(block.items.front());
      behind = cut_end(block.items.back());
    }
    result_.blocks_.push_back(std::move(block));
    result_.between_.push_back(std::move(behind));
  }

  static std::string cut_begin(MarkedItem& item) {
    if (item.kind != MarkedItem::Kind::kText) return {};
    const std::size_t spaces = spaces_at_begin(item.text);
    return cut(item, 0, spaces);
  }

  static std::string cut_end(MarkedItem& item) {
    if (item.kind != MarkedItem::Kind::kText) return {};
    const std::size_t spaces = spaces_at_end(item.text);
    return cut(item, item.text.size() - spaces, spaces);
  }

  // White space at either end, with how it was written.
  static std::string cut(MarkedItem& item, std::size_t at, std::size_t length) {
    if (length == 0) return {};
    std::size_t written = length;
    for (const auto& [place, reference] : item.references) {
      if (place < at || place >= at + length) continue;
      std::size_t size = 1;
      while (place + size < item.text.size() && (static_cast<unsigned char>(item.text[place + size]) & 0xC0) == 0x80)
        ++size;
      written += reference.size() - size;
    }
    std::erase_if(item.references, [&](const auto& one) { return one.first >= at && one.first < at + length; });
    if (at == 0) {
      for (auto& one : item.references) one.first -= length;
    }
    item.text.erase(at, length);
    const std::size_t begin = at == 0 ? 0 : item.bytes.size() - written;
    std::string bytes = item.bytes.substr(begin, written);
    item.bytes.erase(begin, written);
    return bytes;
  }

  const MarkupRules& rules_;
  MarkedText& result_;
  std::vector<MarkupToken> tokens_;
  std::vector<TagPartner> partners_;
  std::vector<std::pair<std::size_t, std::size_t>> item_of_token_;  // block and index of start tags
  std::size_t block_ = 0;                                           // counts those that prove to be none, too
  std::vector<MarkedItem> items_;                                   // of the block that is being read
  int preformatted_ = 0;                                            // elements
};

MarkedText::MarkedText(std::string_view text, const MarkupRules& rules) {
  Reader(text, rules, *this).read();
}

std::string MarkedText::with_blocks(std::span<const std::string> translations) const {
  std::string text = between_.front();
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    text += translations[i];
    text += between_[i + 1];
  }
  return text;
}

}  // namespace dragoman
