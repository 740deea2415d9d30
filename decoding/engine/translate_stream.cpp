#include "decoding/engine/translate_stream.h"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <vector>

namespace dragoman {
namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

std::vector<std::string> read_block(LineReader& lines, const StreamOptions& options, std::size_t most) {
  std::vector<std::string> block;
  std::size_t bytes = 0;
  std::string line;
  while (lines.line_number() < options.last_line && lines.next(line)) {
    bytes += line.size();
    block.push_back(line);
    if (block.size() >= most || bytes >= options.block_bytes || !lines.has_line()) break;
  }
  return block;
}

// Of the next block, after one of `count` lines that took `time`.
std::size_t lines_within(const StreamOptions& options, std::size_t count, Seconds time) {
  constexpr double kFirst = 256, kFewest = 32;
  if (options.block_time == Seconds::max()) return options.block_lines;
  const double lines = count == 0 ? kFirst : static_cast<double>(count) * (options.block_time / time);
  return static_cast<std::size_t>(std::min(std::max(lines, kFewest), static_cast<double>(options.block_lines)));
}

}  // namespace

std::int64_t translate_stream(const BlockTranslator& translate, LineReader& lines, const TranslationSink& sink,
                              const Notice& notice, const StreamOptions& options) {
  Notice named;
  if (notice) named = [&](const std::string& text) { notice(fmt::format("{}: {}", lines.name(), text)); };
  LineReport report(named);
  std::int64_t number = lines.line_number();
  const std::int64_t before = number;
  std::size_t most = lines_within(options, 0, Seconds(0));
  while (true) {
    const std::vector<std::string> block = read_block(lines, options, most);
    if (block.empty()) break;
    const Clock::time_point started = Clock::now();
    const std::vector<Translation> translations = translate(block, number + 1, report);
    most = lines_within(options, block.size(), Clock::now() - started);
    report.tell();
    for (std::size_t i = 0; i < block.size(); ++i) sink(++number, block[i], translations[i]);
    if (!options.block_done(number)) break;
  }
  report.finish();
  return number - before;
}

}  // namespace dragoman
