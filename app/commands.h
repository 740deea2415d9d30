#pragma once

#include "app/cli/option_description.h"

#include <string>
#include <vector>

namespace dragoman {

/// Runs the subcommand that the first of these names, and says on stderr what is wrong. Returns the program's exit
/// code.
int run_command(const std::vector<std::string>& arguments);

/// The subcommands. Each takes the arguments behind its name and returns the program's exit code; errors are
/// exceptions: std::invalid_argument for wrong usage, any other for a failure.
int train_command(const std::vector<std::string>& arguments);
int translate_command(const std::vector<std::string>& arguments);
int evaluate_command(const std::vector<std::string>& arguments);
int serve_command(const std::vector<std::string>& arguments);
int score_command(const std::vector<std::string>& arguments);
int shortlist_command(const std::vector<std::string>& arguments);
int calibrate_command(const std::vector<std::string>& arguments);
int average_command(const std::vector<std::string>& arguments);
int rerank_command(const std::vector<std::string>& arguments);
int quantize_command(const std::vector<std::string>& arguments);
int export_command(const std::vector<std::string>& arguments);
int import_command(const std::vector<std::string>& arguments);
int info_command(const std::vector<std::string>& arguments);
int corpus_command(const std::vector<std::string>& arguments);
int seal_command(const std::vector<std::string>& arguments);
int attention_command(const std::vector<std::string>& arguments);
int heads_command(const std::vector<std::string>& arguments);
int doctor_command(const std::vector<std::string>& arguments);
int completion_command(const std::vector<std::string>& arguments);
int manual_command(const std::vector<std::string>& arguments);

/// All of them, as their --help has them.
std::vector<CommandDescription> describe_commands();

}  // namespace dragoman
