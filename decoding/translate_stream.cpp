#include "decoding/translate_stream.h"

#include <fmt/format.h>
#include <vector>

namespace dragoman {
namespace {

std::vector<std::string> read_block(LineReader& lines, const StreamOptions& options) {
  std::vector<std::string> block;
  std::size_t bytes = 0;
  std::string line;
  while (lines.line_number() < options.last_line && lines.next(line)) {
    bytes += line.size();
    block.push_back(line);
    if (block.size() >= options.block_lines || bytes >= options.block_bytes || !lines.has_line()) break;
  }
  return block;
}

}  // namespace

std::int64_t translate_stream(const Translator& translator, LineReader& lines, const TranslationSink& sink,
                              const Notice& notice, const StreamOptions& options) {
  Notice named;
  if (notice) named = [&](const std::string& text) { notice(fmt::format("{}: {}", lines.name(), text)); };
  LineReport report(named);
  std::int64_t number = lines.line_number();
  const std::int64_t before = number;
  while (true) {
    const std::vector<std::string> block = read_block(lines, options);
    if (block.empty()) break;
    const std::vector<Translation> translations = translator.translate(block, number + 1, report);
    report.tell();
    for (std::size_t i = 0; i < block.size(); ++i) sink(++number, block[i], translations[i]);
  }
  report.finish();
  return number - before;
}

}  // namespace dragoman
