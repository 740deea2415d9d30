#include "metrics/bleu_tokenizer.h"

#include <cstddef>
#include <fmt/format.h>
#include <stdexcept>

namespace dragoman {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_stop_or_comma(char c) {
  return c == '.' || c == ',';
}

// ASCII punctuation and the space, except the apostrophe and what the later rules decide: stop, comma, dash.
bool is_symbol(char c) {
  return (c >= ' ' && c <= '&') || (c >= '(' && c <= '+') || c == '/' || (c >= ':' && c <= '@') ||
         (c >= '[' && c <= '`') || (c >= '{' && c <= '~');
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  std::size_t at = text.find(from);
  if (at == std::string::npos) return;
  std::string result;
  std::size_t copied = 0;
  for (; at != std::string::npos; at = text.find(from, copied)) {
    result.append(text, copied, at - copied).append(to);
    copied = at + from.size();
  }
  result.append(text, copied);
  text = std::move(result);
}

// mteval-v13a's language-independent part. The order matters: "&amp;lt;" becomes "<", "&amp;quot;" becomes "&quot;".
void undo_markup(std::string& line) {
  replace_all(line, "<skipped>", "");
  replace_all(line, "-\n", "");
  replace_all(line, "\n", " ");
  if (line.find('&') == std::string::npos) return;
  replace_all(line, "&quot;", "\"");
  replace_all(line, "&amp;", "&");
  replace_all(line, "&lt;", "<");
  replace_all(line, "&gt;", ">");
}

// The rules of the language-dependent part, each over the whole line before the next one. Within a rule, a character
// that was part of one match is not looked at again for the next: of two stops in a row, a rule sees every other one.
// Each looks at ASCII and at "anything but a digit", so bytes stand for characters.

std::string separate_symbols(std::string_view line) {
  std::string result;
  result.reserve(line.size() * 2 + 8);
  for (const char c : line) {
    if (is_symbol(c)) {
      result += {' ', c, ' '};
    } else {
      result += c;
    }
  }
  return result;
}

std::string separate_stops_after_nondigit(std::string_view line) {
  std::string result;
  result.reserve(line.size() + line.size() / 4 + 8);
  for (std::size_t i = 0; i < line.size(); ++i) {
    result += line[i];
    if (i + 1 < line.size() && !is_digit(line[i]) && is_stop_or_comma(line[i + 1])) {
      result += {' ', line[i + 1], ' '};
      ++i;
    }
  }
  return result;
}

std::string separate_stops_before_nondigit(std::string_view line) {
  std::string result;
  result.reserve(line.size() + line.size() / 4 + 8);
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (i + 1 < line.size() && is_stop_or_comma(line[i]) && !is_digit(line[i + 1])) {
      result += {' ', line[i], ' ', line[i + 1]};
      ++i;
    } else {
      result += line[i];
    }
  }
  return result;
}

std::string separate_dashes_after_digit(std::string_view line) {
  std::string result;
  result.reserve(line.size() + 8);
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '-' && i > 0 && is_digit(line[i - 1])) {
      result += " - ";
    } else {
      result += line[i];
    }
  }
  return result;
}

}  // namespace

void tokenize_for_bleu(BleuTokenizer tokenizer, std::string_view line, std::string& text) {
  text = line;
  if (tokenizer == BleuTokenizer::kNone) return;
  undo_markup(text);
  // The rules need a neighbour on either side of every stop.
  text.insert(text.begin(), ' ');
  text += ' ';
  text = separate_symbols(text);
  text = separate_stops_after_nondigit(text);
  text = separate_stops_before_nondigit(text);
  text = separate_dashes_after_digit(text);
}

std::string piece_tokenizer_name(const std::filesystem::path& model) {
  const std::string stem = model.stem().string();
  if (stem == "sacrebleu_tokenizer_spm") return "flores101";
  if (stem == "flores200sacrebleuspm") return "flores200";
  if (stem == "spbleu-1k_tokenizer_spm") return "spBLEU-1K";
  std::string name = stem;
  // Signatures are divided at these.
  for (char& c : name) {
    if (c == ':' || c == '|') c = '_';
  }
  return name;
}

}  // namespace dragoman
