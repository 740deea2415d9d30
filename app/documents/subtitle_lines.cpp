#include "app/documents/subtitle_lines.h"

#include "decoding/markup/decoded_text.h"
#include "decoding/markup/markup_scanner.h"
#include "tokenizer/text_units.h"

#include <algorithm>
#include <limits>
#include <span>
#include <vector>

namespace dragoman {
namespace {

// What is not broken.
struct LinePart {
  std::string bytes;
  std::size_t width = 0;
  bool has_blank_before = false;
  bool ends_with_mark = false;  // a comma, say
};

// Between characters of scripts without blanks a line may be broken, but not before or behind every mark.
bool breaks_between(std::string_view text, const TextUnit& unit, const TextUnit& next) {
  if (unit.range.end != next.range.begin || !next.is_word) return false;
  const std::string_view before = text.substr(unit.range.begin, unit.range.end - unit.range.begin);
  return unit.is_word || before == "、" || before == "。" || before == "，" || before == "！" || before == "？";
}

class LineParts {
 public:
  explicit LineParts(std::string_view marked) {
    for (const MarkupToken& token : scan_markup(marked, Markup::html)) {
      if (token.kind == MarkupToken::Kind::kText)
        add_text(decode_text(token.bytes, Markup::html).text);
      else
        add_tag(token);
    }
    if (!tags_.empty() && !parts_.empty()) parts_.back().bytes += tags_;
  }

  const std::vector<LinePart>& parts() const { return parts_; }

 private:
  void add_text(const std::string& text) {
    const std::vector<TextUnit> units = units_of(text);
    for (std::size_t i = 0; i < units.size(); ++i) {
      const TextRange& range = units[i].range;
      const bool has_blank = i == 0 ? range.begin > 0 : units[i - 1].range.end < range.begin;
      has_blank_ = has_blank_ || has_blank;
      const std::string_view unit = std::string_view(text).substr(range.begin, range.end - range.begin);
      if (parts_.empty() || has_blank_ || (i > 0 && breaks_between(text, units[i - 1], units[i])))
        parts_.push_back({"", 0, has_blank_ && !parts_.empty()});
      parts_.back().bytes += tags_;
      parts_.back().bytes += unit;
      parts_.back().width += columns_of(unit);
      parts_.back().ends_with_mark = !units[i].is_word;
      tags_.clear();
      has_blank_ = false;
    }
    has_blank_ = has_blank_ || (!text.empty() && (units.empty() || units.back().range.end < text.size()));
  }

  // An end tag belongs to the word before it, a start tag to the one behind.
  void add_tag(const MarkupToken& token) {
    if (token.kind == MarkupToken::Kind::kClose && tags_.empty() && !parts_.empty())
      parts_.back().bytes += token.bytes;
    else
      tags_ += token.bytes;
  }

  std::vector<LinePart> parts_;
  std::string tags_;  // that no word follows as yet
  bool has_blank_ = false;
};

// Where lines end, so that each has at most `width` if that can be, and the sum of their squared widths is least: five
// columns off the middle are as bad as a line that ends within a clause.
std::vector<std::size_t> line_ends(const std::vector<LinePart>& parts, std::size_t width) {
  constexpr double kWithinClause = 50;
  struct Best {
    std::size_t lines = 0;
    double squares = 0;
    std::size_t begin = 0;  // of the last line
  };
  std::vector<Best> best(parts.size() + 1);
  for (std::size_t end = 1; end <= parts.size(); ++end) {
    best[end] = {std::numeric_limits<std::size_t>::max(), 0, 0};
    std::size_t columns = 0;
    for (std::size_t begin = end; begin-- > 0;) {
      columns += parts[begin].width + (begin + 1 < end && parts[begin + 1].has_blank_before ? 1 : 0);
      if (columns > width && begin + 1 < end) break;
      const std::size_t lines = best[begin].lines + 1;
      const double end_cost = end == parts.size() || parts[end - 1].ends_with_mark ? 0 : kWithinClause;
      const double squares =
          best[begin].squares + static_cast<double>(columns) * static_cast<double>(columns) + end_cost;
      if (lines < best[end].lines || (lines == best[end].lines && squares < best[end].squares))
        best[end] = {lines, squares, begin};
    }
  }
  std::vector<std::size_t> ends;
  for (std::size_t end = parts.size(); end > 0; end = best[end].begin) ends.push_back(end);
  std::ranges::reverse(ends);
  return ends;
}

}  // namespace

std::string escaped_subtitle(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '&')
      escaped += "&amp;";
    else if (c == '<')
      escaped += "&lt;";
    else if (c == '>')
      escaped += "&gt;";
    else
      escaped += c;
  }
  return escaped;
}

std::string subtitle_lines(std::string_view marked, std::size_t width, std::string_view line_end) {
  const LineParts found(marked);
  const std::vector<LinePart>& parts = found.parts();
  const std::vector<std::size_t> ends = width == 0 ? std::vector{parts.size()} : line_ends(parts, width);
  std::string text;
  std::size_t at = 0;
  for (const std::size_t end : ends) {
    if (at > 0) text += line_end;
    for (const std::size_t begin = at; at < end; ++at) {
      if (at > begin && parts[at].has_blank_before) text += ' ';
      text += parts[at].bytes;
    }
  }
  return text;
}

}  // namespace dragoman
