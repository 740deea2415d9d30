#include "metrics/report_table.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <vector>

namespace dragoman {
namespace {

const Signature kSignature{{{"nrefs", "1"}, {"bs", "9"}}};
const std::vector<SystemReport> kTested = {
    {"a_1", {{"BLEU", 40.126, kSignature, "", Interval{40.1, 1.25}, {}}, {"TER", 50, kSignature, "", {}, {}}}},
    {"b", {{"BLEU", 41.5, kSignature, "", Interval{41.4, 1.5}, 0.05}, {"TER", 51, kSignature, "", {}, 0.06}}},
    {"same", {{"BLEU", 40.126, kSignature, "", Interval{40.1, 1.25}, 0.01}, {"TER", 50, kSignature, "", {}, 0.01}}}};

TEST(ReportTable, ShowsIntervalsPValuesMarksAndSignatures) {
  EXPECT_EQ(format_score_table(kTested, 2, "some test"),
            "System   BLEU  95 % interval        p    TER       p\n"
            "------  -----  -------------  -------  -----  ------\n"
            "a_1     40.13   40.10 ± 1.25           50.00\n"
            "b       41.50   41.40 ± 1.50  0.0500*  51.00  0.0600\n"
            "same    40.13   40.10 ± 1.25   0.0100  50.00  0.0100\n"
            "\n"
            "* differs from the baseline, a_1, with p <= 0.05 (some test)\n"
            "BLEU  nrefs:1|bs:9\n"
            "TER   nrefs:1|bs:9\n");
}

TEST(ReportTable, WithoutATestHasScoresAlone) {
  const std::vector<SystemReport> systems = {{"a", {{"BLEU", 40.126, kSignature, ""}}},
                                             {"b", {{"BLEU", 1, kSignature, ""}}}};
  EXPECT_EQ(format_score_table(systems, 1, ""),
            "System  BLEU\n------  ----\na       40.1\nb        1.0\n\nBLEU  nrefs:1|bs:9\n");
}

TEST(ReportTable, LatexIsATabularWithComments) {
  EXPECT_EQ(format_score_latex(std::vector(kTested.begin(), kTested.begin() + 2), 1, "some test"),
            "% * differs from the baseline, a_1, with p <= 0.05 (some test)\n"
            "% BLEU  nrefs:1|bs:9\n"
            "% TER   nrefs:1|bs:9\n"
            "\\begin{tabular}{lrrrrr}\n\\toprule\n"
            "System & BLEU & 95\\,\\% interval & $p$ & TER & $p$ \\\\\n\\midrule\n"
            "a\\_1 & 40.1 & $40.1 \\pm 1.2$ &  & 50.0 &  \\\\\n"
            "b & 41.5 & $41.4 \\pm 1.5$ & 0.0500$^*$ & 51.0 & 0.0600 \\\\\n"
            "\\bottomrule\n\\end{tabular}\n");
}

TEST(ReportTable, JsonHasTheKeysOfSacreBleu) {
  EXPECT_EQ(
      score_table_json(std::vector(kTested.begin(), kTested.begin() + 2)).dump(),
      R"([{"system":"a_1","BLEU":{"score":40.126,"p_value":null,"mean":40.1,"ci":1.25,"signature":"nrefs:1|bs:9"},)"
      R"("TER":{"score":50.0,"p_value":null,"mean":null,"ci":null,"signature":"nrefs:1|bs:9"}},)"
      R"({"system":"b","BLEU":{"score":41.5,"p_value":0.05,"mean":41.4,"ci":1.5,"signature":"nrefs:1|bs:9"},)"
      R"("TER":{"score":51.0,"p_value":0.06,"mean":null,"ci":null,"signature":"nrefs:1|bs:9"}}])");
}

}  // namespace
}  // namespace dragoman
