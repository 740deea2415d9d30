#include "app/manual/manual_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>

namespace dragoman {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

CommandDescription a_command() {
  CommandDescription command{.name = "try", .purpose = "tries it's best", .summary = "", .options = {}};
  command.options.push_back({.name = "beam-size",
                             .letter = 'b',
                             .group = "Search",
                             .value_name = "N",
                             .default_text = "=5",
                             .help = "beams"});
  command.options.push_back({.name = "norm", .group = "Search", .kind = Option::Kind::flag, .help = ".a norm"});
  command.options.push_back(
      {.name = "text", .group = "Files", .kind = Option::Kind::list, .value_name = "FILE", .help = "'-' is stdin"});
  return command;
}

TEST(ManualPage, NamesACommandAndItsOptions) {
  EXPECT_THAT(
      manual_page(a_command()),
      AllOf(HasSubstr(".TH DRAGOMAN\\-TRY 1 "), HasSubstr("dragoman\\-try \\- tries it\\(aqs best\n"),
            HasSubstr(".SS \"Search\"\n.TP\n\\fB\\-b\\fR, \\fB\\-\\-beam\\-size\\fR \\fIN\\fR (=5)\nbeams\n"),
            HasSubstr("\\fB\\-\\-[no\\-]norm\\fR\n\\&.a norm\n"),
            HasSubstr("\\fB\\-\\-text\\fR \\fIFILE\\fR ...\n\\(aq\\-\\(aq is stdin\n"), HasSubstr(".SH EXIT STATUS")));
}

TEST(ManualPage, HasParagraphsAndExamples) {
  CommandDescription command = a_command();
  command.summary = "First line\nand second.\n\n  dragoman try <a\n  dragoman try -b 2\n\nLast: \\n, √d.";
  EXPECT_THAT(manual_page(command),
              HasSubstr(".SH DESCRIPTION\nFirst line\nand second.\n.PP\n.RS 4\n.EX\ndragoman try <a\ndragoman try "
                        "\\-b 2\n.EE\n.RE\n.PP\nLast: \\en, \\[u221A]d.\n.SH OPTIONS"));
}

TEST(ManualPage, OfAnArgumentWithoutAnOptionSaysSo) {
  CommandDescription command = a_command();
  EXPECT_THAT(manual_page(command), Not(HasSubstr("[\\fIFILE\\fR]")));
  command.options.back().bare = true;
  EXPECT_THAT(manual_page(command), HasSubstr("\\fBdragoman try\\fR [\\fIFILE\\fR] [\\fIoptions\\fR]"));
}

TEST(ManualPage, OfTheProgramListsCommands) {
  EXPECT_THAT(manual_page(std::vector<CommandDescription>{a_command()}),
              AllOf(HasSubstr(".TH DRAGOMAN 1"), HasSubstr("\\fBtry\\fR\ntries it\\(aqs best\n"),
                    HasSubstr("\\fBdragoman\\-try\\fR(1)")));
}

}  // namespace
}  // namespace dragoman
