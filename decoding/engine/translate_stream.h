#pragma once

#include "base/notice.h"
#include "data/line_reader.h"
#include "decoding/text/line_report.h"
#include "decoding/text/translation.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <vector>

namespace dragoman {

/// How much of a stream is in memory at once. A block ends with the line that reaches either limit, or when no other
/// line has arrived: whoever writes a line and waits gets its translation.
struct StreamOptions {
  std::size_t block_lines = 8192;
  std::size_t block_bytes = 4 << 20;                                  ///< of source text
  std::int64_t last_line = std::numeric_limits<std::int64_t>::max();  ///< lines behind it are not read
  /// About how long a block may take, at the pace of the one before: it has fewer lines then, but not so few that they
  /// no longer make batches of similar lengths.
  std::chrono::duration<double> block_time = std::chrono::duration<double>::max();
  /// Hears of the end of each block with the number of its last line; false ends the work there.
  std::function<bool(std::int64_t line_number)> block_done = [](std::int64_t) { return true; };
};

/// Receives the translation of each line in order, `line_number` counted from 1.
using TranslationSink =
    std::function<void(std::int64_t line_number, const std::string& source, const Translation& translation)>;

/// Translates some lines, the first of which has this number, as Translator does.
using BlockTranslator = std::function<std::vector<Translation>(std::span<const std::string> lines,
                                                               std::int64_t first_line_number, LineReport& report)>;

/// Translates what is left in `lines`, block by block, and returns the number of lines that were translated. Notices
/// begin with the name of the input: of each kind there is one behind the first block that has it, and another at the
/// end if there is more.
std::int64_t translate_stream(const BlockTranslator& translate, LineReader& lines, const TranslationSink& sink,
                              const Notice& notice = {}, const StreamOptions& options = {});

}  // namespace dragoman
