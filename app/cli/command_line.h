#pragma once

#include "app/cli/arguments.h"
#include "app/cli/config_file.h"
#include "app/cli/help_text.h"
#include "app/cli/option.h"
#include "app/cli/option_description.h"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace dragoman {

/// Name and version, as --version prints them.
std::string version_text();

/// The options of one subcommand: from flags and configuration files into the fields of structs.
///
/// Defaults are what the fields hold when parse() is called. Of several sources the later wins: files in the order of
/// their `-c`, then the command line; a list replaces a list. An option that excludes one from an earlier source
/// displaces it; two that exclude each other in one source are an error.
class CommandLine {
 public:
  /// command: "translate"; summary: what the help text begins with, usage examples included.
  CommandLine(std::string command, std::string summary);

  /// Options added after this appear under this heading in the help text.
  void group(std::string heading) { group_ = std::move(heading); }

  /// name: "beam-size", or "output,o" with a letter for the short form. `field` must outlive this object. A bool field
  /// is a flag with an opposite: --x and --no-x.
  template <typename T>
  Option& add(const std::string& name, T& field, std::string value_name, std::string help) {
    return insert(name, bind_field(field), std::move(value_name), std::move(help));
  }
  Option& add(const std::string& name, bool& field, std::string help) { return add(name, field, "", std::move(help)); }

  /// An option whose values are names.
  template <typename T>
  Option& choose(const std::string& name, T& field, const Choices<T>& choices, std::string help) {
    Option option = bind_choice(field, choices);
    std::string value_name = option.value_name;
    return insert(name, std::move(option), std::move(value_name), std::move(help));
  }

  template <NamedEnum T>
  Option& choose(const std::string& name, T& field, std::string help) {
    return choose<T>(name, field, named_choices<T>(), std::move(help));
  }

  /// An option that is not one field: `option` has `set` and `get`, and `kind` unless it takes one value.
  Option& add_custom(const std::string& name, Option option, std::string value_name, std::string help) {
    return insert(name, std::move(option), std::move(value_name), std::move(help));
  }

  /// These two contradict each other.
  void exclude(std::string one, std::string other) { excluded_.emplace_back(std::move(one), std::move(other)); }

  /// The names of the options that are now under this heading.
  std::vector<std::string> options_under(const std::string& heading) const;

  /// The option contradicts each option that is now under this heading.
  void exclude_group(const std::string& name, const std::string& heading);

  /// Unless it is given, the option is chosen when the command runs.
  void leave_to_choice(const std::string& name);

  /// Sets the fields. Returns what to print on stdout instead of running the command (--help, --version,
  /// --dump-config), or nothing. Throws std::invalid_argument with one line that names the option, and the file and
  /// line it came from, and for kDescribe its description().
  std::optional<std::string> parse(const std::vector<std::string>& arguments);

  /// Sets the fields as a file would that has these alone, or comes behind these files; throws as parse() does.
  void take(std::vector<Assignment> source, const std::vector<std::string>& config_files = {});

  /// Whether the user gave this option, rather than left its default.
  bool given(const std::string& name) const;

  /// The same for an option that is refused where it has no use: one that a file has at its default asks for nothing,
  /// for a file that --dump-config printed has all of them.
  bool asked(const std::string& name) const;

  std::string help(HelpExtent extent) const;
  CommandDescription description() const;

  /// The present values of all fields, and the same readable as a configuration file.
  std::vector<Assignment> effective_assignments() const;
  std::string effective_options() const;

 private:
  Option& insert(const std::string& name, Option option, std::string value_name, std::string help);
  const Option* find(const std::string& name) const { return find_option(options_, name); }
  void begin();
  void check_source(const std::vector<Assignment>& source) const;
  void merge(std::vector<Assignment> source);
  void apply() const;
  void require() const;

  std::string command_;
  std::string summary_;
  std::string group_ = "Options";
  Options options_;
  std::vector<std::pair<std::string, std::string>> excluded_;
  std::vector<Assignment> merged_;
  std::map<std::string, std::vector<std::string>> defaults_;
};

}  // namespace dragoman
