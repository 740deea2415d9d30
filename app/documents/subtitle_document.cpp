#include "app/documents/subtitle_document.h"

#include "app/documents/subtitle_lines.h"
#include "app/documents/text_document.h"
#include "base/utf8.h"
#include "decoding/markup/markup_scanner.h"
#include "tokenizer/text_lines.h"
#include "tokenizer/text_units.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace dragoman {
namespace {

bool takes_digits(std::string_view& text, std::size_t least, std::size_t most) {
  const std::size_t count = std::min(text.find_first_not_of("0123456789"), text.size());
  if (count < least || count > most) return false;
  text.remove_prefix(count);
  return true;
}

bool takes(std::string_view& text, std::string_view expected) {
  if (!text.starts_with(expected)) return false;
  text.remove_prefix(expected.size());
  return true;
}

// "00:01:02,345", or with a point, as some programs write.
bool takes_time(std::string_view& text) {
  return takes_digits(text, 1, 3) && takes(text, ":") && takes_digits(text, 1, 2) && takes(text, ":") &&
         takes_digits(text, 1, 2) && (takes(text, ",") || takes(text, ".")) && takes_digits(text, 1, 3);
}

bool is_time_line(std::string_view line) {
  if (!takes_time(line)) return false;
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  if (!takes(line, "-->")) return false;
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  return takes_time(line);
}

bool is_number(std::string_view line) {
  return takes_digits(line, 1, 9) && line.empty();
}

bool begins_speech(std::string_view line);

// What stands before the words: positions as "{\an8}", notes, and where somebody begins to speak, tags and a dash.
std::size_t length_of_beginning(std::string_view line) {
  const auto skip = [&](std::size_t at, bool with_tags) {
    while (at < line.size()) {
      const std::string_view rest = line.substr(at);
      std::size_t length = rest.front() == ' ' ? 1 : rest.starts_with("♪") ? std::string_view("♪").size() : 0;
      const bool is_tag = with_tags && rest.front() == '<', is_position = rest.starts_with("{\\");
      if (is_tag || is_position) length = std::min(rest.find(is_tag ? '>' : '}'), rest.size() - 1) + 1;
      if (length == 0) break;
      at += length;
    }
    return at;
  };
  const std::size_t before_dash = skip(0, true);
  for (const std::string_view dash : {"-", "–", "—"}) {
    if (line.substr(before_dash).starts_with(dash)) return skip(before_dash + dash.size(), false);
  }
  return skip(0, false);
}

bool begins_speech(std::string_view line) {
  const std::string_view beginning = line.substr(0, length_of_beginning(line));
  return beginning.find('-') != std::string_view::npos || beginning.find("–") != std::string_view::npos ||
         beginning.find("—") != std::string_view::npos;
}

bool is_subtitle_tag(const MarkupToken& token) {
  return token.kind != MarkupToken::Kind::kText && token.kind != MarkupToken::Kind::kOpaque &&
         std::ranges::count(std::to_array<std::string_view>({"i", "b", "u", "s", "font"}), token.name) > 0;
}

}  // namespace

SubtitleDocument::SubtitleDocument(std::string bytes) : bytes_(std::move(bytes)) {
  require_text(bytes_);
  std::vector<TextRange> lines = lines_of_file(bytes_);
  for (TextRange& line : lines) line = without_spaces(bytes_, line);
  const auto line = [&](std::size_t i) {
    return std::string_view(bytes_).substr(lines[i].begin, lines[i].end - lines[i].begin);
  };
  bool has_begun = false;
  std::vector<TextRange> speech;
  const auto end_speech = [&] {
    add_speech(speech);
    speech.clear();
  };
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const bool is_numbered = i + 1 < lines.size() && is_number(line(i)) && is_time_line(line(i + 1));
    if (is_numbered || is_time_line(line(i)) || is_blank(line(i))) {
      has_begun = has_begun || is_time_line(line(i));
      end_speech();
      continue;
    }
    if (!has_begun) continue;
    if (begins_speech(line(i))) end_speech();
    speech.push_back(lines[i]);
  }
  end_speech();
  if (!has_begun)
    throw std::invalid_argument("it has no subtitles: no line has two times, as '00:00:01,000 --> 00:00:02,500'");
}

void SubtitleDocument::add_speech(std::span<const TextRange> lines) {
  if (lines.empty()) return;
  const std::string_view bytes(bytes_);
  TextRange range{lines.front().begin, lines.back().end};
  range.begin += length_of_beginning(bytes.substr(range.begin, lines.front().end - range.begin));
  while (bytes.substr(range.begin, range.end - range.begin).ends_with("♪"))
    range = without_spaces(bytes, {range.begin, range.end - std::string_view("♪").size()});
  const std::string whole = in_one_line(bytes.substr(range.begin, range.end - range.begin));
  if (!has_letter(whole)) return;
  std::string text, marked;
  bool has_tags = false;
  for (const MarkupToken& token : scan_markup(whole, Markup::html)) {
    has_tags = has_tags || is_subtitle_tag(token);
    marked += is_subtitle_tag(token) ? std::string(token.bytes) : escaped_subtitle(token.bytes);
  }
  texts_.push_back(has_tags ? DocumentText{marked, Markup::html} : DocumentText{whole});
  const std::size_t end = bytes.find_first_of("\r\n", lines.front().end);
  const std::string_view line_end = end == std::string_view::npos           ? "\n"
                                    : bytes.substr(end).starts_with("\r\n") ? "\r\n"
                                    : bytes.substr(end).starts_with('\r')   ? "\r"
                                                                            : "\n";
  speeches_.push_back({range, lines.size() > 1, line_end});
}

std::string SubtitleDocument::translated(std::span<const std::string> translations) const {
  constexpr std::size_t kWidth = 42;  // characters, of what broadcasters ask for
  std::vector<TextRange> ranges;
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < translations.size(); ++i) {
    const Speech& speech = speeches_[i];
    ranges.push_back(speech.range);
    if (translations[i] == texts_[i].text) {
      parts.push_back(bytes_.substr(speech.range.begin, speech.range.end - speech.range.begin));
      continue;
    }
    const std::string text = texts_[i].markup == Markup::html ? translations[i] : escaped_subtitle(translations[i]);
    parts.push_back(subtitle_lines(in_one_line(text), speech.has_several_lines ? kWidth : 0, speech.line_end));
  }
  return with_parts(bytes_, ranges, parts);
}

}  // namespace dragoman
