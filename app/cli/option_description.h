#pragma once

#include "app/cli/arguments.h"

#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

/// What people read of an option: in --help, in manual pages, and in shells that complete it.
struct OptionDescription {
  std::string name;
  char letter = 0;
  std::string group = {};
  Option::Kind kind = Option::Kind::value;
  std::string value_name = {};    ///< FILE, plain|json; empty: it takes no value
  std::string default_text = {};  ///< in parentheses behind the value; may be empty
  std::string help = {};          ///< with what is said of it when it is not given
  bool bare = false;

  /// As it is written on a command line: "--model", "-m"; of a flag "--x" and "--no-x". Empty of maps, which only a
  /// file can hold.
  std::vector<std::string> spellings() const;

  /// "FILE ... (=-)"
  std::string value_text() const;

  /// The first clause of `help`, for where there is a line for each option.
  std::string brief() const;

  bool takes_value() const { return !value_name.empty(); }
  bool takes_several() const { return kind == Option::Kind::list; }
  /// Its value may be left out.
  bool is_optional() const { return kind == Option::Kind::action; }

  /// Those of its values that are names: plain and json, or auto of N|auto.
  std::vector<std::string> choices() const;
  bool takes_file() const;
  bool takes_folder() const;
};

/// `option` with the present value of its field as the default.
OptionDescription describe(const Option& option);

/// What people read of a command.
struct CommandDescription {
  std::string name;
  std::string purpose;                     ///< what the list of commands says of it
  std::string summary;                     ///< what its --help begins with: text, and lines of examples
  std::vector<OptionDescription> options;  ///< of its own, then common_options()
};

/// As the only argument it makes a command throw its CommandDescription, without a purpose, for describe_commands(). No
/// argument of a process can be this text.
inline constexpr std::string_view kDescribe("\0describe", 9);

}  // namespace dragoman
