#include "app/request_options.h"

#include <fmt/format.h>
#include <stdexcept>
#include <string>

namespace dragoman {

void add_request_options(CommandLine& line, RequestOptions& options, TranslationOptions& translation) {
  line.choose(
      "input-format", options.format,
      R"(json: each line an object with "text", and if wanted "prefix", "terms", "source_lang", "target_lang")");
  line.add("prefix", options.prefixes, "FILE",
           "what each line's translation begins with, line by line; an empty line asks for nothing");
  line.add("prefix-bonus", translation.translator.rules.prefix, "X",
           "a token of the prefix counts X more, in natural logarithms; 0: the translation must begin so");
}

void check_requests(const CommandLine& line, const RequestOptions& options, const TranslationOptions& translation) {
  for (const std::string& file : {options.prefixes, translation.glossary}) {
    if (file == "-") throw std::invalid_argument("--prefix and --glossary cannot be '-' (stdin); name a file");
  }
  // Lines of JSON may have what the options are about.
  if (options.format == InputFormat::json) return;
  if (line.asked("prefix-bonus") && options.prefixes.empty())
    throw std::invalid_argument("--prefix-bonus is about the lines of --prefix; give that, too");
  for (const char* name : {"force-terms", "glossary-bonus"}) {
    if (line.asked(name) && translation.glossary.empty())
      throw std::invalid_argument(fmt::format("--{} is about the terms of --glossary; give that, too", name));
  }
}

}  // namespace dragoman
