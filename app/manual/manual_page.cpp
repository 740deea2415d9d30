#include "app/manual/manual_page.h"

#include "app/cli/failure.h"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sstream>
#include <string_view>

namespace dragoman {
namespace {

// What the language has for a character that would mean or become something else; empty: the character itself.
std::string_view spelling_of(char c) {
  switch (c) {
    case '\\':
      return "\\e";
    case '-':
      return "\\-";
    case '\'':
      return "\\(aq";
    case '`':
      return "\\(ga";
    case '^':
      return "\\(ha";
    case '~':
      return "\\(ti";
    default:
      return "";
  }
}

// The code point of the well-formed UTF-8 sequence of several bytes at `at`, and its length.
std::pair<unsigned, std::size_t> code_point_at(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  unsigned code = lead & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) code = code << 6 | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
  return {code, length};
}

// `text` as it is to be read, wherever in a line it stands.
std::string literal(std::string_view text) {
  std::string out = text.starts_with('.') ? "\\&" : "";
  for (std::size_t at = 0; at < text.size();) {
    if (static_cast<unsigned char>(text[at]) >= 0x80) {
      const auto [code, length] = code_point_at(text, at);
      out += fmt::format("\\[u{:04X}]", code);
      at += length;
      continue;
    }
    const std::string_view spelling = spelling_of(text[at]);
    out += spelling.empty() ? std::string(1, text[at]) : std::string(spelling);
    ++at;
  }
  return out;
}

std::string bold(std::string_view text) {
  return "\\fB" + literal(text) + "\\fR";
}

std::string in_capitals(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::toupper(c); });
  return text;
}

// The value that an option takes; a line may end behind each of several names.
std::string value_name(const OptionDescription& option) {
  std::string out = literal(option.value_name);
  for (std::size_t at = out.find('|'); at != std::string::npos; at = out.find('|', at + 1)) out.insert(at + 1, "\\:");
  return "\\fI" + out + "\\fR";
}

std::string beginning(const std::string& name, std::string_view purpose) {
  // Names of commands and options are not to be divided.
  return fmt::format(".TH {} 1 \"\" \"dragoman {}\" \"Dragoman\"\n.nh\n.SH NAME\n{} \\- {}\n",
                     literal(in_capitals(name)), DRAGOMAN_VERSION, literal(name), literal(purpose));
}

// Paragraphs of text, and of examples, which are indented.
std::string paragraphs(const std::string& summary) {
  enum class Kind { none, text, example };
  std::string out;
  std::istringstream lines(summary);
  Kind kind = Kind::none;
  for (std::string line; std::getline(lines, line);) {
    const Kind next = line.empty() ? Kind::none : line.starts_with("  ") ? Kind::example : Kind::text;
    if (kind == Kind::example && next != kind) out += ".EE\n.RE\n";
    if (next == Kind::text && kind != next && !out.empty()) out += ".PP\n";
    if (next == Kind::example && kind != next) out += ".PP\n.RS 4\n.EX\n";
    if (next != Kind::none) out += literal(next == Kind::example ? line.substr(2) : line) + "\n";
    kind = next;
  }
  return out + (kind == Kind::example ? ".EE\n.RE\n" : "");
}

std::string entry(const OptionDescription& option) {
  std::string head;
  if (option.kind == Option::Kind::flag) {
    head = bold("--[no-]" + option.name);
  } else {
    head = (option.letter != 0 ? bold(fmt::format("-{}", option.letter)) + ", " : "") + bold("--" + option.name);
  }
  if (option.takes_value()) head += fmt::format(" {}{}", value_name(option), option.takes_several() ? " ..." : "");
  if (!option.default_text.empty()) head += literal(fmt::format(" ({})", option.default_text));
  return fmt::format(".TP\n{}\n{}\n", head, literal(option.help));
}

std::string sections(const std::vector<OptionDescription>& options) {
  std::vector<std::string> groups;
  for (const OptionDescription& option : options) {
    if (std::ranges::find(groups, option.group) == groups.end()) groups.push_back(option.group);
  }
  std::string out;
  for (const std::string& group : groups) {
    out += fmt::format(".SS \"{}\"\n", literal(group));
    for (const OptionDescription& option : options) {
      if (option.group == group) out += entry(option);
    }
  }
  return out;
}

std::string ending(std::string_view see_also) {
  return fmt::format(".SH EXIT STATUS\n{}\n.SH SEE ALSO\n{}\n", literal(kExitCodes), see_also);
}

std::string reference_to(const std::string& page) {
  return bold(page) + "(1)";
}

}  // namespace

std::string manual_page(const CommandDescription& command) {
  std::string synopsis = bold("dragoman " + command.name);
  for (const OptionDescription& option : command.options) {
    if (option.bare) synopsis += fmt::format(" [{}]", value_name(option));
  }
  return beginning("dragoman-" + command.name, command.purpose) + ".SH SYNOPSIS\n" + synopsis +
         " [\\fIoptions\\fR]\n.SH DESCRIPTION\n" + paragraphs(command.summary) + ".SH OPTIONS\n" +
         sections(command.options) + ending(reference_to("dragoman"));
}

std::string manual_page(const std::vector<CommandDescription>& commands) {
  std::string list;
  std::vector<std::string> pages;
  for (const CommandDescription& command : commands) {
    list += fmt::format(".TP\n{}\n{}\n", bold(command.name), literal(command.purpose));
    pages.push_back(reference_to("dragoman-" + command.name));
  }
  return beginning("dragoman", "machine translation, from a parallel corpus to a translated file and its score") +
         ".SH SYNOPSIS\n" + bold("dragoman") + " \\fIcommand\\fR [\\fIoptions\\fR]\n.br\n" +
         bold("dragoman --version") + "\n.SH DESCRIPTION\n" +
         paragraphs(
             "Trains models that translate, translates text with them, and says how good that is. Each command "
             "has a manual page of its own, and prints its usual options with --help, all of them with --help "
             "all.") +
         ".SH COMMANDS\n" + list + ending(fmt::format("{}", fmt::join(pages, ",\n")));
}

}  // namespace dragoman
