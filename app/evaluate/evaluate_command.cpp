#include "app/cli/log.h"
#include "app/commands.h"
#include "app/evaluate/evaluate.h"
#include "app/ready_translator.h"
#include "data/line_reader.h"
#include "decoding/engine/translate_stream.h"

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

std::vector<std::string> translate_source(const CommandLine& line, const EvaluateOptions& options,
                                          std::vector<std::string>& sources) {
  Log log(options.quiet);
  const ReadyTranslator translator = make_translator(line, options.translation, log.notice("dragoman: "));
  if (!options.requests.prefixes.empty()) translator.translator.check_prefixes();
  LineReader lines(options.source, Utf8::refuse);
  LineRequests requests(lines.name(), options.requests);
  std::vector<std::string> translations;
  const auto translate = [&](std::span<const std::string> block, std::int64_t first_line_number, LineReport& report) {
    std::vector<LineRequest> asked = requests.read(block, first_line_number);
    for (const LineRequest& request : asked) sources.push_back(request.text);
    return translator.translate(std::move(asked), report);
  };
  const auto sink = [&](std::int64_t, const std::string&, const Translation& translation) {
    translations.push_back(translation.outputs.front().text);
  };
  requests.check_end(translate_stream(translate, lines, sink, log.notice("dragoman: ")));
  return translations;
}

}  // namespace

int evaluate_command(const std::vector<std::string>& arguments) {
  return *evaluate(arguments, translate_source);
}

}  // namespace dragoman
