#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

/// Cells by rows; the first row holds the headings. Short rows are filled with empty cells.
using TextTable = std::vector<std::vector<std::string>>;

/// The table in aligned columns, the first one to the left, the others to the right, with a rule below the headings.
std::string format_columns(const TextTable& table);

/// A LaTeX tabular with the rules of the package booktabs. Cells are LaTeX already.
std::string format_tabular(const TextTable& table);

/// `text` as LaTeX prints it.
std::string escape_latex(std::string_view text);

}  // namespace dragoman
