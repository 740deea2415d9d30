#include "metrics/text_table.h"

#include <algorithm>
#include <cstddef>

namespace dragoman {
namespace {

std::size_t column_count(const TextTable& table) {
  std::size_t columns = 0;
  for (const auto& row : table) columns = std::max(columns, row.size());
  return columns;
}

// Characters, taken as equally wide.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char byte) { return (byte & 0xC0) != 0x80; }));
}

std::vector<std::size_t> column_widths(const TextTable& table) {
  std::vector<std::size_t> widths(column_count(table));
  for (const auto& row : table) {
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], width_of(row[c]));
  }
  return widths;
}

std::string format_row(const std::vector<std::string>& row, const std::vector<std::size_t>& widths) {
  std::string line;
  for (std::size_t c = 0; c < row.size(); ++c) {
    const std::string padding(widths[c] - width_of(row[c]), ' ');
    if (c > 0) line += "  ";
    line += c == 0 ? row[c] + padding : padding + row[c];
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

}  // namespace

std::string format_columns(const TextTable& table) {
  const std::vector<std::size_t> widths = column_widths(table);
  std::string text;
  for (std::size_t r = 0; r < table.size(); ++r) {
    text += format_row(table[r], widths);
    if (r > 0) continue;
    std::vector<std::string> rule;
    for (const std::size_t width : widths) rule.emplace_back(width, '-');
    text += format_row(rule, widths);
  }
  return text;
}

std::string format_tabular(const TextTable& table) {
  const std::size_t columns = column_count(table);
  std::string text = "\\begin{tabular}{l" + std::string(columns > 0 ? columns - 1 : 0, 'r') + "}\n\\toprule\n";
  for (std::size_t r = 0; r < table.size(); ++r) {
    for (std::size_t c = 0; c < columns; ++c) {
      if (c > 0) text += " & ";
      if (c < table[r].size()) text += table[r][c];
    }
    text += " \\\\\n";
    if (r == 0) text += "\\midrule\n";
  }
  return text + "\\bottomrule\n\\end{tabular}\n";
}

std::string escape_latex(std::string_view text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '\\':
        result += "\\textbackslash{}";
        break;
      case '~':
        result += "\\textasciitilde{}";
        break;
      case '^':
        result += "\\textasciicircum{}";
        break;
      case '&':
      case '%':
      case '$':
      case '#':
      case '_':
      case '{':
      case '}':
        result += '\\';
        [[fallthrough]];
      default:
        result += c;
    }
  }
  return result;
}

}  // namespace dragoman
