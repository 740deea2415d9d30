#include "metrics/text_table.h"

#include <gtest/gtest.h>

namespace dragoman {
namespace {

TEST(TextTable, AlignsColumnsByCharacters) {
  EXPECT_EQ(format_columns({{"System", "BLEU"}, {"größe", "9.1 ± 2"}, {"b", "10"}, {"c"}}),
            "System     BLEU\n"
            "------  -------\n"
            "größe   9.1 ± 2\n"
            "b            10\n"
            "c\n");
}

TEST(TextTable, TabularHasRulesAndFillsShortRows) {
  EXPECT_EQ(format_tabular({{"a", "b"}, {"c"}}),
            "\\begin{tabular}{lr}\n\\toprule\na & b \\\\\n\\midrule\nc &  \\\\\n\\bottomrule\n\\end{tabular}\n");
}

TEST(TextTable, EscapesWhatLatexWouldRead) {
  EXPECT_EQ(escape_latex("a_b & 50% {~} $#^\\ ä"),
            "a\\_b \\& 50\\% \\{\\textasciitilde{}\\} \\$\\#\\textasciicircum{}\\textbackslash{} ä");
}

}  // namespace
}  // namespace dragoman
